"""Faults against RFC 9110 6.6.1 and 5.6.7: Date."""

from server.faults.fault import Fault
from server.faults.rewriting import in_head, in_status, rewriting

FAULTS = (
    Fault(
        "no-date",
        "Responses have no Date.",
        "RFC 9110 6.6.1",
        rewriting(in_head(rb"^Date: .*\r\n", b"")),
    ),
    Fault(
        "no-date-on-errors",
        "4xx responses have no Date.",
        "RFC 9110 6.6.1",
        rewriting(in_status(b"4", rb"^Date: .*\r\n", b"")),
    ),
    Fault(
        "date-obsolete",
        "Date is in the format of C's asctime.",
        "RFC 9110 5.6.7",
        rewriting(in_head(rb"^Date: .*\r\n", b"Date: Sun Nov  6 08:49:37 1994\r\n")),
    ),
    Fault(
        "date-with-two-spaces",
        "Date has a second SP before the time.",
        "RFC 9110 5.6.7",
        rewriting(in_head(rb"^(Date: .* \d{4}) ", b"\\1  ")),
    ),
    Fault(
        "date-malformed",
        "Date is not in the one form a sender may use.",
        "RFC 9110 5.6.7",
        rewriting(in_head(rb"^(Date: .*) GMT\r\n", b"\\1 UTC\r\n")),
    ),
)
