"""Examinations judged by all rules, and everything written as it comes.

A verdict that would fail a server, or that rests on silence, is provisional: it is written at once and
marked so, since a run that is killed keeps what it had, and written again when it is confirmed, refuted or
the run is over. The reader takes the later ones in their place (`RunReader.verdicts`), always all that one
rule says of one plan. Of such a case no more is kept than what it takes to see it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from harness.engine.plans import Planned
from harness.engine.results import Judged, Results
from harness.engine.telling import records, rule_part
from harness.model.conversation import Exchange
from harness.model.plan import AwaitResponse, HalfClose, Plan
from harness.model.transcript import Ended
from harness.model.verdict import Examination, Outcome, Verdict
from harness.rules.agreement import REMARKS
from harness.rules.need import Need
from harness.rules.rule import Rule
from harness.store.recording import plan_record, verdict_record
from harness.store.records import AnyRecord

Write = Callable[[AnyRecord], None]
Cause = tuple[object, ...]

_BEHIND_HALF_CLOSE = "no answer behind a half-close, which shows nothing"
_AS_NO_REQUEST = "and what is no request at all is answered alike"


@dataclass(frozen=True, slots=True)
class Case:
    """What one rule said of one plan, to be seen again; `cause` is the same for all that show the same.

    `judged` stands in the results until the case is settled; `verdicts` is the latest that was said.
    """

    rule: Rule
    planned: Planned
    judged: tuple[Judged, ...]
    verdicts: tuple[Verdict, ...]
    cause: Cause

    @property
    def plan(self) -> str:
        """The name of the plan."""
        return str(self.planned.plan.provenance)

    @property
    def size(self) -> tuple[int, int, str]:
        """The smaller, the better an example."""
        plan = self.planned.plan
        return len(plan.octets), len(plan.steps), self.plan


class Bench:
    """Judges by these rules, writes, and keeps the cases that are to be confirmed."""

    def __init__(
        self, target: str, rules: Sequence[Rule], write: Write, lacks: Sequence[Need] | None = None
    ) -> None:
        self.results = Results(target)
        self.cases: list[Case] = []
        self.rules = rules
        self._parts = {rule.id: rule_part(rule) for rule in rules}
        self._about_requests = {rule.id for rule in rules if _is_about_requests(rule)}
        self._write = write
        self._answers_half_closed = Need.HALF_CLOSE not in (lacks or ())

    def judge(self, examination: Examination, planned: Planned) -> None:
        """Write what happened, and what the rules say of it.

        INCONCLUSIVE about a connection that is still open may only need a longer look.
        """
        self.record(examination)
        plan = str(examination.plan.provenance)
        silent = _silent(examination) or bool(examination.control and _silent(examination.control))
        for rule in self.rules:
            verdicts = self.said(rule, examination)
            doubtful = any(_doubtful(one, silent) for one in verdicts)
            judged = tuple(self._tell(one, plan, provisional=doubtful) for one in verdicts)
            if doubtful:
                cause = (rule.id, *_causes(verdicts), *_what_was_seen(examination, rule))
                self.cases.append(Case(rule, planned, judged, verdicts, cause))

    def record(self, examination: Examination) -> None:
        """Write what happened, and nothing of what it means."""
        for one in records(examination):
            self._write(one)

    def said(self, rule: Rule, examination: Examination) -> tuple[Verdict, ...]:
        """What a rule says, but for what rests on silence behind a half-close where that shows nothing."""
        verdicts = rule.judge(examination)
        if self._answers_half_closed or rule.passive or not examination.transcript.half_closed:
            return verdicts
        if examination.responses.finals or _waited_before(examination.plan):
            return verdicts
        return tuple(
            replace(one, outcome=Outcome.INCONCLUSIVE, grade=None, permitted="", observed=_BEHIND_HALF_CLOSE)
            for one in verdicts
        )

    def not_run(self, planned: Planned, why: str) -> None:
        """A plan that was never carried out: its rule says so."""
        plan = str(planned.plan.provenance)
        self._write(plan_record(planned.plan, self.results.target))
        self.not_judged(planned.rule, plan, Outcome.INCONCLUSIVE, why)

    def not_judged(self, rule: str, plan: str, outcome: Outcome, why: str) -> None:
        """A verdict that nothing was seen for, and why."""
        covers = next(one.covers for one in self.rules if one.id == rule)
        self._tell(Verdict(rule, outcome, covers, why), plan)

    def settle(self, case: Case, verdicts: Sequence[Verdict]) -> None:
        """The final word on a case, in place of the provisional one."""
        known = len(self.results.by_rule[case.rule.id])
        for one in verdicts:
            self._tell(one, case.plan)
        final = self.results.by_rule[case.rule.id][known:]
        self.results.replace(case.rule.id, [*case.judged, *final], final)

    def _tell(self, verdict: Verdict, plan: str, *, provisional: bool = False) -> Judged:
        verdict = self._believed(verdict)
        judged = Judged(verdict, plan)
        self.results.by_rule.setdefault(verdict.rule, []).append(judged)
        part = self._parts[verdict.rule]
        self._write(verdict_record(verdict, self.results.target, plan, part, provisional=provisional))
        return judged

    def _believed(self, verdict: Verdict) -> Verdict:
        """No request is shown to be handled rightly by a target that answers what is none in the same way."""
        alike = self.results.indiscriminate and verdict.rule in self._about_requests
        if not alike or verdict.outcome is not Outcome.CONFORMS:
            return verdict
        observed = f"{verdict.observed}, {_AS_NO_REQUEST}"
        return replace(verdict, outcome=Outcome.INCONCLUSIVE, permitted="", observed=observed)


def _is_about_requests(rule: Rule) -> bool:
    """Whether a rule speaks of more than what stands in responses."""
    return not rule.passive or any(probe.control is not None for probe in rule.probes)


def _waited_before(plan: Plan) -> bool:
    """Whether the answer was waited for before our side was closed, so that the half-close cost none."""
    steps = [type(step) for step in plan.steps]
    return HalfClose in steps and AwaitResponse in steps[: steps.index(HalfClose)]


def _doubtful(verdict: Verdict, silent: bool) -> bool:
    return verdict.outcome is Outcome.VIOLATES or (silent and verdict.outcome is Outcome.INCONCLUSIVE)


def _silent(examination: Examination) -> bool:
    """Whether the connection was neither closed nor reset when observation stopped, however soon it did."""
    return examination.transcript.ended is Ended.OPEN


def _causes(verdicts: Sequence[Verdict]) -> Iterator[object]:
    decided = (Outcome.VIOLATES, Outcome.INCONCLUSIVE)
    for one in verdicts:
        if one.outcome in decided:
            yield one.covers, one.outcome, one.grade


def _what_was_seen(examination: Examination, rule: Rule) -> Cause:
    """Status, fate and anomalies: of the responses for a rule about them, else of the request in question."""
    if rule.passive:
        kinds = {one.kind for one in examination.responses.anomalies}
        return examination.explanation, *sorted(kinds)
    exchanges = [one for one in examination.told.exchanges if not one.marker]
    subject = next(filter(_amiss, exchanges), exchanges[-1] if exchanges else None)
    if subject is None:
        return (examination.transcript.ended,)
    return subject.status, subject.fate, *sorted({one.kind for one in subject.anomalies})


def _amiss(exchange: Exchange) -> bool:
    return any(one.kind not in REMARKS for one in exchange.anomalies)
