"""What a rule is: a pure function over an Examination, with what it covers and what it sends.

A rule judges any Examination; its own probes only make sure that it is never vacuous. Rules are
found by walking this package: a new rule is a new function, a new section a new file.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import harness.rules
from harness.model.conversation import Conversation, Explanation
from harness.model.requirement import Citation, Level, Requirement
from harness.model.verdict import Examination, Outcome, Reaction, Verdict
from harness.rules.agreement import agreed
from harness.rules.ledger import ledger
from harness.rules.plain import Plain
from harness.rules.probe import Probe

_STRENGTH = (Level.MUST, Level.GRAMMAR, Level.PROSE, Level.SHOULD, Level.MAY)


Question = tuple[str, ...] | None
"""Which pairs a check asks for: those with anomalies of these kinds alone; () the sound ones, None all."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An Examination under one of its explanations: what a check looks at."""

    examination: Examination
    conversation: Conversation
    memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What all checks would work out alike is worked out once (`vocabulary.pairs`)."""
    questions: list[Question] | None = field(default=None, compare=False, repr=False)
    """Where a list is given, which pairs a check asks for is noted in it (`concern`)."""
    in_short: bool = field(default=False, compare=False, repr=False)
    """Only violations are wanted: of what is none, the outcome alone may be said (`vocabulary.Pair.says`)."""


class Views:
    """An Examination under each of its explanations, the same for all rules that judge it."""

    def __init__(self, examination: Examination) -> None:
        self.examination = examination
        self._seen: dict[int, Seen] = {}
        told, strict = examination.told, examination.strict
        # Under the likeliest, and under the strict reading, where only violations are wanted.
        self.told = Seen(examination, told, in_short=True)
        self.strict = self.told if strict is told else Seen(examination, strict, in_short=True)
        # Whether these explanations are all there are.
        self.decided = not examination.open_ended and examination.explanation is not Explanation.TOO_MANY

    def under(self, conversation: Conversation) -> Seen:
        """What a check looks at under one of them."""
        seen = self._seen.get(id(conversation))
        if seen is None:
            seen = self._seen[id(conversation)] = Seen(self.examination, conversation)
        return seen


Check = Callable[[Seen], Iterable[Verdict]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `permitted` are the reactions that conform.

    `passive` rules look at responses alone, or at the explanations themselves: they judge once, beside the
    strict reading. All others judge under every explanation (`agreement`). `plain` makes the sound twin of
    any single request that the rule is about, where one can be made of it.
    """

    id: str
    check: Check
    requirements: tuple[Requirement, ...]
    area: str
    permitted: tuple[Reaction, ...]
    probes: tuple[Probe, ...]
    security: str
    passive: bool
    plain: Plain | None = None

    @property
    def covers(self) -> tuple[str, ...]:
        """The ids of the ledger rows that it speaks for, the first the foremost."""
        return tuple(one.id for one in self.requirements)

    @property
    def citation(self) -> Citation:
        """Where its foremost requirement stands."""
        return self.requirements[0].citation

    @property
    def level(self) -> Level:
        """The strongest level among its requirements."""
        return min((one.level for one in self.requirements), key=_STRENGTH.index)

    @property
    def title(self) -> str:
        """The first paragraph of its docstring, on one line."""
        return " ".join(inspect.cleandoc(self.check.__doc__ or "").partition("\n\n")[0].split())

    @property
    def why(self) -> str:
        """The rest of its docstring: why it matters, what is not judged."""
        return inspect.cleandoc(self.check.__doc__ or "").partition("\n\n")[2].strip()

    def judge(self, examination: Examination, views: Views | None = None) -> tuple[Verdict, ...]:
        """All verdicts on one Examination; none where the rule has nothing to look at.

        Whoever asks many rules about it hands them the same `views`.
        """
        return tuple(map(self._signed, self._said(examination, views or Views(examination))))

    def violations(self, examination: Examination, views: Views) -> tuple[Verdict, ...]:
        """Those of its verdicts that are VIOLATES: of what is not violated under one explanation, none."""
        if self.passive:
            return self.violations_of(views.strict)
        if views.decided and any(map(_violated, self.check(views.told))):
            return self._violations(self._said(examination, views))
        return ()

    def violations_of(self, seen: Seen) -> tuple[Verdict, ...]:
        """The same of one view alone."""
        return self._violations(self.check(seen))

    def _violations(self, said: Iterable[Verdict]) -> tuple[Verdict, ...]:
        return tuple(map(self._signed, filter(_violated, said)))

    def _said(self, examination: Examination, views: Views) -> Iterable[Verdict]:
        def said(conversation: Conversation) -> tuple[Verdict, ...]:
            return tuple(self.check(views.under(conversation)))

        return said(examination.strict) if self.passive else agreed(examination, said)

    def _signed(self, verdict: Verdict) -> Verdict:
        return replace(verdict, rule=self.id, covers=verdict.covers or self.covers)


def _violated(verdict: Verdict) -> bool:
    return verdict.outcome is Outcome.VIOLATES


_RULE = "__wireproof_rule__"


def rule(
    id: str,
    *,
    covers: Iterable[str],
    area: str,
    permitted: Iterable[Reaction],
    probes: Iterable[Probe] = (),
    security: str = "",
    passive: bool = False,
    plain: Plain | None = None,
) -> Callable[[Check], Check]:
    """Make a check a rule. `covers` are ledger rows; the level and the section come from them."""

    def declare(check: Check) -> Check:
        requirements = tuple(_row(id, row) for row in covers)
        classes = [one.security for one in requirements if one.security not in ("none", "other")]
        declared = Rule(
            id=id,
            check=check,
            requirements=requirements,
            area=area,
            permitted=tuple(permitted),
            probes=tuple(probes),
            security=security or (classes[0] if classes else "none"),
            passive=passive,
            plain=plain,
        )
        setattr(check, _RULE, declared)
        return check

    return declare


def _row(rule_id: str, row: str) -> Requirement:
    try:
        return ledger()[row]
    except KeyError:
        raise LookupError(f"rule {rule_id} covers {row}, which is no row of the ledger") from None


@cache
def catalogue() -> dict[str, Rule]:
    """All rules by id, in the order of RFC and section."""
    found: dict[str, Rule] = {}
    for module in pkgutil.walk_packages(harness.rules.__path__, "harness.rules."):
        for value in vars(importlib.import_module(module.name)).values():
            declared = getattr(value, _RULE, None)
            if isinstance(declared, Rule) and declared.check.__module__ == module.name:
                if declared.id in found:
                    raise LookupError(f"two rules are called {declared.id}")
                found[declared.id] = declared
    return dict(sorted(found.items(), key=lambda item: (-item[1].citation.rfc, _order(item[1]))))


def _order(one: Rule) -> tuple[tuple[int, ...], str]:
    numbers = tuple(int(part) for part in one.citation.section.split(".") if part.isdigit())
    return numbers, one.id
