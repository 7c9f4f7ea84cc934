"""Rules that look at responses alone, asked once about responses that differ in nothing but their dates.

A server says much the same again and again, whatever it is asked. Which rules these are nobody declares:
each passive one is shown the responses, what was received and how the connection ended, and nothing else;
one that asks for more is asked anew whenever the same responses are seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from harness.http1.dates import masked
from harness.model.transcript import Ended, Transcript
from harness.model.verdict import Examination, Verdict
from harness.rules.hidden import Hidden, LookedFurther
from harness.rules.rule import Rule, Seen, Views

MOST_REMEMBERED: Final = 4096
_LONGEST: Final = 8192
"""Octets received, at most, for which verdicts are remembered."""

_Key = tuple[bytes, tuple[bytes, ...], Ended]


class _Transcript(Hidden):
    """As much of a transcript as its responses were read from."""

    def __init__(self, transcript: Transcript) -> None:
        self.received = transcript.received
        self.ended = transcript.ended


class _Responses(Hidden):
    """As much of an Examination without a control as tells of its responses."""

    control = None

    def __init__(self, examination: Examination) -> None:
        self.responses = examination.responses
        self.opinions = examination.opinions
        self.transcript = _Transcript(examination.transcript)


class _Known(NamedTuple):
    """What was said of some responses, and the rules that look further."""

    said: tuple[Verdict, ...]
    further: tuple[Rule, ...]


class AboutResponses:
    """The passive rules among these, and what they said."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rule for rule in rules if rule.passive)
        self._known: dict[_Key, _Known] = {}

    def violations(self, examination: Examination, views: Views) -> tuple[Verdict, ...]:
        """What these rules see violated."""
        known = self._of_responses(examination)
        return (*known.said, *(one for rule in known.further for one in rule.violations(examination, views)))

    def _of_responses(self, examination: Examination) -> _Known:
        """What is known of an examination by its responses; nothing, where a control stands beside it."""
        received = examination.transcript.received
        if len(received) > _LONGEST or examination.control is not None:
            return _Known((), self._rules)
        methods = tuple([one.method for one in examination.responses.responses])
        key = masked(received), methods, examination.transcript.ended
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            known = self._known[key] = self._asked(examination)
        return known

    def _asked(self, examination: Examination) -> _Known:
        seen = Seen(_Responses(examination), Hidden(), in_short=True)  # type: ignore[arg-type]
        said: list[Verdict] = []
        further: list[Rule] = []
        for rule in self._rules:
            try:
                said += rule.violations_of(seen)
            except LookedFurther:
                further.append(rule)
        return _Known(tuple(said), tuple(further))
