"""Streams of requests: more of them, in another order, parted wrongly, with octets between or behind them
that are none (RFC 9112 2.2, 9.3 and 9.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from harness.http1 import serialize
from harness.http1.build import get
from harness.http1.edit import with_body, without
from harness.model.message import FieldLine, Request
from harness.strategies.draw import Draw
from harness.strategies.editing import HOST_NAME, LENGTH, counted, insert, put
from harness.strategies.mutation import Change, Mutation, Parts, on_stream
from harness.strategies.tokens import outside_tokens

GARBAGE: Final = (
    b"X",
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b" ",
    b"\r\n\r\n\r\n",
    b"0\r\n\r\n",
    b"GARBAGE\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
    b"GET /",
    b"\xff" * 16,
)
"""Octets that are no request: line ends, a last chunk, a response, the preface of HTTP/2, the beginning of
a TLS handshake, a request cut off."""


def _whole(parts: Parts, place: int) -> Request:
    """The request in that place; the plainest one where octets stand."""
    part = parts[place]
    return get() if isinstance(part, bytes) else part


def _another(draw: Draw, parts: Parts) -> Change:
    return Change((*parts, get()), f"a GET behind {len(parts)}")


def _another_first(draw: Draw, parts: Parts) -> Change:
    return Change((get(), *parts), "a GET in front")


def _duplicate(draw: Draw, parts: Parts) -> Change:
    place = draw.integer(0, len(parts) - 1)
    times = draw.choice((1, 2, 7))
    repeated = (*parts[:place], *(parts[place],) * times, *parts[place:])
    return Change(repeated, f"request {place + 1}, {times} times more")


def _reorder(draw: Draw, parts: Parts) -> Change:
    """One in front of those before it; of a stream that is the same then, a GET more is put in front."""
    place = draw.integer(min(1, len(parts) - 1), len(parts) - 1)
    moved = (parts[place], *parts[:place], *parts[place + 1 :])
    if moved == parts:
        return _another_first(draw, parts)
    return Change(moved, f"request {place + 1} first")


def _garbage(at: Callable[[Draw, Parts], int]) -> Callable[[Draw, Parts], Change]:
    def apply(draw: Draw, parts: Parts) -> Change:
        place = at(draw, parts)
        octets = draw.choice(GARBAGE)
        return Change((*parts[:place], octets, *parts[place:]), f"{octets[:16]!r} behind {place} requests")

    return apply


def _between(draw: Draw, parts: Parts) -> Change:
    """Behind one request, and another request behind that."""
    place = draw.integer(1, len(parts))
    octets = draw.choice(GARBAGE)
    rest = parts[place:] or (get(),)
    return Change((*parts[:place], octets, *rest), f"{octets[:16]!r} behind request {place}")


def _closed(draw: Draw, parts: Parts) -> Change:
    """A request that closes the connection, and others behind it."""
    place = draw.integer(0, len(parts) - 1)
    one = _whole(parts, place)
    closing = insert(one, len(one.field_lines), FieldLine(b"Connection", b"close"))
    rest = parts[place + 1 :] or (get(),)
    return Change((*parts[:place], closing, *rest), f"behind request {place + 1}")


def _cut_short(draw: Draw, parts: Parts) -> Change:
    """One request without its last octets, and another behind it."""
    place = draw.integer(0, len(parts) - 1)
    octets = serialize.request(_whole(parts, place))
    kept = outside_tokens(octets, max(len(octets) - draw.integer(1, 16), 0))
    rest = parts[place + 1 :] or (get(),)
    return Change((*parts[:place], octets[:kept], *rest), f"request {place + 1} at octet {kept}")


def _plain_content(method: bytes, path: bytes) -> bytes:
    """A request that is content: it bears no token, since those change their length."""
    return method + b" " + path + b" HTTP/1.1\r\nHost: content.invalid\r\n\r\n"


def _as_content(draw: Draw, parts: Parts) -> Change:
    """Content that is a request, truly counted: whoever loses count answers it."""
    place = draw.integer(0, len(parts) - 1)
    content = _plain_content(b"GET", b"/content")
    request, at, _ = counted(_whole(parts, place))
    length = FieldLine(LENGTH, b"%d" % len(content))
    changed = with_body(put(request, at, length), content)
    return Change((*parts[:place], changed, *parts[place + 1 :]), f"request {place + 1}")


def _behind_zero(draw: Draw, parts: Parts) -> Change:
    """Content-Length 0, and a request where its content would be."""
    place = draw.integer(0, len(parts) - 1)
    request, at, _ = counted(_whole(parts, place))
    changed = with_body(put(request, at, FieldLine(LENGTH, b"0")), _plain_content(b"GET", b"/behind"))
    return Change((*parts[:place], changed, *parts[place + 1 :]), f"request {place + 1}")


def _many(draw: Draw, parts: Parts) -> Change:
    count = draw.choice((16, 33, 100))
    return Change((*(get(),) * count, *parts), f"{count} GETs in front")


def _invalid_last(draw: Draw, parts: Parts) -> Change:
    """A sound request, and one behind it that has to be refused: the first has its answer all the same."""
    return Change((*parts, without(get(), HOST_NAME)), f"a GET without Host behind {len(parts)}")


def _shifted(draw: Draw, parts: Parts) -> Change:
    """The last octets of a counted request as the first of the next one."""
    place = draw.integer(0, len(parts) - 1)
    request, at, content = counted(_whole(parts, place))
    shift = draw.integer(1, len(content))
    length = FieldLine(LENGTH, b"%d" % (len(content) - shift))
    rest = parts[place + 1 :] or (get(),)
    return Change(
        (*parts[:place], put(request, at, length), *rest), f"by {shift} octets at request {place + 1}"
    )


MUTATIONS: Final[tuple[Mutation, ...]] = (
    on_stream("another", _another),
    on_stream("another-first", _another_first),
    on_stream("duplicate", _duplicate),
    on_stream("reorder", _reorder),
    on_stream("garbage-behind", _garbage(lambda draw, parts: len(parts))),
    on_stream("garbage-in-front", _garbage(lambda draw, parts: 0)),
    on_stream("garbage-between", _between),
    on_stream("behind-close", _closed, "octets-behind-close"),
    on_stream("cut-short", _cut_short),
    on_stream("request-as-content", _as_content),
    on_stream("request-behind-length-0", _behind_zero),
    on_stream("boundary-shifted", _shifted),
    on_stream("many", _many),
    on_stream("invalid-last", _invalid_last, "host-missing", "octets-behind-close"),
)
