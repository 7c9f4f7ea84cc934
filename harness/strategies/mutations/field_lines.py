"""Field lines: twice, in another order, without a name, a value or a colon, folded, spelt otherwise
(RFC 9112 5, RFC 9110 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from harness.http1.build import line as any_line
from harness.http1.edit import with_lines
from harness.model.message import FieldLine, Request
from harness.strategies.draw import Draw
from harness.strategies.editing import insert, plain_line, put, some_line
from harness.strategies.mutation import Change, Mutation, on_request
from harness.strategies.tokens import outside_tokens

_NO_TCHAR: Final = bytes(octet for octet in b'(),/;<=>?@[\\]{}"\x01\x7f\0\x80\xff')
_CONTROLS: Final = bytes(octet for octet in (*range(1, 32), 127) if octet not in b"\t\n\r")
_TRIMMED: Final = b"\x0b\x0c\r\0\x7f\x85\xa0\xad\x1c\x1f\x80\xff"
_WHITESPACE: Final = (b" ", b"\t", b"  ", b" \t")
_FOLDS: Final = (b"\r\n ", b"\r\n\t", b"\r\n  \t", b"\r\n \r\n ")


def _edited(edit: Callable[[Draw, FieldLine], tuple[FieldLine, ...]]) -> Callable[[Draw, Request], Change]:
    """Any one line replaced by what `edit` makes of it."""

    def apply(draw: Draw, request: Request) -> Change:
        request, place = some_line(draw, request)
        return Change(put(request, place, *edit(draw, request.field_lines[place])), _at(place))

    return apply


def _within(edit: Callable[[Draw], bytes]) -> Callable[[Draw, Request], Change]:
    """Something put between two letters of a value (at its edge it would be trimmed, once it became SP)."""

    def apply(draw: Draw, request: Request) -> Change:
        request, place = plain_line(draw, request)
        line = request.field_lines[place]
        at = draw.integer(1, len(line.value) - 1)
        what = edit(draw)
        value = line.value[:at] + what + line.value[at:]
        return Change(put(request, place, replace(line, value=value)), f"{_at(place)}, {what!r}")

    return apply


def _at(place: int) -> str:
    return f"field line {place + 1}"


def _renamed(name: bytes) -> Callable[[Draw, FieldLine], tuple[FieldLine, ...]]:
    return lambda draw, line: (replace(line, name=name),)


def _delete(draw: Draw, request: Request) -> Change:
    request, place = some_line(draw, request)
    lines = request.field_lines
    if len(lines) == 1 and lines[0].name == b"X-Spare":  # it was given only to have one
        return Change(request, "a field line where there was none")
    return Change(with_lines(request, *lines[:place], *lines[place + 1 :]), _at(place))


def _duplicate(draw: Draw, request: Request) -> Change:
    request, place = some_line(draw, request)
    to = draw.integer(0, len(request.field_lines))
    return Change(insert(request, to, request.field_lines[place]), f"{_at(place)} again as {to + 1}")


def _reorder(draw: Draw, request: Request) -> Change:
    """One line in front of another; two that are alike give way to one that is not."""
    request, place = some_line(draw, request, least=2)
    lines = list(request.field_lines)
    moved = lines.pop(place)
    to = draw.integer(0, len(lines) - 1)
    lines.insert(to + (to >= place), moved)
    if tuple(lines) == request.field_lines:
        return Change(insert(request, 0, FieldLine(b"X-Spare", b"one")), "a line more in front")
    return Change(with_lines(request, *lines), f"{_at(place)} to {lines.index(moved) + 1}")


def _other_value(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    other = replace(line, value=draw.choice((b"0", b"", b"x", b"identity", b"close")))
    return (line, other) if draw.boolean() else (other, line)


def _without_colon(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    return (any_line(line.name + (line.before_value or b" ") + line.value),)


def _other_case(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    name = draw.choice((line.name.swapcase(), line.name.lower(), line.name.upper(), line.name.title()))
    return (replace(line, name=name if name != line.name else line.name.swapcase()),)


def _case(draw: Draw, request: Request) -> Change:
    if not any(line.name.swapcase() != line.name for line in request.field_lines):
        request = insert(request, 0, FieldLine(b"X-Spare", b"one"))
    places = [at for at, line in enumerate(request.field_lines) if line.name.swapcase() != line.name]
    place = draw.choice(places)
    return Change(put(request, place, *_other_case(draw, request.field_lines[place])), _at(place))


def _underscore(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    name = line.name.replace(b"-", b"_") if b"-" in line.name else line.name + b"_"
    return (replace(line, name=name),)


def _percent(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    return (replace(line, name=b"%%%02x%b" % (line.name[0], line.name[1:]) if line.name else b"%20"),)


def _bad_name(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    at = draw.integer(0, len(line.name))
    return (replace(line, name=line.name[:at] + draw.octets(1, 1, _NO_TCHAR) + line.name[at:]),)


def _space_in_name(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    return (replace(line, name=line.name + draw.choice(_WHITESPACE) + b"x"),)


def _octet_at_an_edge(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    """Before the name, before the colon, behind it, or at the end: what some readers trim and others keep."""
    octet = draw.octets(1, 1, _TRIMMED)
    part = draw.choice(("name", "before_colon", "before_value", "after_value"))
    return (replace(line, **{part: octet + getattr(line, part)}),)


def _before_colon(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    return (replace(line, before_colon=draw.choice(_WHITESPACE)),)


def _folded(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    """Before the value, behind it, or anywhere in it."""
    at = outside_tokens(line.value, draw.integer(0, len(line.value)))
    return (replace(line, value=line.value[:at] + draw.choice(_FOLDS) + line.value[at:]),)


def _fold_first(draw: Draw, request: Request) -> Change:
    first = any_line(draw.choice(_WHITESPACE) + draw.choice((b"X-Spare: one", b"", b"Host: first.invalid")))
    return Change(insert(request, 0, first), "before the first field line")


def _list_positions(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    front, behind = draw.choice(((b",", b""), (b"", b","), (b" , ,", b""), (b"x, ", b""), (b"", b", x")))
    return (replace(line, value=front + line.value + behind),)


def _quoted(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    return (replace(line, value=draw.choice((b'"%b"', b'"%b', b"'%b'", b'"\\%b"')) % line.value),)


def _named_by_connection(draw: Draw, line: FieldLine) -> tuple[FieldLine, ...]:
    return line, FieldLine(b"Connection", line.name or b"x")


def _no_end(draw: Draw, request: Request) -> Change:
    return Change(replace(request, end_of_fields=b""), "no empty line behind the field lines")


def _lf_end(draw: Draw, request: Request) -> Change:
    return Change(replace(request, end_of_fields=b"\n"), "the empty line behind the field lines")


MUTATIONS: Final[tuple[Mutation, ...]] = (
    on_request("delete", _delete),
    on_request("duplicate", _duplicate),
    on_request("reorder", _reorder),
    on_request("other-value", _edited(_other_value)),
    on_request("empty-name", _edited(_renamed(b"")), "empty-field-name"),
    on_request("empty-value", _edited(lambda draw, line: (line, FieldLine(line.name)))),
    on_request("no-colon", _edited(_without_colon), "no-colon", "field-name-not-token", "space-before-colon"),
    on_request("case", _case),
    on_request("underscore", _edited(_underscore)),
    on_request("percent-encoded-name", _edited(_percent)),
    on_request("bad-octet-in-name", _edited(_bad_name), "field-name-not-token"),
    on_request("space-in-name", _edited(_space_in_name), "field-name-not-token"),
    on_request("octet-at-an-edge", _edited(_octet_at_an_edge)),
    on_request("space-before-colon", _edited(_before_colon), "space-before-colon"),
    on_request("obs-fold", _edited(_folded), "obs-fold"),
    on_request("fold-first", _fold_first, "whitespace-before-first-field"),
    on_request("list-positions", _edited(_list_positions)),
    on_request("quoted", _edited(_quoted)),
    on_request("named-by-connection", _edited(_named_by_connection)),
    on_request(
        "control-in-value", _within(lambda draw: draw.octets(1, 2, _CONTROLS)), "control-in-field-value"
    ),
    on_request("nul-in-value", _within(lambda draw: b"\0"), "nul-in-field-value"),
    on_request("cr-in-value", _within(lambda draw: b"\r"), "bare-cr"),
    on_request("lf-at-end", _edited(lambda draw, line: (replace(line, end=b"\n"),)), "bare-lf-line-end"),
    on_request("cr-before-end", _edited(lambda draw, line: (replace(line, end=b"\r\r\n"),)), "bare-cr"),
    on_request("lf-for-the-empty-line", _lf_end, "bare-lf-line-end"),
    on_request("no-empty-line", _no_end),
)
