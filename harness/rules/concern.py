"""Which rules have anything to say of an Examination, so that none of the others is called in vain.

Nobody declares it, and so nobody declares it wrong: each check is asked once about a conversation without any
request, and the questions that it asks there are noted (`vocabulary.pairs_with`, `sound_pairs`). A check that
asked for some pairs, got none, looked at nothing else and said nothing does the same wherever these questions
have no answer, since it is a pure function. A check that looks at anything else first is always called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from harness.model.conversation import Conversation
from harness.model.verdict import Examination
from harness.rules.agreement import REMARKS
from harness.rules.rule import Question, Rule, Seen

Kinds = frozenset[str]
Shape = frozenset[Kinds]
"""The anomalies of each request that a rule may look at, in a conversation or in several."""


class _Looked(Exception):
    """A check looked at something else than pairs."""


class _Nothing:
    """Stands for an Examination that may not be looked at."""

    def __getattr__(self, name: str) -> object:
        raise _Looked


def questions(rule: Rule) -> tuple[Question, ...] | None:
    """The pairs that a rule asks for before it has anything to say; None where it looks at anything else."""
    asked: list[Question] = []
    nothing = _Nothing()
    seen = Seen(nothing, nothing, {"pairs": ()}, asked)  # type: ignore[arg-type]
    try:
        said = tuple(rule.check(seen))
    except _Looked:
        return None
    return None if rule.passive or said or None in asked else tuple(asked)


@dataclass(slots=True)
class Concern:
    """Which of these rules are to be asked."""

    rules: Sequence[Rule]
    _questions: dict[str, tuple[Question, ...] | None] = field(init=False)
    _known: dict[Shape, tuple[Rule, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._questions = {rule.id: questions(rule) for rule in self.rules}

    def of(self, examination: Examination) -> tuple[Rule, ...]:
        """The rules that may have something to say of it, in their order."""
        shape = frozenset(_shape((examination.strict, *examination.explanations)))
        known = self._known.get(shape)
        if known is None:
            if len(self._known) >= _MOST_SHAPES:
                self._known.clear()
            known = self._known[shape] = tuple(one for one in self.rules if self._answered(one, shape))
        return known

    def _answered(self, rule: Rule, shape: Shape) -> bool:
        asked = self._questions[rule.id]
        return asked is None or any(_answer(one, kinds) for one in asked for kinds in shape)


_MOST_SHAPES = 4096


def _shape(conversations: Iterable[Conversation]) -> Iterator[Kinds]:
    """As `vocabulary.pairs` walks them: no markers, and up to the first request with an anomaly."""
    for conversation in conversations:
        for exchange in conversation.exchanges:
            kinds = frozenset(one.kind for one in exchange.anomalies) - REMARKS
            if not exchange.marker:
                yield kinds
            if kinds:
                break


def _answer(question: Question, kinds: Kinds) -> bool:
    if question is None:
        return True
    return kinds.issubset(question) if kinds else not question
