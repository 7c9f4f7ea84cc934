"""Faults against RFC 9112 4 and 2.3: the status-line."""

from server.faults.fault import Fault
from server.faults.rewriting import in_head, rewriting

FAULTS = (
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
