"""What a rule is: a pure function over an Examination, with what it covers and what it sends.

A rule judges any Examination; its own probes only make sure that it is never vacuous. Rules are
found by walking this package: a new rule is a new function, a new section a new file.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import harness.rules
from harness.model.conversation import Conversation
from harness.model.requirement import Citation, Level, Requirement
from harness.model.verdict import Examination, Outcome, Reaction, Verdict
from harness.rules.ledger import ledger
from harness.rules.probe import Probe

_STRENGTH = (Level.MUST, Level.GRAMMAR, Level.PROSE, Level.SHOULD, Level.MAY)


@dataclass(frozen=True, slots=True)
class Seen:
    """An Examination under one of its explanations: what a check looks at."""

    examination: Examination
    conversation: Conversation


Check = Callable[[Seen], Iterable[Verdict]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `permitted` are the reactions that conform; `passive` rules look at responses alone."""

    id: str
    check: Check
    requirements: tuple[Requirement, ...]
    area: str
    permitted: tuple[Reaction, ...]
    probes: tuple[Probe, ...]
    security: str
    passive: bool

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

    def judge(self, examination: Examination) -> tuple[Verdict, ...]:
        """All verdicts on one Examination; none where the rule has nothing to look at."""
        explanations = examination.explanations[:1] if self.passive else examination.explanations
        said = [tuple(self.check(Seen(examination, one))) for one in explanations]
        return tuple(self._signed(verdict) for verdict in _agreed([one for one in said if one]))

    def _signed(self, verdict: Verdict) -> Verdict:
        return replace(verdict, rule=self.id, covers=verdict.covers or self.covers)


def _agreed(said: list[tuple[Verdict, ...]]) -> Iterator[Verdict]:
    """One answer out of those under several explanations; where they differ, nothing is known."""
    if not said:
        return
    if len({_worst(verdicts) for verdicts in said}) == 1:
        yield from said[0]
        return
    readings = "; ".join(sorted({verdict.observed for verdicts in said for verdict in verdicts}))
    yield replace(said[0][0], outcome=Outcome.INCONCLUSIVE, grade=None, permitted="", observed=readings)


def _worst(verdicts: tuple[Verdict, ...]) -> Outcome:
    order = (Outcome.VIOLATES, Outcome.INCONCLUSIVE, Outcome.CONFORMS, Outcome.NOT_APPLICABLE)
    return min((verdict.outcome for verdict in verdicts), key=order.index)


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
