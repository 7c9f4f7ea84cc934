"""wireproof: judges HTTP/1.1 servers by raw octets, against RFC 9110 and RFC 9112."""

__version__ = "0.1.0"
