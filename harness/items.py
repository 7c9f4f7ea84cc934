"""The items of `pytest harness`: a rule or a case of the corpus against one target.

A rule's item fails by what the rule says in any examination of the run. A case fails by the rules that it
provokes, by the catch-all and by its pin; whatever else is said of it, the items of those rules tell.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import pytest

from harness.errors import HarnessError, WireproofWarning

if TYPE_CHECKING:
    from harness.engine.replay import Replayed, Seen, Stimulus
    from harness.engine.results import Judged, Results
    from harness.model.baseline import Excuses, Known
    from harness.model.verdict import Grade
    from harness.rules.rule import Rule
    from harness.session import Course, TargetChoice
    from harness.session.live import Judgement

EXIT = "wireproof-exit"
RECORDS = "wireproof-records"
STATE = "wireproof-conformance"
"""Names: of our exit code and of a worker's records in a report, and of the plugin's state."""


class State(Protocol):
    """What the plugin keeps through a pytest session, as far as items look at it."""

    def option(self, name: str) -> Any:
        """The value of --wireproof-NAME."""

    def selected(self) -> list[Rule]:
        """The rules that the selectors leave."""

    def course(self, target: int, items: Iterable[pytest.Item]) -> Course:
        """How it went with a target; the first call carries everything out."""

    def seen(self, target: int) -> Mapping[str, Seen]:
        """What was answered to each plan."""

    def tells_first(self, target: int) -> bool:
        """Whether this target's failure was not told before."""

    def unsent_records(self) -> str:
        """What a worker has to hand over."""

    @property
    def fail_on(self) -> tuple[Grade, ...]:
        """Grades that fail an item."""

    @property
    def excuses(self) -> Excuses:
        """What is known of the targets."""

    @property
    def choices(self) -> Sequence[TargetChoice]:
        """The targets."""

    @property
    def judgement(self) -> Judgement:
        """What a live target is judged by."""

    def live_choice(self, address: str, number: int) -> TargetChoice:
        """The target of a fixture: that of the address, else the one with that number."""

    @property
    def labels(self) -> list[str]:
        """The targets as item ids name them."""

    @property
    def stimuli(self) -> list[Stimulus]:
        """The cases to replay."""


def conformance_of(config: pytest.Config) -> State:
    """The state of this pytest session."""
    plugin: State = config.pluginmanager.get_plugin(STATE)  # type: ignore[assignment]
    return plugin


class Suite(pytest.File):
    """test_conformance.py: one item a selected rule and target."""

    def collect(self) -> Iterator[pytest.Item]:
        """The items: one target after the other, the rules in the order of the catalogue."""
        conformance = conformance_of(self.config)
        rules = conformance.selected()
        for target, name in enumerate(conformance.labels):
            for rule in rules:
                yield RuleItem.from_parent(self, name=f"{rule.id}@{name}", rule=rule, target=target)


