"""Rules that look at responses alone, asked once about responses that differ in nothing but their dates.

A server says much the same again and again, whatever it is asked. Which rules these are nobody declares:
each passive one is shown the responses and nothing else, and one that asks for more is from then on asked
every time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from harness.http1.dates import masked
from harness.model.reading import ResponseReading
from harness.model.verdict import Examination, Opinion, Verdict
from harness.rules.rule import Rule, Seen, Views

MOST_REMEMBERED: Final = 4096
_LONGEST: Final = 8192
"""Octets received, at most, for which verdicts are remembered."""

_Key = tuple[bytes, tuple[bytes, ...], str]


class _LookedFurther(Exception):
    """A rule asked for more than the responses."""


class _Responses:
    """As much of an Examination as tells of its responses."""

    def __init__(self, responses: ResponseReading, opinions: tuple[Opinion, ...]) -> None:
        self.responses = responses
        self.opinions = opinions

    def __getattr__(self, name: str) -> object:
        raise _LookedFurther(name)


class _Nothing:
    """A conversation that may not be looked at."""

    def __getattr__(self, name: str) -> object:
        raise _LookedFurther(name)


class AboutResponses:
    """The passive rules among these, and what they said."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = [rule for rule in rules if rule.passive]
        self._further: list[Rule] = []
        self._known: dict[_Key, tuple[Verdict, ...]] = {}

    def violations(self, examination: Examination, views: Views) -> tuple[Verdict, ...]:
        """What these rules see violated."""
        found = self._of_responses(examination)
        return (*found, *(one for rule in self._further for one in rule.violations(examination, views)))

    def _of_responses(self, examination: Examination) -> tuple[Verdict, ...]:
        received = examination.transcript.received
        if len(received) > _LONGEST:
            return self._asked(examination)
        responses = examination.responses
        methods = tuple(one.method for one in responses.responses)
        key = masked(received), methods, str(examination.transcript.ended)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            known = self._known[key] = self._asked(examination)
        return known

    def _asked(self, examination: Examination) -> tuple[Verdict, ...]:
        responses = _Responses(examination.responses, examination.opinions)
        found: list[Verdict] = []
        for rule in list(self._rules):
            try:
                found += rule.violations_of(Seen(responses, _Nothing()))  # type: ignore[arg-type]
            except _LookedFurther:
                self._rules.remove(rule)
                self._further.append(rule)
        return tuple(found)
