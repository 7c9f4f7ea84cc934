"""Faults against RFC 9112 4 and 2.3: the status-line."""

from server.faults.fault import Fault
from server.faults.rewriting import in_head, in_status, rewriting
from server.request import RequestHead


def copied(response: bytes, request: RequestHead | None) -> bytes:
    """With the version of the request for its own."""
    if request is None:
        return response
    return response.replace(b"HTTP/1.1", b"HTTP/1.%d" % request.line.minor_version, 1)


FAULTS = (
    Fault(
        "request-version-copied",
        "The status-line names the version of the request.",
        "RFC 9110 6.2",
        rewriting(copied),
    ),
    Fault(
        "errors-in-http-1.0",
        "The status-line of a 4xx says HTTP/1.0.",
        "RFC 9112 2.3",
        rewriting(in_status(b"4", rb"\AHTTP/1.1", b"HTTP/1.0")),
    ),
    Fault(
        "status-line-without-second-space",
        "With an empty reason phrase the SP behind the status code is missing.",
        "RFC 9112 4",
        rewriting(in_head(rb"\A(HTTP/1.1 \d{3}) [^\r]*", rb"\1")),
    ),
    Fault(
        "status-line-double-space",
        "Two SP stand between version and status code.",
        "RFC 9112 4",
        rewriting(in_head(rb"\AHTTP/1.1 ", rb"HTTP/1.1  ")),
    ),
    Fault(
        "status-code-of-two-digits",
        "The status code has two digits.",
        "RFC 9112 4",
        rewriting(in_head(rb"\AHTTP/1.1 (\d\d)\d", rb"HTTP/1.1 \1")),
    ),
    Fault(
        "status-code-out-of-range",
        "The status code is 600 or more.",
        "RFC 9110 15",
        rewriting(in_head(rb"\AHTTP/1.1 \d", rb"HTTP/1.1 9")),
    ),
    Fault(
        "reason-with-control",
        "The reason phrase has a control character.",
        "RFC 9112 4",
        rewriting(in_head(rb"\A([^\r]*)\r", b"\\1\x07\r")),
    ),
    Fault(
        "lower-case-version",
        "The version is spelt in lower case.",
        "RFC 9112 2.3",
        rewriting(in_head(rb"\AHTTP", rb"http")),
    ),
)
