"""Two readings of the same octets compared: every difference has a name, and tells whether it matters.

A difference is benign where both readings say the same in other words, or where the RFC leaves the
point to the recipient: then it is no disagreement about what was sent. Names are compared without
case, values with every run of whitespace as one SP (RFC 9110 5.6.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness.http1.request_head import bare_words
from harness.http1.request_meaning import interpreted
from harness.model.message import FieldLine
from harness.model.reading import End, Reading, ReadRequest

_BLANKS: Final = re.compile(rb"[ \t]+")


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` differs at the request with that index (None: of the stream); `ours` and `theirs` show how."""

    what: str
    index: int | None
    ours: object
    theirs: object
    benign: bool = False


def differences(ours: Reading, theirs: Reading) -> tuple[Difference, ...]:
    """How two readings differ, request by request and then as a whole; empty when they agree."""
    return tuple(_differences(ours, theirs))


def agree(ours: Reading, theirs: Reading) -> bool:
    """Whether they differ in nothing that matters."""
    return all(one.benign for one in differences(ours, theirs))


def _differences(ours: Reading, theirs: Reading) -> Iterator[Difference]:
    our_requests, their_requests = _whole(ours), _whole(theirs)
    for index, (one, other) in enumerate(zip(our_requests, their_requests, strict=False)):
        yield from _of_requests(index, one, other)
    if len(our_requests) != len(their_requests):
        yield Difference("requests", None, len(our_requests), len(their_requests))
    if ours.end is not theirs.end:
        yield Difference("end", None, ours.end, theirs.end, _same_end(ours, theirs))
    elif ours.must_close != theirs.must_close:
        yield Difference("must-close", None, ours.must_close, theirs.must_close, _may_close(ours, theirs))


def _whole(reading: Reading) -> list[ReadRequest]:
    return [one for one in reading.requests if one.complete]


def _of_requests(index: int, ours: ReadRequest, theirs: ReadRequest) -> Iterator[Difference]:
    words = zip(
        ("method", "target", "version"),
        bare_words(ours.request.line),
        bare_words(theirs.request.line),
        strict=True,
    )
    for what, one, other in words:
        if one != other:
            yield Difference(what, index, one, other)
    if ours.content != theirs.content:
        yield Difference("content", index, ours.content, theirs.content)
    our_fields, their_fields = _fields(ours.request.field_lines), _fields(theirs.request.field_lines)
    if our_fields != their_fields:
        # h11 orders nothing anew; a parser that joins lines or drops broken ones is told apart here.
        benign = sorted(our_fields) == sorted(their_fields)
        yield Difference("fields", index, our_fields, their_fields, benign)


def _fields(lines: tuple[FieldLine, ...]) -> list[tuple[bytes, bytes]]:
    return [(line.name.lower(), _value(line)) for line in lines if line.colon]


def _value(line: FieldLine) -> bytes:
    value = _BLANKS.sub(b" ", interpreted(line.value))
    # The names of codings have no case (RFC 9112 7); h11 gives them in lower case.
    return value.lower() if line.named(b"transfer-encoding") else value


def _same_end(ours: Reading, theirs: Reading) -> bool:
    """Empty lines behind the last request are nothing yet, or the beginning of one (RFC 9112 2.2)."""
    unfinished = ours if ours.end is End.NEEDS_MORE else theirs if theirs.end is End.NEEDS_MORE else None
    other = theirs if unfinished is ours else ours
    return (
        unfinished is not None
        and other.end is End.COMPLETE
        and not any(not one.complete for one in unfinished.requests)
    )


def _may_close(ours: Reading, theirs: Reading) -> bool:
    """Whether a server is free to close there: it is behind a refusal, inside an unfinished request, and
    behind HTTP/1.0 even with keep-alive (RFC 9112 9.3)."""
    if ours.end is not End.COMPLETE:
        return True
    last = _whole(ours)[-1:]
    return theirs.must_close and any(bare_words(one.request.line)[2] == b"HTTP/1.0" for one in last)
