"""What would fail a server is seen again before it is told; what rests on silence is waited for once more.

Cases with the same cause - rule, outcome and grade, status, fate, what is amiss - are one question. The
smallest plan of them is carried out alone, with its twin, twice, with ever more patience. What is seen
again is confirmed for all of them. What is not is flaky: shown, and never a failure; then the next smallest
is tried, three in all, so that one unlucky plan forgives no others.

Silence comes first, and all such waits overlap. Of each cause one plan waits for twice the deadline of an
answer, and for the end as long as it ever will be waited for. If that changes nothing the others are left
as they are; a connection that had to close and did not is unmet then, for all; if anything else comes, the
others are waited for too. When the time of the run is up, what is left stays as it was seen, unconfirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from harness.engine.deadlines import AGAIN, Deadlines, waiting_for_the_end
from harness.engine.health import carried_out, unanswered
from harness.engine.judging import Bench, Case
from harness.model.verdict import Grade, Outcome, Verdict

MOST_TRIED: Final = 3
"""So many plans of one cause are tried until one is confirmed."""

_Said = tuple[Verdict, ...]
_Group = list[Case]
_Violation = tuple[tuple[str, ...], Grade | None]


class Confirmation:
    """Settles the cases of a bench.

    `late` tells that the time is up, `at_once` how many waits may overlap. `look` is called with a plan that
    was left unanswered, to see whether the target still lives. `lethal` are plans that end the target
    whenever they are carried out, which was seen twice: they are not carried out once more.
    """

    def __init__(
        self,
        bench: Bench,
        deadlines: Deadlines,
        *,
        at_once: int,
        late: Callable[[], bool],
        look: Callable[[Case], None],
        lethal: frozenset[str] = frozenset(),
    ) -> None:
        self._bench = bench
        self._deadlines = deadlines
        self._at_once = at_once
        self._late = late
        self._look = look
        self._lethal = lethal
        self._seen: dict[tuple[str, float], dict[str, set[_Violation]]] = {}

    def run(self) -> None:
        """Settle everything."""
        cases, self._bench.cases = self._bench.cases, []
        violations = [one for one in cases if violates(one.verdicts)]
        unsure = [one for one in cases if not violates(one.verdicts)]
        for group in _by_cause([*violations, *self._after_silence(unsure)]):
            self._confirm(group)

    # Silence ------------------------------------------------------------------------------------------

    def _after_silence(self, cases: Sequence[Case]) -> Iterator[Case]:
        """Wait for one of each cause; yields those that turn out to be violations of another kind."""
        others: _Group = []
        for (first, *rest), verdicts in self._waited_for(_by_cause(cases)):
            yield from self._waited(first, verdicts)
            if _is_unmet(verdicts) or _is_undecided(verdicts):
                for one in rest:
                    self._bench.settle(one, _inherited(one.verdicts, verdicts, first))
            else:
                others += rest
        for (one,), verdicts in self._waited_for([[one] for one in others]):
            yield from self._waited(one, verdicts)

    def _waited_for(self, groups: Sequence[_Group]) -> list[tuple[_Group, _Said]]:
        """The first of each group carried out with patience, all at once, and what its rule says then."""
        if not groups:
            return []
        examiner = self._deadlines.patient()

        def wait(group: _Group) -> _Said:
            case = group[0]
            if self._late() or case.plan in self._lethal:
                return case.verdicts
            plan = waiting_for_the_end(case.planned.plan)
            seen = carried_out(examiner, replace(case.planned, plan=plan))
            return self._bench.said(case.rule, replace(seen, patient=True)) or case.verdicts

        with ThreadPoolExecutor(self._at_once, thread_name_prefix="wireproof-patient") as pool:
            said = list(pool.map(wait, groups))
        self._look(groups[-1][0])
        return list(zip(groups, said, strict=True))

    def _waited(self, case: Case, verdicts: _Said) -> Iterator[Case]:
        if violates(verdicts) and not _is_unmet(verdicts):
            yield replace(case, verdicts=verdicts)
        else:
            self._bench.settle(case, _confirmed(verdicts))

    # Violations ---------------------------------------------------------------------------------------

    def _confirm(self, group: _Group) -> None:
        """Settle all cases of one cause."""
        for number, one in enumerate(group):
            known = one.plan in self._lethal
            if number == MOST_TRIED or (self._late() and not known):
                self._settle_all(group[number:], _flaky if number else None)
                return
            if known or self._seen_again(one):
                self._settle_all(group[number:], _confirmed)
                return
            self._bench.settle(one, _flaky(one.verdicts))

    def _seen_again(self, case: Case) -> bool:
        """Whether the same is seen twice more, alone and with ever more patience."""
        return all(
            _violations(case.verdicts) <= self._again(case, factor).get(case.rule.id, set())
            for factor in AGAIN
        )

    def _again(self, case: Case, factor: float) -> dict[str, set[_Violation]]:
        """What all rules see violated when the plan is carried out again; once, whoever asks."""
        key = case.plan, factor
        if key not in self._seen:
            seen = carried_out(self._deadlines.examiner(factor), case.planned)
            if unanswered(seen):
                self._look(case)
            said = {rule.id: _violations(self._bench.said(rule, seen)) for rule in self._bench.rules}
            self._seen[key] = {rule: found for rule, found in said.items() if found}
        return self._seen[key]

    def _settle_all(self, cases: Iterable[Case], final: Callable[[_Said], _Said] | None) -> None:
        for one in cases:
            self._bench.settle(one, final(one.verdicts) if final else one.verdicts)


def violates(verdicts: _Said) -> bool:
    """Whether a violation is among them."""
    return any(one.outcome is Outcome.VIOLATES for one in verdicts)


def _violations(verdicts: _Said) -> set[_Violation]:
    return {(one.covers, one.grade) for one in verdicts if one.outcome is Outcome.VIOLATES}


def _is_unmet(verdicts: _Said) -> bool:
    """Whether all that is violated is that something did not happen."""
    return violates(verdicts) and {grade for _, grade in _violations(verdicts)} == {Grade.UNMET}


def _is_undecided(verdicts: _Said) -> bool:
    return not violates(verdicts) and any(one.outcome is Outcome.INCONCLUSIVE for one in verdicts)


def _by_cause(cases: Iterable[Case]) -> list[_Group]:
    """The cases of each cause together, the smallest plan first."""
    groups: dict[object, _Group] = {}
    for one in cases:
        groups.setdefault(one.cause, []).append(one)
    return [sorted(group, key=lambda one: one.size) for group in groups.values()]


def _confirmed(verdicts: _Said) -> _Said:
    return tuple(replace(one, confirmed=one.outcome is Outcome.VIOLATES) for one in verdicts)


def _flaky(verdicts: _Said) -> _Said:
    return tuple(
        replace(one, flaky=True, observed=f"{one.observed}; not seen again when carried out alone")
        if one.outcome is Outcome.VIOLATES
        else one
        for one in verdicts
    )


def _inherited(verdicts: _Said, of_first: _Said, first: Case) -> _Said:
    """What was said of the first of a cause, for another: a violation where it left the same open."""
    found = {one.covers: one for one in of_first if one.outcome is Outcome.VIOLATES}

    def final(one: Verdict) -> Verdict:
        violation = found.get(one.covers)
        if one.outcome is not Outcome.INCONCLUSIVE or violation is None:
            return one
        observed = f"{one.observed}; as with {first.plan}: {violation.observed}"
        return replace(
            one, outcome=Outcome.VIOLATES, grade=violation.grade, observed=observed, confirmed=True
        )

    return tuple(map(final, verdicts))
