"""A campaign: the plans of a seed, one after the other, carried out, judged, and what they show investigated.

Plans are judged in their order, whatever the order of their ends, so that one seed finds the same things in
the same order. Only what findings need is kept: a campaign takes no more memory after a million exchanges
than after a thousand.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from harness.engine.calibrate import Calibration
from harness.engine.deadlines import Deadlines
from harness.engine.fuzzing.cause import Cause, cause
from harness.engine.fuzzing.comparing import Comparing
from harness.engine.fuzzing.finding import HASTE, Finding, Investigator
from harness.engine.fuzzing.flying import Flying
from harness.engine.fuzzing.lethal import Lethal
from harness.engine.fuzzing.stimulus import Stimulus, fuzz_plan, heard, stimulus
from harness.engine.fuzzing.tally import Tally
from harness.engine.health import Ailment, Health, Restart, unanswered
from harness.engine.judging import Bench
from harness.engine.plans import MOMENT_SECONDS, Planned
from harness.engine.remembered import remembering
from harness.engine.shrink import Budget
from harness.errors import TargetDied
from harness.model.case import Case
from harness.model.transcript import Ended
from harness.model.verdict import Examination, Verdict
from harness.rules.about_responses import AboutResponses
from harness.rules.concern import Concern
from harness.rules.rule import Views
from harness.strategies.planning import Generated

Clock = Callable[[], float]

LOOK_AHEAD: Final = 16
"""So many plans for each connection are on their way or done before the first of them is judged: one takes
half a second now and then, and the others go on meanwhile."""

MOST_OF_A_RULE: Final = 8
"""So many findings of one rule are investigated; behind that its causes are only counted."""

MOST_TRIED: Final = 3
"""So many plans of one cause are tried until one is confirmed."""

MOST_CAUSES: Final = 10_000

BASELINE_EVERY: Final = 1000
"""After so many exchanges the baseline is asked, whatever the answers looked like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """When a campaign ends, and what shrinking one finding may cost, in seconds and candidates."""

    seconds: float = 60.0
    exchanges: int | None = None
    shrink_seconds: float = 5.0
    shrink_tries: int = 1500


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign is."""

    exchanges: int
    seconds: float
    findings: int


@dataclass(slots=True)
class Course:
    """How it went. `counts` are the violations of each cause, `unconfirmed` those not seen again."""

    tally: Tally = field(default_factory=Tally)
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[Cause] = field(default_factory=Counter)
    unconfirmed: int = 0
    left_out: int = 0
    crashes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Listener:
    """What whoever watches wants to hear. `on_ailment` gets what was seen to do it, made small."""

    on_progress: Callable[[Progress], None] = lambda _: None
    on_finding: Callable[[Finding], None] = lambda _: None
    on_ailment: Callable[[Ailment, Case, Examination], None] = lambda *_: None


class Campaign:
    """One campaign against one target that was calibrated.

    `plans` are those of a seed; `known` are cases whose causes are not told again.
    """

    def __init__(
        self,
        calibration: Calibration,
        bench: Bench,
        deadlines: Deadlines,
        health: Health,
        restart: Restart,
        *,
        seed: int,
        bounds: Bounds,
        listener: Listener,
        clock: Clock = time.monotonic,
    ) -> None:
        self.course = Course()
        self._around = calibration.around
        self._at_once = calibration.at_once
        self._moment = _moment(calibration)
        self._bench = bench
        self._deadlines = deadlines
        self._health = health
        self._bounds = bounds
        self._listener = listener
        self._clock = clock
        self._concern = Concern([rule for rule in bench.rules if not rule.passive])
        self._about_responses = AboutResponses(bench.rules)
        self._comparing = Comparing(bench.rules, self._around)
        self._lethal = Lethal()
        self._examiner = remembering(deadlines.examiner(HASTE))
        self._investigator = Investigator(
            bench,
            deadlines,
            seed=seed,
            budget=self._budget,
            restart=restart,
            health=health,
            lethal=self._lethal,
        )
        self._tried: Counter[Cause] = Counter()
        self._settled: dict[Cause, Cause] = {}
        self._of_rule: Counter[str] = Counter()
        self._recent: deque[Stimulus] = deque(maxlen=2 * self._at_once)
        self._flying: Flying | None = None
        self._began = clock()

    def know(self, cases: Iterable[Case]) -> None:
        """Leave out the causes that these cases show."""
        for case in cases:
            for one in self._investigator.causes(case.steps, case.id):
                self._settled[one] = one

    def run(self, plans: Iterator[Generated]) -> Course:
        """Carry out plans until the bounds are reached. TargetDied where the target is gone for good."""
        try:
            for one, examination in self._carried_out(self._stimuli(plans)):
                self._take(one, examination)
        finally:
            self.course.seconds = self._clock() - self._began
            self.course.crashes = self._health.crashes
        return self.course

    # Plans -----------------------------------------------------------------------------------------

    def _stimuli(self, plans: Iterator[Generated]) -> Iterator[Stimulus]:
        for number, one in enumerate(plans):
            if self._over(number):
                return
            if not one.plan.steps:
                continue
            made = stimulus(number, one, self._around, self._moment)
            if self._lethal.like(made.meant):
                self.course.left_out += 1
            else:
                yield made

    def _over(self, number: int) -> bool:
        most = self._bounds.exchanges
        return (most is not None and number >= most) or self._left() <= 0

    def _left(self) -> float:
        return self._bounds.seconds - (self._clock() - self._began)

    def _budget(self) -> Budget:
        seconds = min(self._bounds.shrink_seconds, max(self._left(), 0.0))
        return Budget(self._bounds.shrink_tries, seconds, self._clock)

    def _carried_out(self, stimuli: Iterator[Stimulus]) -> Iterator[tuple[Stimulus, Examination]]:
        """Each with its examination, in the order of the plans."""
        if self._at_once == 1:
            for one in stimuli:
                yield one, self._examiner.examine(one.plan, None, one.meant)
            return
        with ThreadPoolExecutor(self._at_once, thread_name_prefix="wireproof") as pool:
            flying = self._flying = Flying(pool, self._examiner)
            try:
                for one in stimuli:
                    flying.begin(one)
                    if len(flying) >= LOOK_AHEAD * self._at_once:
                        yield flying.first()
                while len(flying):
                    yield flying.first()
            finally:
                flying.cancel()

    # Judging ---------------------------------------------------------------------------------------

    def _take(self, one: Stimulus, examination: Examination) -> None:
        self.course.tally.count(one, examination)
        self._recent.append(one)
        if not self._suspicious(one, examination) or self._lives(one, examination):
            for found in self._violations(examination):
                self._consider(cause(examination, found), one)
            for beside, found in self._comparing.violations(examination, self._examiner):
                self._consider(cause(beside, found), one)
        self._listener.on_progress(
            Progress(self.course.tally.exchanges, self._clock() - self._began, len(self.course.findings))
        )

    def _violations(self, examination: Examination) -> Iterator[Verdict]:
        views = Views(examination)
        yield from self._about_responses.violations(examination, views)
        for rule in self._concern.of(examination):
            yield from rule.violations(examination, views)

    def _consider(self, found: Cause, one: Stimulus) -> None:
        """Investigate what is new; count what is known."""
        counts = self.course.counts
        if (known := self._settled.get(found)) is not None:
            counts[known] += 1
        elif self._tried[found] >= MOST_TRIED or self._of_rule[found.rule] >= MOST_OF_A_RULE:
            self.course.left_out += 1
        elif len(self._tried) < MOST_CAUSES and self._left() > 0:
            self._investigate(found, one)

    def _investigate(self, found: Cause, one: Stimulus) -> None:
        self._tried[found] += 1
        self._settle()
        confirmed = self._investigator.confirmed(found, one)
        finding = self._investigator.investigate(found, one) if confirmed else None
        self._tell_deaths(one)
        if not self._lives(one):
            return
        if finding is None:
            self.course.unconfirmed += 1
            return
        new = finding.cause not in self._settled
        self._settled[found] = self._settled[finding.cause] = finding.cause
        self.course.counts[finding.cause] += 1
        if new:
            self._of_rule[found.rule] += 1
            self.course.findings.append(finding)
            self._listener.on_finding(finding)

    def _settle(self) -> None:
        """Wait for all that is under way, so that what follows is alone with the target."""
        if self._flying:
            self._flying.settle()

    # Health ----------------------------------------------------------------------------------------

    def _suspicious(self, one: Stimulus, examination: Examination) -> bool:
        """Whether the baseline is to be asked: an answer that was to be expected stayed away."""
        if self.course.tally.exchanges % BASELINE_EVERY == 0:
            return True
        gone = examination.transcript.ended is Ended.NOT_CONNECTED
        return gone or (one.answers and unanswered(examination))

    def _lives(self, one: Stimulus, examination: Examination | None = None) -> bool:
        """Whether the baseline is answered; if not, which plan did it is found out, told, and remembered."""
        if self._health.well:
            return True
        self._settle()
        ailment = self._health.ailment()
        if ailment is None:
            return True
        suspects = {each.plan.provenance.name: each for each in (one, *self._under_way(), *self._recent)}
        planned = [Planned("", each.plan, None) for each in suspects.values()]
        found = self._health.attribute(
            ailment, planned, lambda each: self._examiner.examine(heard(each.plan))
        )
        try:
            for each, seen, ailed in found:
                if ailed:
                    self._ailed(ailment, suspects[each.plan.provenance.name], seen)
        except TargetDied:
            if examination:
                case = self._investigator.suspect(ailment, one.steps, one.number)
                self._listener.on_ailment(ailment, case, examination)
            raise
        return False

    def _ailed(self, ailment: Ailment, one: Stimulus, examination: Examination) -> None:
        """Make it small, and send nothing more like it: each would cost another start of the target."""
        if not self._lethal.new(examination.strict.reading):
            return
        case = self._investigator.ailing(ailment, one.steps, one.number)
        self._lethal.add(examination.strict.reading)
        if case:
            self._listener.on_ailment(ailment, case, examination)

    def _tell_deaths(self, one: Stimulus) -> None:
        """The target died of what was made smaller of a plan: a finding as any other."""
        deaths, self._lethal.deaths = self._lethal.deaths, []
        for death in deaths:
            if not death.new:
                continue
            case = self._investigator.ailing(death.ailment, death.steps, one.number)
            if case is None:
                continue
            plan = fuzz_plan(case.steps, self._around, case.id)
            examination = self._examiner.examine(heard(plan))
            if self._health.ailment():
                self._health.tell(death.ailment, case.id, ["seen again when the plan was carried out alone"])
                self._health.restart(death.ailment, case.id)
                self._listener.on_ailment(death.ailment, case, examination)

    def _under_way(self) -> list[Stimulus]:
        return self._flying.stimuli if self._flying else []


def _moment(calibration: Calibration) -> float:
    """How long a request that is not whole is given: what answers take, and not much more."""
    return min(max(MOMENT_SECONDS, calibration.patience / 50), 0.25)
