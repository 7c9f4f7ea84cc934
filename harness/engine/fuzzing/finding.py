"""From a violation to a finding: seen again, made small, and seen once more as what it became."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from harness.engine.beside import beside_twin
from harness.engine.deadlines import AGAIN, Deadlines
from harness.engine.examine import Examiner
from harness.engine.fuzzing.cause import Cause, cause
from harness.engine.fuzzing.lethal import Death, Lethal
from harness.engine.fuzzing.stimulus import Steps, Stimulus, fuzz_plan, hasty_plan, heard
from harness.engine.health import Ailment, Health, Restart, unanswered
from harness.engine.judging import Bench
from harness.engine.shrink import Budget, shrink
from harness.errors import BadPlan, TargetDied
from harness.http1.request_reader import read_requests
from harness.model.case import MARKER, Case, identity
from harness.model.plan import Send
from harness.model.reading import Reading
from harness.model.verdict import Examination, Outcome, Verdict
from harness.rules.rule import Rule
from harness.store.corpus import slug

_ID_DIGITS: Final = 8

HASTE: Final = 0.2
"""What is confirmed later waits for so much of what calibration found to be worth waiting, at first."""

MOST_RESTARTED: Final = 60
"""So many candidates at most for a crash: each that shows it costs a start of the target."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of the smallest plan that was found for one cause, confirmed.

    `case` is the plan as a case of the corpus; `minimal` tells whether nothing was left to make smaller, and
    `tries` how many candidates were carried out for that.
    """

    rule: Rule
    cause: Cause
    case: Case
    examination: Examination
    verdict: Verdict
    tries: int
    minimal: bool


class Investigator:
    """Confirms violations and makes them small, against one target; one at a time, nothing else under way."""

    def __init__(
        self,
        bench: Bench,
        deadlines: Deadlines,
        *,
        seed: int,
        budget: Callable[[], Budget],
        restart: Restart,
        health: Health,
        lethal: Lethal,
    ) -> None:
        self._restart = restart
        self._health = health
        self._lethal = lethal
        self._bench = bench
        self._deadlines = deadlines
        self._seed = seed
        self._budget = budget
        self._rules = {rule.id: rule for rule in bench.rules}
        self._quick = deadlines.examiner()
        self._hasty = deadlines.examiner(HASTE)

    def causes(self, steps: Steps, name: str) -> set[Cause]:
        """All causes that a plan shows, whatever rule sees them."""
        seen = self._carried_out(steps, self._quick, name)
        if seen is None:
            return set()
        beside = ((rule, self._beside_twin(rule, seen, self._quick)) for rule in self._bench.rules)
        return {one for rule, each in beside for one, _ in self._shown(rule, each)}

    def confirmed(self, found: Cause, one: Stimulus) -> bool:
        """Whether the same cause is seen twice more, alone and with ever more patience."""
        return all(
            self._again(found, one.steps, self._deadlines.examiner(factor), one.plan.provenance.name)
            for factor in AGAIN
        )

    def investigate(self, found: Cause, one: Stimulus) -> Finding | None:
        """The finding that a confirmed cause comes to; None where it is not seen again."""
        rule = self._rules[found.rule]
        hasty = self._again(found, one.steps, self._hasty, "candidate", hasty=True) is not None
        examiner = self._hasty if hasty else self._quick

        def shows(steps: Steps) -> bool:
            return self._again(found, steps, examiner, "candidate", hasty=hasty) is not None

        plain = without_marker(one.steps)
        begin = plain if plain != one.steps and shows(plain) else one.steps
        small = shrink(begin, shows, self._budget())
        for steps, minimal in ((small.steps, small.minimal), (one.steps, False)):
            case = self._case(rule, found, steps, one, minimal)
            seen = self._carried_out(steps, self._deadlines.examiner(AGAIN[0]), case.id, rule=rule)
            shown = next((each for each in self._shown(rule, seen) if found.shows(each[0])), None)
            if seen and shown:
                verdict = replace(shown[1], confirmed=True)
                return Finding(rule, shown[0], case, seen, verdict, small.tries, minimal)
        return None

    def ailing(self, ailment: Ailment, steps: Steps, number: int) -> Case | None:
        """The smallest plan that makes the target ail as this one did, twice in a row, as a case; None where
        this one itself does not."""

        def ails(steps: Steps) -> bool:
            try:
                plan = fuzz_plan(steps, self._deadlines.calibration.around, "candidate")
                self._quick.examine(heard(plan))
            except BadPlan:
                return False
            again = self._health.ailment()
            if again:
                self._restart()
            return again is not None and again.kind == ailment.kind

        def shows(steps: Steps) -> bool:
            return ails(steps) and ails(steps)

        if not shows(steps):
            return None
        budget = self._budget()
        small = shrink(steps, shows, replace(budget, tries=min(budget.tries, MOST_RESTARTED)))
        told = "minimised" if small.minimal else "not minimal"
        return self.suspect(ailment, small.steps, number, told)

    def _again(
        self, found: Cause, steps: Steps, examiner: Examiner, name: str, *, hasty: bool = False
    ) -> Cause | None:
        rule = self._rules[found.rule]
        seen = self._carried_out(steps, examiner, name, rule=rule, hasty=hasty)
        shown = self._shown(rule, seen)
        return next((one for one, _ in shown if found.shows(one)), None)

    def _beside_twin(self, rule: Rule, seen: Examination, examiner: Examiner) -> Examination:
        return beside_twin(rule, seen, examiner, self._deadlines.calibration.around)

    def _carried_out(
        self, steps: Steps, examiner: Examiner, name: str, *, rule: Rule | None = None, hasty: bool = False
    ) -> Examination | None:
        """Beside the twin that the rule makes; None where it cannot be carried out at all, or would end the
        target, or did."""
        around = self._deadlines.calibration.around
        try:
            plan = hasty_plan(steps, around, name).plan if hasty else fuzz_plan(steps, around, name)
            meant = read_requests(plan.octets)
            if self._lethal.like(meant):
                return None
            seen = examiner.examine(plan, None, meant)
        except BadPlan:
            return None
        if unanswered(seen) and self._died(steps, meant):
            return None
        return seen if rule is None else self._beside_twin(rule, seen, examiner)

    def _died(self, steps: Steps, meant: Reading) -> bool:
        """Whether the target lives no more; then it is started again. TargetDied where it cannot be."""
        if self._health.well or not (ailment := self._health.ailment()):
            return False
        self._lethal.deaths.append(Death(ailment, steps, self._lethal.new(meant)))
        self._lethal.add(meant)
        try:
            self._health.restart(ailment, "a plan made smaller")
        except TargetDied:
            self._health.tell(ailment, case_id(ailment.kind, steps))
            raise
        return True

    def suspect(self, ailment: Ailment, steps: Steps, number: int, told: str = "not minimal") -> Case:
        """The plan behind which the target ailed, as a case."""
        return Case(
            id=case_id(ailment.kind, steps),
            title=f"a {ailment.kind}: the target {ailment.seen}"[:120],
            steps=steps,
            why="A server has to live on, whatever a client sends.",
            provenance=f"fuzz, seed {self._seed} plan {number}, {told}",
        )

    def _shown(self, rule: Rule, seen: Examination | None) -> Iterator[tuple[Cause, Verdict]]:
        for verdict in self._bench.said(rule, seen) if seen else ():
            if verdict.outcome is Outcome.VIOLATES and seen:
                yield cause(seen, verdict), verdict

    def _case(self, rule: Rule, found: Cause, steps: Steps, one: Stimulus, minimal: bool) -> Case:
        small = "minimised" if minimal else "not minimal"
        return Case(
            id=case_id(rule.id, steps),
            title=title(found),
            steps=steps,
            why=rule.title,
            cites=f"RFC {rule.citation.rfc} {rule.citation.section}",
            provokes=(rule.id,),
            provenance=f"fuzz, seed {self._seed} plan {one.number}, {small}",
        )


def case_id(name: str, steps: Steps) -> str:
    """A name for what was found, by the rule and by what is sent."""
    digits = identity(steps)[:_ID_DIGITS]
    return f"{slug(name.replace('.', '-'))[: 79 - _ID_DIGITS].strip('-')}-{digits}"


def title(found: Cause) -> str:
    """One line on what is amiss and what came of it."""
    told = ", ".join(found.kinds) or "a sound request"
    return f"{told}: {found.reaction or found.phase}"[:120]


def without_marker(steps: Steps) -> Steps:
    """The steps without a marker of their own: one is sent behind the answers then."""
    return tuple(
        replace(step, octets=step.octets.replace(MARKER, b"")) if isinstance(step, Send) else step
        for step in steps
    )
