"""All permitted readings of one field section, header or trailer (RFC 9112 2.2, 5; RFC 9110 5.5).

A nondeterministic reader, line by line. What tells two states apart is where they stand and what
matters later: the values of Host, Content-Length, Transfer-Encoding and Connection so far. The text of
other field lines is no part of a state, so equal ones merge and their number stays small.

At a bare LF: the line ends, or the LF is SP and the value goes on, or refuse, or wait for CRLF. At a
fold: join it, or refuse with 400. At a bare CR or NUL: SP, or refuse. A whitespace-led line behind the
request-line: drop it, or refuse. Whitespace before a colon: refuse with 400. Any other line that the
grammar excludes: ignore it, or refuse (2.2 says SHOULD).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from harness.http1 import grammar
from harness.http1.framing import content_length
from harness.http1.request_head import SOUND_FIELD_LINE, colonless, line_end, split_field_line
from harness.http1.request_meaning import (
    ANY_REFUSAL,
    BAD_REQUEST,
    MEANINGFUL,
    Refusal,
    has_option,
    interpreted,
)
from harness.model.message import FieldLine
from harness.oracle.permitted_budget import Budget

_REFUSED_BY_VALUE: Final = {
    b"host": Refusal(BAD_REQUEST),
    b"content-length": Refusal(BAD_REQUEST, must_close=True),
}
"""What a bare CR or NUL costs in the fields whose invalid value has a status of its own (3.2, 6.3)."""

_JUDGED_BY_GRAMMAR: Final = frozenset({b"host", b"content-length", b"transfer-encoding"})
_ODD: Final = bytes((*range(9), *range(10, 32), 127))
_LED_BY_SPACE: Final = frozenset(b" \t\r")


class _Open(NamedTuple):
    """The field line that may still go on: its name if it matters, its value and its own span."""

    name: bytes
    value_at: int
    start: int
    content_end: int
    end: int
    colon: bool


class _Link(NamedTuple):
    """Field lines so far, the last one first; states share what stands before."""

    before: _Link | None
    line: _Open


@dataclass(slots=True)
class _State:
    """`inside`: a bare LF was just taken as SP, and the value goes on; `bent`: somewhere one was."""

    at: int
    inside: bool = False
    bent: bool = False
    open: _Open | None = None
    values: tuple[tuple[bytes, object], ...] = ()
    spans: tuple[tuple[bytes, int, int], ...] = ()
    refusal: Refusal | None = None
    lines: _Link | None = None


@dataclass(frozen=True, slots=True)
class SectionEnd:
    """One way to come to the end of a section: the offset behind its empty line, the values that
    matter by name in lower case, the field lines, and what was demanded on the way."""

    start_of_end: int
    end: int
    values: dict[bytes, list[bytes]]
    refusal: Refusal | None
    _lines: _Link | None

    def field_lines(self, octets: bytes) -> tuple[FieldLine, ...]:
        """The field lines under this reading."""
        found: list[FieldLine] = []
        link = self._lines
        while link is not None:
            link, line = link
            found.append(_field_line(octets, line))
        return tuple(reversed(found))


@dataclass(slots=True)
class SectionReadings:
    """All ends of a section, all refusals on the way, and whether a server may still be waiting."""

    ends: list[SectionEnd] = field(default_factory=list)
    refusals: set[Refusal] = field(default_factory=set)
    needs_more: bool = False


def read_section(octets: bytes, at: int, budget: Budget, trailer: bool = False) -> SectionReadings:
    """Every permitted reading of the section that begins at that offset. Raises TooManyReadings."""
    return _SectionWalk(octets, budget, trailer).walk(at)


def _field_line(octets: bytes, line: _Open) -> FieldLine:
    content, end = octets[line.start : line.content_end], octets[line.content_end : line.end]
    if not line.colon:
        return colonless(content, end)
    return (
        _remembered(content, end) if len(content) <= _LONGEST_REMEMBERED else split_field_line(content, end)
    )


_LONGEST_REMEMBERED: Final = 256
_remembered: Final = lru_cache(maxsize=4096)(split_field_line)
"""What is read in one way may be read in another: the lines are the same."""


class _SectionWalk:
    """States wait by offset, the lowest first, so that equal ones have met before any is continued."""

    def __init__(self, octets: bytes, budget: Budget, trailer: bool) -> None:
        self.octets = octets
        self.budget = budget
        self.trailer = trailer
        self.last_crlf = octets.rfind(b"\r\n")
        self.found = SectionReadings()
        self.waiting: dict[int, dict[object, _State]] = {}
        self.offsets: list[int] = []
        self.live = 0

    def walk(self, at: int) -> SectionReadings:
        self._push(self._behind_sound_lines(at))
        while self.offsets:
            states = self.waiting.pop(heapq.heappop(self.offsets))
            for state in states.values():
                self.budget.step(self.live)
                self.live -= 1
                self._advance(state)
        return self.found

    def _behind_sound_lines(self, at: int) -> _State:
        """The state behind all lines in front that are sound: there is no other one yet."""
        values: list[tuple[bytes, object]] = []
        spans: list[tuple[bytes, int, int]] = []
        lines: _Link | None = None
        line: _Open | None = None
        while sound := SOUND_FIELD_LINE.match(self.octets, at):
            self.budget.step(1)
            if line is not None:
                lines = _Link(lines, line)
            name, value_at, end = self._name(sound[1]), sound.end(1) + 1, sound.end()
            line = _Open(name, value_at, at, end - 2, end, True)
            at = end
            if name:
                values.append((name, self._value_key(name, value_at, end - 2)))
                spans.append((name, value_at, end - 2))
        if line is not None and line.name:  # it may go on, and counts once it is done
            del values[-1], spans[-1]
        return _State(at, open=line, values=tuple(values), spans=tuple(spans), lines=lines)

    def _push(self, state: _State) -> None:
        here = self.waiting.get(state.at)
        if here is None:
            here = self.waiting[state.at] = {}
            heapq.heappush(self.offsets, state.at)
        if state.bent and self._hosts(state) > 1:
            return
        key = (state.inside, state.values, state.refusal, self._open_key(state.open))
        other = here.get(key)
        if other is None:
            self.live += 1
        if other is None or (other.bent and not state.bent):
            here[key] = state

    @staticmethod
    def _hosts(state: _State) -> int:
        """Behind an LF that was taken as SP any refusal fits, so that a second Host demands nothing new;
        a walk through the requests behind, as field lines of this one, ends here."""
        opened = state.open is not None and state.open.name == b"host"
        return opened + sum(name == b"host" for name, _ in state.values)

    def _open_key(self, line: _Open | None) -> object:
        if line is None or not line.name:
            return None
        return line.name, self._value_key(line.name, line.value_at, line.content_end)

    def _value_key(self, name: bytes, start: int, end: int) -> object:
        """What tells two values of a field apart that matters."""
        value = interpreted(self.octets[start:end])
        if name == b"connection":
            return has_option((value,), b"close"), has_option((value,), b"keep-alive")
        return value if name in _JUDGED_BY_GRAMMAR else None

    def _advance(self, state: _State) -> None:
        sound = None if state.inside else SOUND_FIELD_LINE.match(self.octets, state.at)
        if sound:
            name = self._name(sound[1])
            line = _Open(name, sound.end(1) + 1, state.at, sound.end() - 2, sound.end(), True)
            self._push(self._committed(state, sound.end(), line))
            return
        found = line_end(self.octets, state.at)
        if not found:
            self.found.needs_more = True
            return
        content_end, end = found
        bare = end - content_end == 1
        if bare:
            self._refuse(ANY_REFUSAL)
            self.found.needs_more |= self.last_crlf < state.at
        if state.inside:
            self._go_on(state, content_end, end, bare)
        elif content_end == state.at:
            self._end(state, end)
        elif self.octets[state.at] in _LED_BY_SPACE:
            self._led_by_space(state, content_end, end, bare)
        else:
            self._line(state, content_end, end, bare)

    def _name(self, name: bytes) -> bytes:
        lowered = name.lower()
        return lowered if not self.trailer and lowered in MEANINGFUL else b""

    def _refuse(self, refusal: Refusal) -> None:
        self.found.refusals.add(refusal)

    def _committed(self, state: _State, at: int, line: _Open | None) -> _State:
        """The state behind that offset: the open line is done, `line` is the one that may go on."""
        done = state.open
        values, spans, lines = state.values, state.spans, state.lines
        if done is not None:
            lines = _Link(lines, done)
            if done.name:
                key = self._value_key(done.name, done.value_at, done.content_end)
                values = (*values, (done.name, key))
                spans = (*spans, (done.name, done.value_at, done.content_end))
        return _State(at, False, state.bent, line, values, spans, state.refusal, lines)

    def _end(self, state: _State, end: int) -> None:
        state = self._committed(state, state.at, None)
        values: dict[bytes, list[bytes]] = {}
        for name, start, stop in state.spans:
            values.setdefault(name, []).append(interpreted(self.octets[start:stop]))
        self.found.ends.append(SectionEnd(state.at, end, values, state.refusal, state.lines))

    def _led_by_space(self, state: _State, content_end: int, end: int, bare: bool) -> None:
        """A fold of the line before (5.2), or a line to be dropped right behind the request-line (2.2)."""
        if self.octets[state.at] == 0x0D:
            self._refuse(self._cost_of_controls(state.open.name if state.open else b""))
        if state.open is None:
            self._refuse(ANY_REFUSAL)
            self._drop(state, content_end, end)
            if bare and self.last_crlf >= end:  # an LF that ends no line is dropped with the rest
                crlf = self.octets.find(b"\r\n", end)
                self._drop(state, crlf, crlf + 2)
            return
        if self.octets[state.at] != 0x0D:
            self._refuse(Refusal(BAD_REQUEST))
        self._judge_octets(state.open.name, state.at, content_end)
        self._extend(state, content_end, end, bare)

    def _drop(self, state: _State, content_end: int, end: int) -> None:
        lines = _Link(state.lines, _Open(b"", state.at, state.at, content_end, end, False))
        self._push(_State(end, False, state.bent, None, state.values, state.spans, state.refusal, lines))

    def _go_on(self, state: _State, content_end: int, end: int, bare: bool) -> None:
        """A value in which an LF was taken as SP goes on to the end of this line."""
        assert state.open is not None
        self._judge_octets(state.open.name, state.at, content_end)
        self._extend(state, content_end, end, bare)

    def _extend(self, state: _State, content_end: int, end: int, bare: bool) -> None:
        assert state.open is not None
        line = state.open._replace(content_end=content_end, end=end)
        if state.inside and self._spoilt(line):
            return
        for inside in (False, True) if bare and line.colon else (False,):
            bent = state.bent or inside
            self._push(_State(end, inside, bent, line, state.values, state.spans, state.refusal, state.lines))

    def _spoilt(self, line: _Open) -> bool:
        """Whether an LF read as SP made the value invalid for good: that refusal is already known, since
        any bare LF may be refused."""
        value = interpreted(self.octets[line.value_at : line.content_end])
        match line.name:
            case b"host":
                return not grammar.HOST.fullmatch(value)
            case b"content-length":
                return bool(value) and content_length((value,)) is None
            case b"transfer-encoding":
                return not grammar.TRANSFER_ENCODING.fullmatch(value)
            case _:
                return False

    def _line(self, state: _State, content_end: int, end: int, bare: bool) -> None:
        """A line that is no plain field line."""
        at = state.at
        colon = self.octets.find(b":", at, content_end)
        refusal = state.refusal
        if colon < 0:
            self._refuse(ANY_REFUSAL)
            line = _Open(b"", at, at, content_end, end, False)
        else:
            raw = self.octets[at:colon]
            refusal = self._judge_name(raw) or refusal
            name = self._name(raw.rstrip(grammar.WHITESPACE))
            line = _Open(name, colon + 1, at, content_end, end, True)
            self._judge_octets(name, colon + 1, content_end)
        behind = self._committed(state, end, line)
        behind.refusal = refusal
        self._push(behind)
        if bare and line.colon:
            going_on = self._committed(state, end, line)
            going_on.inside, going_on.bent, going_on.refusal = True, True, refusal
            self._push(going_on)

    def _judge_name(self, raw: bytes) -> Refusal | None:
        """What a name costs; the answer is a refusal that nothing gets around (5.1)."""
        if grammar.TOKEN.fullmatch(raw):
            return None
        if not self.trailer and raw[-1:] in {b" ", b"\t"} and raw.strip(grammar.WHITESPACE):
            self._refuse(Refusal(BAD_REQUEST))
            return Refusal(BAD_REQUEST)
        self._refuse(ANY_REFUSAL)
        # A bare CR before the colon is SP, and then 5.1 asks for 400; or the line is invalid (2.2).
        return ANY_REFUSAL if not self.trailer and raw[-1:] == b"\r" else None

    def _judge_octets(self, name: bytes, start: int, end: int) -> None:
        """Bare CR and NUL may be SP; other controls may be retained, where a grammar does not judge."""
        odd = set(self.octets[start:end]).intersection(_ODD) - {0x0A}
        if odd & {0x00, 0x0D}:
            self._refuse(self._cost_of_controls(name))
        if odd - {0x00, 0x0D} and name not in _JUDGED_BY_GRAMMAR:
            self._refuse(ANY_REFUSAL)

    def _cost_of_controls(self, name: bytes) -> Refusal:
        return _REFUSED_BY_VALUE.get(name, ANY_REFUSAL)
