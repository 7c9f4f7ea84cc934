"""One case, a plan carried out against one target, as the script of the page gets it.

What the terminal tells is told here by the same modules: the wire story, the reproducer. Octets go to
the pool, and only where they are is kept with the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.model.plan import Origin
from harness.model.tally import Standing
from harness.narrate.escape import Span, visible_text
from harness.narrate.snippet import statements
from harness.narrate.wire_story import Actor, Line, tell
from harness.store.run_store import ExchangePart, PlanRecord, TranscriptRecord
from reports.html.blocks import Octets
from reports.html.cells import Rule, Shown
from reports.recorded import events_of, received_in, sent_by, steps_of

PARTS_LIMIT = 8
PROGRAM_LIMIT = 1 << 14
LIST_LIMIT = 64
STORY_LIMIT = 256
_ACTORS = {actor: number for number, actor in enumerate(Actor)}
_STANDINGS = {one: number for number, one in enumerate(Standing)}


@dataclass(frozen=True, slots=True)
class Case:
    """What is stored of a case, and all that was said of it, the worst first."""

    plan: PlanRecord | None
    transcript: TranscriptRecord | None
    verdicts: Sequence[tuple[Rule, Shown]] = field(default=())

    @property
    def standing(self) -> Standing | None:
        """The worst that was said."""
        return self.verdicts[0][1].standing if self.verdicts else None

    def packed(self, octets: Octets) -> dict[str, Any]:
        """The case as JSON, its octets handed to the pool."""
        told: dict[str, Any] = {"verdicts": [_verdict(rule, shown) for rule, shown in self.verdicts]}
        if self.plan:
            told |= self._plan(self.plan, octets)
        if self.transcript:
            told |= self._transcript(self.transcript, octets)
        return told

    def _plan(self, plan: PlanRecord, octets: Octets) -> dict[str, Any]:
        program = statements(steps_of(plan)).encode()
        told: dict[str, Any] = {"sent": octets.keep(sent_by(plan), self._span("sent_span"))}
        if plan.marker_at is not None:
            told["marker"] = plan.marker_at
        if len(program) <= PROGRAM_LIMIT:
            told["program"] = octets.keep(program)
        return told

    def _transcript(self, transcript: TranscriptRecord, octets: Octets) -> dict[str, Any]:
        received = received_in(transcript)
        edges = [one.received[1] for one in transcript.exchanges if one.received][:PARTS_LIMIT]
        return {
            "received": octets.keep(received, self._span("received_span")),
            "parts": sorted({edge for edge in edges if 0 < edge < len(received)}),
            "story": self._story(transcript),
            "exchanges": [_exchange(one) for one in transcript.exchanges[:LIST_LIMIT]],
            "ended": transcript.ended,
            "fate": transcript.fate,
            "anomalies": [
                [one.side, *one.span, *map(visible_text, (one.kind, one.ledger, one.detail))]
                for one in transcript.anomalies[:LIST_LIMIT]
            ],
            "opinions": [
                [one.oracle, visible_text(one.requests), visible_text(one.responses)]
                for one in transcript.opinions
            ],
        }

    def _story(self, transcript: TranscriptRecord) -> list[tuple[Any, ...]]:
        if self.plan is None:
            return []
        story = tell(steps_of(self.plan), events_of(transcript), self.plan.marker_at)
        told = [_line(line) for line in story[:STORY_LIMIT]]
        if (left := len(story) - STORY_LIMIT) > 0:
            told.append((told[-1][0], _ACTORS[Actor.TIME], f"{left:,} more lines are left out here"))
        return told

    def _span(self, name: str) -> Span | None:
        """Which octets show it, as the worst verdict that has a span says."""
        spans: list[Span | None] = [getattr(shown, name) for _, shown in self.verdicts]
        return next((span for span in spans if span), None)


def _verdict(rule: Rule, shown: Shown) -> tuple[Any, ...]:
    told = (rule.number, _STANDINGS[shown.standing], visible_text(shown.observed), visible_text(shown.seen))
    more = (shown.sent_span, shown.received_span, int(shown.confirmed))
    return (*told, *more) if any(more) else told


def _line(line: Line) -> tuple[Any, ...]:
    """Time, actor, words; and where there are octets to show, their offset and length."""
    told = (round(line.at, 4), _ACTORS[line.actor], visible_text(line.what))
    return (*told, line.offset, len(line.octets)) if line.octets else told


def _exchange(one: ExchangePart) -> tuple[Any, ...]:
    return (*one.sent, one.interim, one.status, one.framing, one.fate, int(one.marker))


def answer(transcript: TranscriptRecord | None) -> str:
    """The final statuses of a transcript without those of markers: `400`, `200 400`, `no answer`."""
    if transcript is None:
        return ""
    told = [str(one.status) for one in transcript.exchanges if not one.marker and one.status is not None]
    if len(told) > 3:
        return f"{told[0]} … {told[-1]} ({len(told)})"
    return " ".join(told) or "no answer"


def fate(transcript: TranscriptRecord | None) -> str:
    """What became of the connection right behind the last request that is not a marker."""
    if transcript is None:
        return ""
    asked = [one for one in transcript.exchanges if not one.marker]
    return asked[-1].fate if asked else transcript.fate


ORIGINS = {
    Origin.CASE: "corpus case",
    Origin.FUZZ: "fuzz input",
    Origin.USER: "input of your own",
    Origin.PROBE: "probe",
    Origin.CONTROL: "control: the sound twin that probes are held against",
    Origin.CALIBRATION: "calibration: what the target was asked first",
}
