"""The reference server: an exemplary HTTP/1.1 origin server, written by hand from RFC 9110 and RFC 9112.

It is the known-good target of the harness and, with a named fault, a known-bad one. Its law: it shares no
code with the harness, so that one mistake cannot hide on both sides. Everything but `tcp` and `__main__` is
pure: octets in, octets out, the clock a parameter.
"""
