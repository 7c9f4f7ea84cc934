"""Host: none, two, an empty one, one that is no authority, one that is not the target's (RFC 9112 3.2,
RFC 9110 7.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from harness.http1.build import HOST, PATH
from harness.http1.edit import with_line, with_lines, without
from harness.model.message import FieldLine, Request
from harness.strategies.draw import Draw
from harness.strategies.editing import HOST_NAME, insert, place_of, put
from harness.strategies.mutation import Change, Mutation, on_request

_INVALID: Final = "host-invalid"
_OTHER: Final = b"other.invalid"


def _with_host(request: Request) -> tuple[Request, int]:
    """A request with Host, and the place of that line."""
    place = place_of(request, HOST_NAME)
    return (request, place) if place is not None else (insert(request, 0, FieldLine(HOST_NAME, HOST)), 0)


def _value(template: bytes) -> Callable[[Draw, Request], Change]:
    """Host with that value; `%b` in it stands for the one it had."""

    def apply(draw: Draw, request: Request) -> Change:
        request, place = _with_host(request)
        line = request.field_lines[place]
        value = template % line.value if b"%b" in template else template
        return Change(put(request, place, replace(line, value=value)), f"field line {place + 1}: {value!r}")

    return apply


def _missing(draw: Draw, request: Request) -> Change:
    return Change(without(_with_host(request)[0], HOST_NAME), "no field line")


def _second(value: bytes | None, front: bool) -> Callable[[Draw, Request], Change]:
    """A second line at one end of the field section, with the same value or another."""

    def apply(draw: Draw, request: Request) -> Change:
        request, place = _with_host(request)
        second = FieldLine(HOST_NAME, request.field_lines[place].value if value is None else value)
        at = 0 if front else len(request.field_lines)
        return Change(insert(request, at, second), f"field line {at + 1}: {second.value!r}")

    return apply


def _last(draw: Draw, request: Request) -> Change:
    """Behind all other lines, and one of them is new."""
    request, place = _with_host(request)
    line = request.field_lines[place]
    bare = without(request, HOST_NAME)
    lines = (*bare.field_lines, FieldLine(b"X-Spare", b"one"), line)
    return Change(with_lines(request, *lines), f"field line {len(lines)}")


def _absolute(draw: Draw, request: Request) -> Change:
    """The target names the host, and Host another one: the target decides (RFC 9112 3.2.2)."""
    request, place = _with_host(request)
    target = b"http://" + HOST + (request.line.target if request.line.target.startswith(b"/") else PATH)
    method = b"GET" if request.line.method == b"CONNECT" else request.line.method
    line = replace(request.line, method=method, target=target)
    other = replace(request.field_lines[place], value=_OTHER)
    return Change(with_line(put(request, place, other), line), "the request-target and Host")


_VALUES: Final[tuple[tuple[str, bytes, tuple[str, ...]], ...]] = (
    ("empty", b"", ("host-empty",)),
    ("other", _OTHER, ()),
    ("full-stop-behind", b"example.invalid.", ()),
    ("empty-port", b"example.invalid:", ()),
    ("port-65536", b"example.invalid:65536", ()),
    ("long-port", b"example.invalid:" + b"0" * 40 + b"80", ()),
    ("underscore", b"_a_.invalid", ()),
    ("percent-encoded", b"%65xample.invalid", ()),
    ("commas", b"a.invalid,b.invalid", ()),
    ("ipv6", b"[::1]:80", ()),
    ("ipv4", b"127.0.0.1", ()),
    ("full-stops", b"..", ()),
    ("port-of-letters", b"example.invalid:http", (_INVALID,)),
    ("port-negative", b"example.invalid:-80", (_INVALID,)),
    ("two-ports", b"example.invalid:80:80", (_INVALID,)),
    ("ipv6-unclosed", b"[::1", (_INVALID,)),
    ("ipv6-bare", b"::1", (_INVALID,)),
    ("ipv6-zone", b"[fe80::1%25lo]", (_INVALID,)),
    ("text-behind-ipv6", b"[::1]x", (_INVALID,)),
    ("userinfo", b"user:pass@%b", (_INVALID,)),
    ("path-behind", b"%b/path", (_INVALID,)),
    ("query-behind", b"%b?query", (_INVALID,)),
    ("fragment-behind", b"%b#fragment", (_INVALID,)),
    ("backslash", b"%b\\x", (_INVALID,)),
    ("scheme-before", b"http://%b", (_INVALID,)),
    ("space-inside", b"a b", (_INVALID,)),
    ("list-with-space", b"%b, other.invalid", (_INVALID,)),
    ("quoted", b'"%b"', (_INVALID,)),
    ("angle-bracket", b"<b>.invalid", (_INVALID,)),
    ("percent-alone", b"a%.invalid", (_INVALID,)),
    ("obs-text", b"\xe9.invalid", (_INVALID,)),
    ("control", b"a\x01b.invalid", (_INVALID,)),
    ("nul", b"a\0b.invalid", ("nul-in-field-value",)),
    ("bare-cr", b"a\rb.invalid", ("bare-cr",)),
)

MUTATIONS: Final[tuple[Mutation, ...]] = (
    on_request("missing", _missing, "host-missing", "host-absent"),
    on_request("twice", _second(None, front=True), "host-twice"),
    on_request("twice-other-first", _second(_OTHER, front=True), "host-twice"),
    on_request("twice-other-last", _second(_OTHER, front=False), "host-twice"),
    on_request("twice-empty-first", _second(b"", front=True), "host-twice"),
    on_request("last", _last),
    on_request("absolute-form-differs", _absolute),
    *(on_request(name, _value(value), *breaks) for name, value, breaks in _VALUES),
)
