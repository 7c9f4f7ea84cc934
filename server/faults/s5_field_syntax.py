"""Faults against RFC 9112 5: field lines, sent and received."""

import re
from collections.abc import Callable
from dataclasses import replace

from server import grammar
from server.conduct import Behaviour
from server.faults.fault import Fault
from server.faults.rewriting import in_head, rewriting
from server.reading import STRICT, read_field_line
from server.request import FieldLine, Refusal

_ANY_VALUE = re.compile(rb"(?s)(" + grammar.TOKEN + rb"):(.*)")
_SPACE_BEFORE_COLON = re.compile(rb"(" + grammar.TOKEN + rb")[ \t]+(:.*)")


def space_before_colon_dropped(line: bytes) -> FieldLine | None:
    """The line is repaired, which a request's may not be."""
    return read_field_line(_SPACE_BEFORE_COLON.sub(rb"\1\2", line))


def line_with_space_before_colon_ignored(line: bytes) -> FieldLine | None:
    """The line is passed over."""
    return None if _SPACE_BEFORE_COLON.fullmatch(line) else read_field_line(line)


def folded_line_ignored(line: bytes) -> FieldLine | None:
    """A line that begins with whitespace is passed over."""
    return None if line[:1] in (b" ", b"\t") else read_field_line(line)


def ascii_alone(line: bytes) -> FieldLine | None:
    """A line with octets of 128 and more is refused."""
    if not line.isascii():
        raise Refusal(400, "A field line is not ASCII.", "RFC 9110 5.5")
    return read_field_line(line)


def taken_for_field(line: bytes) -> FieldLine | None:
    """A line that begins with whitespace is taken for a field line of its own."""
    return read_field_line(line.lstrip(b" \t"))


def one_spelling(line: bytes) -> FieldLine | None:
    """A field is known in its usual spelling alone."""
    name, value = read_field_line(line) or (b"", b"")
    return (name if name == name.title() else b"X-" + name), value


def space_before_value(line: bytes) -> FieldLine | None:
    """One SP has to stand behind the colon."""
    if b": " not in line:
        raise Refusal(400, "No SP behind the colon.", "RFC 9112 5")
    return read_field_line(line)


def tabs_kept(line: bytes) -> FieldLine | None:
    """SP alone is whitespace around a value."""
    name, value = read_field_line(line) or (b"", b"")
    return name, line.partition(b":")[2].strip(b" ") if b"\t" in line else value


def name_cleaned(line: bytes) -> FieldLine | None:
    """Octets that no name has are left out of it."""
    name, colon, value = line.partition(b":")
    return read_field_line(re.sub(rb"[^!#$%&'*+\-.^_`|~0-9A-Za-z \t]", b"", name) + colon + value)


def cut_at_nul(line: bytes) -> FieldLine | None:
    """A value ends in front of NUL."""
    return read_field_line(line.partition(b"\0")[0] if b"\0" in line.partition(b":")[2] else line)


def reads(field_line: Callable[[bytes], FieldLine | None]) -> Behaviour:
    """Reads strictly, but for field lines."""
    return Behaviour(reading=replace(STRICT, field_line=field_line))


def control_octets_kept(line: bytes) -> FieldLine | None:
    """A value may have any octets."""
    match = _ANY_VALUE.fullmatch(line)
    return (match[1], match[2].strip(b" \t")) if match else read_field_line(line)


FAULTS = (
    Fault(
        "whitespace-led-line-taken-for-field",
        "A line that begins with whitespace is a field line of its own.",
        "RFC 9112 2.2, 5.2",
        reads(taken_for_field),
    ),
    Fault(
        "field-name-in-one-spelling",
        "A request field is known in its usual spelling alone.",
        "RFC 9112 5",
        reads(one_spelling),
    ),
    Fault(
        "space-before-value-required",
        "A request field line without SP behind its colon is refused.",
        "RFC 9112 5",
        reads(space_before_value),
    ),
    Fault(
        "tab-kept-in-value",
        "HTAB around a request field value stays a part of it.",
        "RFC 9112 5.1",
        reads(tabs_kept),
    ),
    Fault(
        "field-name-cleaned",
        "Octets that no field name has are left out of it.",
        "RFC 9112 5",
        reads(name_cleaned),
    ),
    Fault(
        "value-cut-at-nul",
        "A request field value ends in front of NUL.",
        "RFC 9110 5.5",
        reads(cut_at_nul),
    ),
    Fault(
        "field-name-with-space",
        "A field line of the response has a space before its colon.",
        "RFC 9112 5.1",
        rewriting(in_head(rb"^Server:", rb"Server :")),
    ),
    Fault(
        "field-value-with-control",
        "A field value of the response has a control character.",
        "RFC 9110 5.5",
        rewriting(in_head(rb"^(Server: )", b"\\1a\x01b ")),
    ),
    Fault(
        "obs-fold-in-response",
        "A field line of the response is folded.",
        "RFC 9112 5.2",
        rewriting(in_head(rb"^(Server: )", b"\\1folded\r\n ")),
    ),
    Fault(
        "space-before-colon-accepted",
        "A request field line with whitespace before its colon is taken as if there were none.",
        "RFC 9112 5.1",
        Behaviour(reading=replace(STRICT, field_line=space_before_colon_dropped)),
    ),
    Fault(
        "space-before-colon-ignored-line",
        "A request field line with whitespace before its colon is passed over.",
        "RFC 9112 5.1",
        Behaviour(reading=replace(STRICT, field_line=line_with_space_before_colon_ignored)),
    ),
    Fault(
        "folded-line-ignored",
        "The continuation of a folded request field line is passed over.",
        "RFC 9112 5.2",
        Behaviour(reading=replace(STRICT, field_line=folded_line_ignored)),
    ),
    Fault(
        "obs-text-refused",
        "A request field value with octets that are not ASCII is refused.",
        "RFC 9110 5.5",
        Behaviour(reading=replace(STRICT, field_line=ascii_alone)),
    ),
    Fault(
        "control-octets-in-value-kept",
        "NUL, CR and other control octets in a request field value are kept.",
        "RFC 9110 5.5",
        Behaviour(reading=replace(STRICT, field_line=control_octets_kept)),
    ),
)
