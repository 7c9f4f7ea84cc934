"""Faults against RFC 9110 15: the status that is answered, and what it must come with."""

from dataclasses import replace

from server.conduct import EXEMPLARY, Behaviour
from server.faults.fault import Fault
from server.faults.rewriting import in_head, in_status, is_final, rewriting, when
from server.request import RequestHead


def is_not_modified(response: bytes, request: RequestHead | None) -> bool:
    """Whether the status is 304."""
    return response.startswith(b"HTTP/1.1 304 ")


def home_page(response: bytes, request: RequestHead | None) -> bytes:
    """Whatever the response was, the home page."""
    if not is_final(response):
        return response
    content = b"" if request is not None and request.method == b"HEAD" else b"<h3>Home page</h3>"
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 18\r\n\r\n" + content


FAULTS = (
    Fault(
        "no-allow-on-405",
        "A 405 does not say which methods are allowed.",
        "RFC 9110 15.5.6",
        rewriting(in_status(b"405", rb"^Allow: .*\r\n", b"")),
    ),
    Fault(
        "long-request-line-answered-431",
        "A request-line that is too long is answered with 431, not 414.",
        "RFC 9112 3",
        rewriting(in_status(b"414", rb"\A.*\r\n", b"HTTP/1.1 431 Request Header Fields Too Large\r\n")),
    ),
    Fault(
        "not-modified-with-length-zero",
        "A 304 says that the content of GET is empty.",
        "RFC 9110 8.6",
        rewriting(in_status(b"304", rb"^Server:", b"Content-Length: 0\r\nServer:")),
    ),
    Fault(
        "not-modified-with-content",
        "A 304 has content.",
        "RFC 9110 15.4.5",
        rewriting(when(is_not_modified, lambda response, request: response + b"content")),
    ),
    Fault(
        "answers-400-to-everything",
        "Every request is answered with 400 and a close.",
        "RFC 9110 15.5.1",
        Behaviour(
            conduct=replace(EXEMPLARY.conduct, persists=lambda head: False),
            rewrite=in_head(rb"\AHTTP/1.1 [2-5]\d\d [^\r]*", rb"HTTP/1.1 400 Bad Request"),
        ),
    ),
    Fault(
        "answers-200-to-everything",
        "Everything, a request or not, is answered with 200 on a connection that stays open.",
        "RFC 9110 15.3.1",
        Behaviour(
            conduct=replace(EXEMPLARY.conduct, persists=lambda head: True, survives=lambda refusal: True),
            rewrite=home_page,
        ),
    ),
)
