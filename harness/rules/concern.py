"""Which rules have anything to say of an Examination, so that none of the others is called in vain.

Nobody declares it, and so nobody declares it wrong: each check is asked about a conversation without any
request, once as if a sound twin had been sent beside it and once as if none had, and the questions that it
asks there are noted (`vocabulary.pairs_with`, `sound_pairs`). A check that asked for some pairs, got none,
looked at nothing else and said nothing does the same wherever these questions have no answer, since it is
a pure function. A check that looks at anything else first is always called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from harness.model.conversation import Conversation
from harness.model.verdict import Examination
from harness.rules.agreement import REMARKS
from harness.rules.hidden import Hidden, LookedFurther
from harness.rules.rule import Question, Rule, Seen

Kinds = frozenset[str]
Shape = frozenset[Kinds]
"""The anomalies of each request that a rule may look at, in a conversation or in several."""


class _Examination(Hidden):
    """Stands for an Examination of which no more may be known than whether it has a control."""

    def __init__(self, *, twin: bool) -> None:
        self.control = Hidden() if twin else None


def questions(rule: Rule, *, twin: bool = True) -> tuple[Question, ...] | None:
    """The pairs that a rule asks for before it has anything to say, beside a sound twin or without one; None
    where it looks at anything else."""
    asked: list[Question] = []
    seen = Seen(_Examination(twin=twin), Hidden(), {"pairs": ()}, asked)  # type: ignore[arg-type]
    try:
        said = tuple(rule.check(seen))
    except LookedFurther:
        return None
    return None if rule.passive or said or None in asked else tuple(asked)


@dataclass(slots=True)
class Concern:
    """Which of these rules are to be asked."""

    rules: Sequence[Rule]
    _questions: dict[bool, tuple[tuple[Question, ...] | None, ...]] = field(init=False)
    _known: dict[tuple[Shape, bool], tuple[Rule, ...]] = field(default_factory=dict)
    _by_kinds: dict[tuple[Kinds, bool], frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._questions = {
            twin: tuple(questions(rule, twin=twin) for rule in self.rules) for twin in (False, True)
        }

    def of(self, examination: Examination) -> tuple[Rule, ...]:
        """The rules that may have something to say of it, in their order."""
        strict, explanations = examination.strict, examination.explanations
        known_twice = any(one is strict for one in explanations)
        shape = frozenset(_shape(explanations if known_twice else (strict, *explanations)))
        key = shape, examination.control is not None
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_SHAPES:
                self._known.clear()
                self._by_kinds.clear()
            known = self._known[key] = tuple(self._asked(*key))
        return known

    def _asked(self, shape: Shape, twin: bool) -> Iterator[Rule]:
        about = frozenset[int]().union(*(self._about(kinds, twin) for kinds in shape))
        for number, (rule, asked) in enumerate(zip(self.rules, self._questions[twin], strict=True)):
            if asked is None or number in about:
                yield rule

    def _about(self, kinds: Kinds, twin: bool) -> frozenset[int]:
        """The places of the rules that ask for a request with these anomalies."""
        known = self._by_kinds.get((kinds, twin))
        if known is None:
            known = self._by_kinds[kinds, twin] = frozenset(
                number
                for number, asked in enumerate(self._questions[twin])
                if asked and any(_answer(one, kinds) for one in asked)
            )
        return known


_MOST_SHAPES = 4096


def _shape(conversations: Iterable[Conversation]) -> Iterator[Kinds]:
    """As `vocabulary.pairs` walks them: no markers, and up to the first request with an anomaly."""
    for conversation in conversations:
        for exchange in conversation.exchanges:
            kinds = frozenset([one.kind for one in exchange.anomalies]) - REMARKS
            if not exchange.marker:
                yield kinds
            if kinds:
                break


def _answer(question: Question, kinds: Kinds) -> bool:
    if question is None:
        return True
    return kinds.issubset(question) if kinds else not question
