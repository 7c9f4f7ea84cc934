"""Faults against RFC 9110 8.6: the Content-Length that is sent."""

from server.faults.fault import Fault
from server.faults.rewriting import in_head, in_status, rewriting, to_head_request, when, with_length

FAULTS = (
    Fault(
        "content-length-in-characters",
        "Content-Length counts characters, not octets.",
        "RFC 9110 8.6",
        rewriting(with_length(lambda content: len(content.decode("utf-8", "replace")))),
    ),
    Fault(
        "content-length-too-long",
        "Content-Length is one more than the content.",
        "RFC 9110 8.6",
        rewriting(with_length(lambda content: len(content) + 1)),
    ),
    Fault(
        "content-length-too-short",
        "Content-Length is one less than the content.",
        "RFC 9110 8.6",
        rewriting(with_length(lambda content: len(content) - 1)),
    ),
    Fault(
        "content-length-signed",
        "Content-Length has a sign.",
        "RFC 9110 8.6",
        rewriting(in_head(rb"^Content-Length: ", rb"Content-Length: +")),
    ),
    Fault(
        "content-length-twice-differing",
        "There are two Content-Length field lines, and they differ.",
        "RFC 9110 8.6",
        rewriting(in_head(rb"^(Content-Length: .*)\r\n", b"\\1\r\n\\g<1>0\r\n")),
    ),
    Fault(
        "content-length-on-204",
        "A 204 has Content-Length.",
        "RFC 9110 8.6",
        rewriting(in_status(b"204", rb"^Server:", b"Content-Length: 0\r\nServer:")),
    ),
    Fault(
        "head-length-zero",
        "A response to HEAD says that the content of GET is empty.",
        "RFC 9110 8.6",
        rewriting(when(to_head_request, in_head(rb"^Content-Length: .*\r\n", b"Content-Length: 0\r\n"))),
    ),
)