class TargetItem(pytest.Item):
    """Something about one target, which is a number in the order of the options."""

    def __init__(self, *, target: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.target = target

    def results(self) -> Results:
        """How it went with the target. An item of one that cannot be tested fails or is skipped here."""
        conformance = conformance_of(self.config)
        try:
            course = conformance.course(self.target, self.session.items)
        except HarnessError as error:
            self._stop(error)
        finally:
            if records := conformance.unsent_records():
                self.user_properties.append((RECORDS, records))
        if course.failure or course.results is None:
            self._cannot_test(course)
        return course.results

    def _cannot_test(self, course: Course) -> NoReturn:
        """A target that cannot be tested fails its first item, and is not tried again."""
        assert course.failure
        conformance = conformance_of(self.config)
        if len(conformance.choices) == 1:
            self._stop(course.failure)
        if not conformance.tells_first(self.target):
            pytest.skip(f"{course.end.target} cannot be tested: {course.end.reason}")
        self.user_properties.append((EXIT, course.end.exit_code))
        raise course.failure

    def _stop(self, error: HarnessError) -> NoReturn:
        """Nothing else can be tested either: told once, and no other item is tried."""
        self.user_properties.append((EXIT, int(error.exit_code)))
        self.session.shouldstop = "the target cannot be tested"
        raise error

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was required and what was seen, in place of a traceback; ours is shown whole."""
        if isinstance(excinfo.value, Told | HarnessError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands, and a heading that pytest does not take for a class because of its dots."""
        return self.path, 0, self.name.replace("@", " on ")


class Told(Exception):
    """A failure whose text is all that is to be shown of it."""


class RuleItem(TargetItem):
    """One rule against one target."""

    def __init__(self, *, rule: Rule, **settings: Any) -> None:
        super().__init__(**settings)
        self.rule = rule

    def runtest(self) -> None:
        """Fail by a violation whose grade fails, warn by another, skip where nothing is known."""
        from harness.model.verdict import Outcome

        results = self.results()
        conformance = conformance_of(self.config)
        from harness.model.tally import worst

        everything = results.by_rule.get(self.rule.id, [])
        judged, known = _parted(everything, results.target, conformance.excuses)
        standing = worst((one.verdict.outcome, one.verdict.grade, one.verdict.flaky) for one in judged)
        if known and not (standing and standing.violates):
            pytest.xfail(_told_known(known))
        if standing is None:
            pytest.skip("nothing to judge: no examination of this run shows what the rule is about")
        if standing.violates:
            violations = [one for one in judged if one.verdict.outcome is Outcome.VIOLATES]
            if standing.grade in conformance.fail_on:
                raise RuleViolated(self.rule, violations)
            warnings.warn(WireproofWarning(f"{self.rule.id}: {violations[0].verdict.observed}"), stacklevel=1)
        elif standing.value != "conforms":
            undecided = [one for one in judged if one.verdict.outcome is not Outcome.CONFORMS]
            pytest.skip(f"{standing.value}: {undecided[0].verdict.observed} ({undecided[0].plan})")


def _parted(
    judged: Iterable[Judged], target: str, excuses: Excuses
) -> tuple[list[Judged], dict[Known, None]]:
    """What is not known, and the entries of the baseline that excuse all else."""
    left: list[Judged] = []
    known: dict[Known, None] = {}
    for one in judged:
        entries = excuses.of(target, one.verdict)
        known |= dict.fromkeys(entries)
        if not entries:
            left.append(one)
    return left, known


def _told_known(known: Iterable[Known]) -> str:
    told = [f"{one.rule} ({one.grade}): {one.reason or 'no reason is given'}" for one in known]
    return f"known: {'; '.join(told)}"


class RuleViolated(Told):
    """The failing verdicts of one rule."""

    def __init__(self, rule: Rule, violations: list[Judged]) -> None:
        super().__init__(rule.id)
        self.rule, self.violations = rule, violations

    def __str__(self) -> str:
        from harness.narrate.escape import visible_text

        first = self.violations[0]
        return "\n".join(
            [
                f"{self.rule.id} ({self.rule.level}, {first.verdict.grade}): {self.rule.title}",
                f"observed   {visible_text(first.verdict.observed)}",
                *(f"permitted  {one.name}: {one.description}" for one in self.rule.permitted),
                f"example    {first.plan}, one of {len(self.violations)}",
                f"read       {self.rule.citation.url}",
            ]
        )


class CorpusSuite(pytest.File):
    """test_corpus.py: one item a case and target, in the order of the files."""

    def collect(self) -> Iterator[pytest.Item]:
        """The cases; where rules are selected, only those that provoke one of them."""
        conformance = conformance_of(self.config)
        wanted = {rule.id for rule in conformance.selected()} if conformance.option("select") else None
        for target, name in enumerate(conformance.labels):
            for stimulus in conformance.stimuli:
                if wanted is None or wanted & set(stimulus.rules):
                    yield CaseItem.from_parent(
                        self, name=f"{stimulus.name}@{name}", stimulus=stimulus, target=target
                    )


class CaseItem(TargetItem):
    """One case against one target."""

    def __init__(self, *, stimulus: Stimulus, **settings: Any) -> None:
        super().__init__(**settings)
        self.stimulus = stimulus

    def runtest(self) -> None:
        """Fail by what it provokes, warn by a grade that does not fail, skip where nothing is known."""
        from harness.engine.replay import replayed

        results = self.results()
        conformance = conformance_of(self.config)
        (found,) = replayed([self.stimulus], results, conformance.seen(self.target), conformance.fail_on)
        new, known = _parted((*found.failing, *found.warning), results.target, conformance.excuses)
        found = replace(
            found,
            failing=tuple(one for one in found.failing if one in new),
            warning=tuple(one for one in found.warning if one in new),
        )
        if found.failed:
            raise CaseFailed(found)
        if known and not found.warning:
            pytest.xfail(_told_known(known))
        for judged in found.warning:
            warnings.warn(WireproofWarning(f"{judged.verdict.rule}: {judged.verdict.observed}"), stacklevel=1)
        if not found.warning and not found.conforming:
            undecided = (
                found.undecided[0].verdict.observed if found.undecided else "no rule says anything of it"
            )
            pytest.skip(f"undecided: {undecided}")


class CaseFailed(Told):
    """A case that failed, and how."""

    def __init__(self, found: Replayed) -> None:
        super().__init__(found.name)
        self.found = found

    def __str__(self) -> str:
        from harness.narrate.escape import visible_text
        from harness.rules.rule import catalogue

        lines = [f"{self.found.name}: {self.found.title}"]
        lines += [f"answered   {seen}" for seen in self.found.seen]
        lines += [f"pinned     {self.found.unexpected}"] if self.found.unexpected else []
        for judged in self.found.failing:
            rule = catalogue()[judged.verdict.rule]
            lines += [
                f"{rule.id} ({rule.level}, {judged.verdict.grade}): {rule.title}",
                f"observed   {visible_text(judged.verdict.observed)}",
                *(f"permitted  {one.name}: {one.description}" for one in rule.permitted),
                f"read       {rule.citation.url}",
            ]
        return "\n".join([*lines, f"again      wireproof replay {self.found.name}"])
