"""One case of the page: a plan carried out against one target, told from every side.

It is made when the page comes to it and dropped behind it, so that the octets of a big run are never
in memory at once. What is long is cut in the middle, and says how much is left out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from harness.model.plan import Origin
from harness.model.tally import Standing, standing
from harness.narrate import escape
from harness.narrate.escape import HexRow, Piece
from harness.narrate.snippet import host_and_port, snippet
from harness.narrate.wire_story import Line, tell
from harness.store.run_store import ExchangePart, PlanRecord, TargetRecord, TranscriptRecord, VerdictRecord
from reports.recorded import events_of, received_in, sent_by, steps_of

if TYPE_CHECKING:
    from reports.html.cells import Rule

TEXT_LIMIT = 4096
PARTS_LIMIT = 8
LINE_LIMIT = 200
HEX_LIMIT = 1024
SNIPPET_LIMIT = 16384


@dataclass(frozen=True, slots=True)
class Judgement:
    """One verdict with its rule and standing."""

    verdict: VerdictRecord
    rule: Rule
    standing: Standing

    @classmethod
    def of(cls, verdict: VerdictRecord, rule: Rule) -> Judgement:
        """The judgement that a verdict is."""
        return cls(verdict, rule, standing(verdict.outcome, verdict.grade, verdict.flaky))


@dataclass(frozen=True)
class Case:
    """A plan, what happened, and everything that was said of it, the worst first.

    `slim` cases leave out what another run makes again.
    """

    anchor: str
    id: str
    target: TargetRecord
    judgements: tuple[Judgement, ...]
    plan: PlanRecord | None
    transcript: TranscriptRecord | None
    control_anchor: str = ""
    control_answer: str = ""
    slim: bool = False

    @property
    def title(self) -> str:
        """What the plan is about, in words."""
        return (self.plan.title if self.plan else "") or self.id

    @property
    def standing(self) -> Standing | None:
        """The worst that was said."""
        return self.judgements[0].standing if self.judgements else None

    @property
    def answer(self) -> str:
        """What was answered: the final statuses without the marker's, in order."""
        return answer(self.transcript)

    @property
    def fate(self) -> str:
        """What became of the connection."""
        return fate(self.transcript)

    @cached_property
    def sent(self) -> bytes:
        """All octets of the plan."""
        return sent_by(self.plan) if self.plan else b""

    @cached_property
    def received(self) -> bytes:
        """All octets that came back."""
        return received_in(self.transcript) if self.transcript else b""

    @cached_property
    def sent_span(self) -> tuple[int, int] | None:
        """Which of the octets sent show it: as the worst verdict that has a span says."""
        return next((one.verdict.sent_span for one in self.judgements if one.verdict.sent_span), None)

    @cached_property
    def received_span(self) -> tuple[int, int] | None:
        """The same for the octets received."""
        return next((one.verdict.received_span for one in self.judgements if one.verdict.received_span), None)

    @property
    def own(self) -> bytes:
        """The octets sent, without the engine's marker."""
        return self.sent if self.plan is None else self.sent[: self.plan.marker_at]

    @property
    def marker(self) -> bytes:
        """The octets of the engine's marker."""
        return self.sent[len(self.own) :]

    @property
    def sent_lines(self) -> list[list[Piece]]:
        """The octets sent, without the marker, as visible text."""
        return escape.lines(self.own, self.sent_span, TEXT_LIMIT)

    @property
    def received_parts(self) -> list[list[list[Piece]]]:
        """The octets received as visible text, parted where one answer ends and the next begins."""
        edges = [one.received[1] for one in self._exchanges if one.received][:PARTS_LIMIT]
        between = {edge for edge in edges if edge < len(self.received)}
        cuts = sorted({0, *between, len(self.received)})
        span = self.received_span
        return [
            escape.lines(self.received[a:b], _within(span, a, b), TEXT_LIMIT)
            for a, b in itertools.pairwise(cuts)
        ]

    @property
    def _exchanges(self) -> tuple[ExchangePart, ...]:
        return self.transcript.exchanges if self.transcript else ()

    @property
    def sent_hex(self) -> Iterable[HexRow]:
        """The octets sent in hexadecimal."""
        return escape.hex_rows(self.sent, self.sent_span, HEX_LIMIT)

    @property
    def received_hex(self) -> Iterable[HexRow]:
        """The octets received in hexadecimal."""
        return escape.hex_rows(self.received, self.received_span, HEX_LIMIT)

    @property
    def story(self) -> tuple[Line, ...]:
        """The wire log."""
        if self.plan is None or self.transcript is None:
            return ()
        return tell(steps_of(self.plan), events_of(self.transcript), self.plan.marker_at)

    @property
    def again(self) -> str:
        """The command that carries it out again, with the other cases of its rule."""
        rule = self.id.partition("/")[0] if self.plan and self.plan.origin is Origin.PROBE else ""
        return " ".join(filter(None, ["wireproof run", self.target.again, rule]))

    @property
    def source(self) -> str:
        """The reproducer; empty where it would be too long to print."""
        if self.plan is None:
            return ""
        host, port = host_and_port(self.target.address) or ("127.0.0.1", 8080)
        text = snippet(steps_of(self.plan), host, port, f"{self.id}: {self.plan.title}")
        return text if len(text) <= SNIPPET_LIMIT else ""


def _within(span: tuple[int, int] | None, start: int, end: int) -> tuple[int, int] | None:
    """The part of a span that lies in [start, end), counted from `start`; a mark on all says nothing."""
    if span is None or span[1] < start or span[0] >= end or start >= span[1] > span[0]:
        return None
    if span[0] <= start and end <= span[1]:
        return None
    return max(span[0], start) - start, min(span[1], end) - start


def answer(transcript: TranscriptRecord | None) -> str:
    """The final statuses of a transcript without those of markers: `400`, `200 400`, `no answer`."""
    if transcript is None:
        return ""
    asked = [one for one in transcript.exchanges if not one.marker]
    told = [str(one.status) for one in asked if one.status is not None]
    if len(told) > 3:
        return f"{told[0]} … {told[-1]} ({len(told)})"
    return " ".join(told) or "no answer"


def fate(transcript: TranscriptRecord | None) -> str:
    """What became of the connection right behind the last request that is not a marker."""
    if transcript is None:
        return ""
    asked = [one for one in transcript.exchanges if not one.marker]
    return asked[-1].fate if asked else transcript.fate
