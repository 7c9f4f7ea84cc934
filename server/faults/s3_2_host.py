"""Faults against RFC 9112 3.2: the Host field."""

from dataclasses import replace

from server.conduct import EXEMPLARY, Behaviour
from server.faults.fault import Fault
from server.faults.tables import with_checks, without_check
from server.reading import HOST, host_is_present
from server.request import Refusal, RequestHead


def not_found_without_host(head: RequestHead) -> None:
    """404 in place of 400."""
    try:
        host_is_present(head)
    except Refusal as refusal:
        raise Refusal(404, refusal.why, HOST) from None


FAULTS = (
    Fault(
        "host-missing-accepted",
        "An HTTP/1.1 request without Host is served.",
        "RFC 9112 3.2",
        without_check("host is present"),
    ),
    Fault(
        "host-missing-answered-404",
        "An HTTP/1.1 request without Host is answered with 404, not 400.",
        "RFC 9112 3.2",
        with_checks({"host is present": not_found_without_host}),
    ),
    Fault(
        "host-twice-accepted",
        "A request with two Host lines is served.",
        "RFC 9112 3.2",
        without_check("host is single"),
    ),
    Fault(
        "host-invalid-accepted",
        "A request with a malformed Host is served.",
        "RFC 9112 3.2",
        without_check("host is valid"),
    ),
    Fault(
        "host-error-closes-silently",
        "A request with a missing, double or malformed Host gets a close and no response.",
        "RFC 9112 3.2",
        Behaviour(conduct=replace(EXEMPLARY.conduct, answers=lambda refusal: refusal.section != HOST)),
    ),
)
