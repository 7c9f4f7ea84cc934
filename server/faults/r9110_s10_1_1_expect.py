"""Faults against RFC 9110 10.1.1: 100-continue."""

from server.faults.fault import Fault
from server.faults.rewriting import is_final, rewriting, to_http_1_0, when
from server.request import RequestHead
from server.response_writer import CONTINUE


def unasked(response: bytes, request: RequestHead | None) -> bool:
    """Whether an HTTP/1.0 request expects what it cannot."""
    expects = request is not None and b"100-continue" in request.members(b"expect")
    return expects and to_http_1_0(response, request)


FAULTS = (
    Fault(
        "expectation-ignored",
        "A request that expects 100-continue gets none, and no final response before its content.",
        "RFC 9110 10.1.1",
        rewriting(lambda response, request: response if is_final(response) else b""),
    ),
    Fault(
        "continue-to-http-1.0",
        "An HTTP/1.0 request that expects 100-continue gets a 100.",
        "RFC 9110 10.1.1",
        rewriting(when(unasked, lambda response, request: CONTINUE + response)),
    ),
)
