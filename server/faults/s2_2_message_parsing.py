"""Faults against RFC 9112 2.1 and 2.2: where a message, and a line of it, begin and end."""

from dataclasses import replace

from server.conduct import EXEMPLARY, Behaviour
from server.faults.arrivals import arriving, replacing
from server.faults.fault import Fault
from server.faults.rewriting import in_head, rewriting
from server.reading import STRICT, read_field_line
from server.request import FieldLine, Refusal


def ended(octets: bytes) -> bytes:
    """A request-line that came without the end of its head is given one."""
    begins = octets.partition(b"\r\n")[0].endswith(b" HTTP/1.1")
    return octets + b"Host: a\r\n\r\n" if begins and b"\r\n\r\n" not in octets else octets


def blank_but_the_first(octets: bytes) -> bytes:
    """Octets that come without a request-line are lost: what is read in their place is zeros."""
    return octets if b" HTTP/1." in octets else bytes(len(octets))


def narrowed(octets: bytes) -> bytes:
    """Read as UTF-8, and each character written as the last eight bits of its number."""
    return bytes(ord(one) & 0xFF for one in octets.decode("utf-8", "surrogateescape"))


def head_refused_with_404(line: bytes) -> FieldLine | None:
    """Whatever is wrong with a field line, the answer is 404."""
    try:
        return read_field_line(line)
    except Refusal as refusal:
        raise Refusal(404, refusal.why, refusal.section) from None


FAULTS = (
    Fault(
        "characters-narrowed-to-octets",
        "Requests are decoded, and characters narrowed to octets, before lines are looked for.",
        "RFC 9112 2.2",
        arriving(narrowed),
    ),
    Fault(
        "line-end-taken-for-part-of-character",
        "Behind an octet that begins a character of three, CR and LF are taken for the rest of it.",
        "RFC 9112 2.2",
        replacing(rb"\xe2..", b"?"),
    ),
    Fault(
        "bare-cr-ends-line",
        "A CR that no LF follows ends a line.",
        "RFC 9112 2.2",
        replacing(rb"\r(?=[^\n])", b"\r\n"),
    ),
    Fault(
        "bare-cr-left-out",
        "A CR that no LF follows is left out.",
        "RFC 9112 2.2",
        replacing(rb"\r(?=[^\n])", b""),
    ),
    Fault(
        "octet-behind-cr-passed-over",
        "The octet behind a CR is passed over, whatever it is.",
        "RFC 9112 2.2",
        replacing(rb"\r[^\r]", b"\r\n"),
    ),
    Fault(
        "bare-lf-ends-every-line",
        "Each bare LF that arrives is read as CRLF, in content as well.",
        "RFC 9112 7.1",
        replacing(rb"(?<!\r)\n", b"\r\n"),
    ),
    Fault(
        "whitespace-line-ends-head",
        "A line of whitespace alone is taken for the empty line behind the field lines.",
        "RFC 9112 5.2",
        replacing(rb"\r\n[ \t]+\r\n", b"\r\n\r\n"),
    ),
    Fault(
        "garbage-keeps-open",
        "Octets that are no request-line get their 400, but the connection stays open.",
        "RFC 9112 2.2",
        Behaviour(
            conduct=replace(EXEMPLARY.conduct, survives=lambda refusal: refusal.section == "RFC 9112 3")
        ),
    ),
    Fault(
        "bad-field-line-answered-404",
        "A line that is no field line is answered with 404, not 400.",
        "RFC 9112 2.2",
        Behaviour(reading=replace(STRICT, field_line=head_refused_with_404)),
    ),
    Fault(
        "lf-line-ends",
        "The lines of a response head end in LF alone.",
        "RFC 9112 2.2",
        rewriting(
            lambda response, request: (
                response.partition(b"\r\n\r\n")[0].replace(b"\r\n", b"\n")
                + b"\n\n"
                + response.partition(b"\r\n\r\n")[2]
            )
        ),
    ),
    Fault(
        "bare-cr-in-field",
        "A field value of the response has a CR that no LF follows.",
        "RFC 9112 2.2",
        rewriting(in_head(rb"^(Server: )", rb"\1a\rb ")),
    ),
    Fault(
        "whitespace-before-first-field",
        "Whitespace stands between the status-line and the first field line.",
        "RFC 9112 2.2",
        rewriting(in_head(rb"\A(.*\r\n)", rb"\1 ")),
    ),
    Fault(
        "stray-octets-between-responses",
        "Octets that belong to no message stand behind each response.",
        "RFC 9112 2.1",
        rewriting(lambda response, request: response + b"stray octets\r\n"),
    ),
    Fault(
        "leading-empty-line-refused",
        "An empty line before a request-line is refused.",
        "RFC 9112 2.2",
        Behaviour(reading=replace(STRICT, leading_empty_lines=0)),
    ),
    Fault(
        "first-read-taken-for-head",
        "A head that comes in two reads ends with the first of them.",
        "RFC 9112 2.1",
        arriving(ended),
    ),
    Fault(
        "later-reads-lost",
        "Of a request that comes in several reads, the octets behind the first are zeros.",
        "RFC 9112 6.2",
        arriving(blank_but_the_first),
    ),
    Fault(
        "never-answers",
        "No request ever gets a response, and the connection stays open.",
        "RFC 9112 2.1",
        Behaviour(
            conduct=replace(EXEMPLARY.conduct, persists=lambda head: True, survives=lambda refusal: True),
            rewrite=lambda response, request: b"",
        ),
    ),
)
