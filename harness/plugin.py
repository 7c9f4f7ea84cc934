"""The pytest plugin: `pytest harness --wireproof-target URL`. Thin; the engine is the same as everywhere.

Each item is one rule against one target: `test_conformance.py::RULE@TARGET`. All probes of the rules
whose items were selected are carried out at the first item of a target; each item then tells what its rule
saw in any of the examinations. Under xdist each worker judges the targets of its items, and hands its
records to the controller, which alone writes the run: of each target what came first. Nothing heavy is
imported until an item of ours is collected.
"""

from __future__ import annotations

import warnings
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from harness import __version__
from harness.errors import ExitCode, HarnessError, WireproofWarning

if TYPE_CHECKING:
    from harness.engine.conform import Judged
    from harness.rules.rule import Rule
    from harness.session import Course, Session, TargetChoice
    from harness.store.records import AnyRecord

SUITE = Path(__file__).with_name("test_conformance.py")
_RECORDS = "wireproof-records"
_EXIT = "wireproof-exit"
_PREFIX = "wireproof_"


_REPEATED = (
    ("url", "URL", "a server to judge; without any target the reference server is judged"),
    ("spawn", "CMD", "start this command; {port} in it is a free port"),
    ("recipe", "NAME", "start this server by its recipe, or `all` of them"),
    ("fault", "NAME", "break the reference server on purpose"),
    ("specimen", "NAME", "judge a bundled naive server"),
    ("name", "NAME", "what to call the targets, one name a target in their order"),
    ("select", "SELECT", "only these rules"),
    ("exclude", "SELECT", "leave these rules out"),
)

_DEFAULTS = {
    "timeout": 2.0,
    "jobs": 8,
    "fail-on": "bad",
    "strict": False,
    "out": "wireproof-report",
    "resources": {},
}
"""The options that hold anything where neither the command line nor the file of the folder says so."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Every option of `wireproof run` under the name --wireproof-NAME; wireproof.toml counts here too."""
    group = parser.getgroup("wireproof", "HTTP/1.1 conformance (pytest harness)")

    def add(name: str, **settings: Any) -> None:
        group.addoption(f"--wireproof-{name}", **settings)

    for key, metavar, told in _REPEATED:
        name = "target" if key == "url" else key
        add(name, dest=_PREFIX + key, action="append", metavar=metavar, help=f"{told}; may be repeated")
    add("path", help="the resource to ask for")
    add("timeout", type=float, metavar="SECONDS", help="how long an answer may take (2)")
    add("jobs", type=int, help="connections at a time (8)")
    add("fail-on", choices=("bad", "unmet", "risk", "soft"), help="the least grade that fails (bad)")
    add("strict", action="store_true", help="the same as --wireproof-fail-on soft")
    add("out", metavar="DIR", help="run files and report (wireproof-report)")
    add("ndjson", metavar="FILE", help="also write every record to this file")
    add("i-may-test", metavar="HOST", help="test a host that is not this machine")


def pytest_configure(config: pytest.Config) -> None:
    """Keep one state a pytest session; it does nothing until an item of ours is collected.

    Selectors and targets alone are looked at now: an error in them is told before anything is collected.
    """
    conformance = Conformance(config)
    config.pluginmanager.register(conformance, "wireproof-conformance")
    if any(getattr(config.option, _PREFIX + key) for key, *_ in _REPEATED):
        try:
            conformance.selected()
            conformance.choices  # noqa: B018 (looked at, for its errors)
        except HarnessError as error:
            pytest.exit(f"wireproof: {error}", returncode=error.exit_code)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Our suite is collected from the catalogue, not from functions of the module."""
    if module_path.resolve() == SUITE:
        return Suite.from_parent(parent, path=module_path)
    return None


class Suite(pytest.File):
    """test_conformance.py: one item a selected rule and target."""

    def collect(self) -> Iterator[pytest.Item]:
        """The items: one target after the other, the rules in the order of the catalogue."""
        conformance = _conformance(self.config)
        rules = conformance.selected()
        for target, name in enumerate(conformance.labels):
            for rule in rules:
                yield RuleItem.from_parent(self, name=f"{rule.id}@{name}", rule=rule, target=target)


class RuleItem(pytest.Item):
    """One rule against one target, which is a number in the order of the options."""

    def __init__(self, *, rule: Rule, target: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.rule, self.target = rule, target

    def runtest(self) -> None:
        """Fail by a violation whose grade fails, warn by another, skip where nothing is known."""
        from harness.model.verdict import Outcome

        conformance = _conformance(self.config)
        try:
            course = conformance.course(self.target, self.session.items)
        except HarnessError as error:
            self._stop(error)
        finally:
            if records := conformance.unsent_records():
                self.user_properties.append((_RECORDS, records))
        if course.failure:
            self._cannot_test(course)
        assert course.results
        judged = course.results.by_rule.get(self.rule.id, [])
        standing = course.results.standing(self.rule.id)
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

    def _cannot_test(self, course: Course) -> NoReturn:
        """A target that cannot be tested fails its first item, and is not tried again."""
        assert course.failure
        conformance = _conformance(self.config)
        if len(conformance.choices) == 1:
            self._stop(course.failure)
        if not conformance.tells_first(self.target):
            pytest.skip(f"{course.end.target} cannot be tested: {course.end.reason}")
        self.user_properties.append((_EXIT, course.end.exit_code))
        raise course.failure

    def _stop(self, error: HarnessError) -> NoReturn:
        """Nothing else can be tested either: told once, and no other item is tried."""
        self.user_properties.append((_EXIT, int(error.exit_code)))
        self.session.shouldstop = "the target cannot be tested"
        raise error

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was required and what was seen, in place of a traceback; ours is shown whole."""
        if isinstance(excinfo.value, RuleViolated | HarnessError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands, and a heading that pytest does not take for a class because of its dots."""
        return self.path, 0, self.name.replace("@", " on ")


class RuleViolated(Exception):
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


class Conformance:
    """The state of one pytest session: the targets, how it went with them, the files of the run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._is_worker = hasattr(config, "workerinput")
        self._session: Session | None = None
        self._courses: dict[int, Course] = {}
        self._told: set[int] = set()
        self._records: list[AnyRecord] = []
        self._sources: dict[str, Any] = {}
        self._codes: set[int] = set()
        self._failed = False
        self._findings: list[Any] = []

    def option(self, name: str) -> Any:
        """The value of --wireproof-NAME, else that of the file of the current folder, else the default."""
        return self._options.get(name) or _DEFAULTS.get(name, ())

    @cached_property
    def _options(self) -> dict[str, Any]:
        from harness.session import merged

        return merged(
            {
                name.removeprefix(_PREFIX).replace("_", "-"): value
                for name, value in vars(self._config.option).items()
                if name.startswith(_PREFIX) and value
            }
        )

    def selected(self) -> list[Rule]:
        """The rules that the selectors leave."""
        from harness.rules.rule import catalogue
        from harness.rules.select import select

        return select(list(catalogue().values()), self.option("select"), self.option("exclude"))

    @property
    def fail_on(self) -> tuple[Any, ...]:
        """Grades that fail an item."""
        from harness.session import GRADES

        return GRADES["soft" if self.option("strict") else self.option("fail-on")]

    @cached_property
    def choices(self) -> list[TargetChoice]:
        """What the options say about the targets."""
        from harness.commands.options import all_chosen

        kinds = {name: self.option(name) for name in ("spawn", "recipe", "fault", "specimen", "name")}
        common = {"path": self.option("path") or "", "may_test": self.option("i-may-test") or ""}
        return all_chosen(self.option("url"), {**kinds, **common})

    @property
    def labels(self) -> list[str]:
        """The targets as item ids name them: without ports, so that ids are stable."""
        from harness.session import distinct

        names = self.option("name")
        others = [
            _without_port(one.default_name) if one.url else one.default_name
            for one in self.choices[len(names) :]
        ]
        return [*names, *distinct(others, names)]

    def course(self, target: int, items: Iterable[pytest.Item]) -> Course:
        """How it went with a target; the first call carries out the rules of its items."""
        from harness.session import Manner, judge

        if target not in self._courses:
            ours = [item for item in items if isinstance(item, RuleItem)]
            if not self._is_worker and not self._session:
                self._begin(
                    list({item.rule.id: item.rule for item in ours}.values()),
                    [self.choices[number] for number in sorted({item.target for item in ours})],
                )
            rules = [item.rule for item in ours if item.target == target]
            manner = Manner(
                self.option("timeout"), self.option("jobs"), self.fail_on, self.option("resources")
            )
            self._courses[target] = judge(self.choices[target], rules, self._write, manner)
        return self._courses[target]

    def tells_first(self, target: int) -> bool:
        """Whether this target's failure was not told before."""
        first = target not in self._told
        self._told.add(target)
        return first

    def _begin(self, rules: list[Rule], targets: list[TargetChoice]) -> None:
        from harness.session import Session

        command = " ".join(["pytest", *map(str, self._config.invocation_params.args)])
        self._session = Session(
            rules,
            out=Path(self.option("out")),
            ndjson=Path(self.option("ndjson")) if self.option("ndjson") else None,
            command=command,
            fail_on=self.fail_on,
            targets=targets,
        )

    def _write(self, record: AnyRecord) -> None:
        """To the run's files; from a worker, to the controller, with the next report."""
        if not self._session:
            self._records.append(record)
            return
        if getattr(record, "exit_code", ExitCode.OK) == ExitCode.FAILED:  # the end of a target
            self._failed = True
        if getattr(record, "cause", ""):
            self._findings.append(record)
        self._session.write(record)

    def unsent_records(self) -> str:
        """What a worker has to hand over, as base64 of NDJSON."""
        from harness.store.records import encode

        taken, self._records = self._records, []
        return b64encode(b"\n".join(map(encode, taken))).decode() if taken else ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The controller takes what a worker handed over, and leaves no trace of it in the report."""
        if self._is_worker:
            return
        handed = {name: value for name, value in report.user_properties if name in (_RECORDS, _EXIT)}
        report.user_properties = [one for one in report.user_properties if one[0] not in handed]
        if report.failed:
            self._codes.add(int(str(handed.get(_EXIT, ExitCode.FAILED.value))))
        if _RECORDS in handed and report.when == "call":
            self._take(str(handed[_RECORDS]), getattr(report, "node", None))

    def _take(self, records: str, worker: Any) -> None:
        """Write a worker's records; each target once, since every worker judges it whole and anew."""
        from harness.store.records import TargetRecord, decode

        if not self._session:
            self._begin(self.selected(), self.choices)
        for line in b64decode(records).splitlines():
            record = decode(line)
            about = record.name if isinstance(record, TargetRecord) else getattr(record, "target", "")
            if self._sources.setdefault(about, worker) is worker:
                self._write(record)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Close the run and write its report; our exit codes go before pytest's."""
        if self._codes - {ExitCode.FAILED}:
            from harness.session import worst_code

            session.exitstatus = worst_code(self._codes)
        elif session.exitstatus == pytest.ExitCode.OK and self._failed:
            session.exitstatus = ExitCode.FAILED
        if self._session:
            reasons = [course.end.reason for course in self._courses.values() if course.failure]
            self._session.finish(int(session.exitstatus), "; ".join(reasons))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """What is about whole targets, and where the run and its report are."""
        if self._session:
            from harness.narrate.escape import visible_text

            terminalreporter.section(f"wireproof {__version__}")
            for finding in self._findings:
                terminalreporter.line(
                    f"{finding.kind.upper()}  {finding.target}: {visible_text(finding.cause)}"
                )
            terminalreporter.line(f"report  {self._session.report}")
            terminalreporter.line(f"run     {self._session.path}")


def _without_port(name: str) -> str:
    return name.rpartition(":")[0].strip("[]").replace(":", "-")


def _conformance(config: pytest.Config) -> Conformance:
    plugin = config.pluginmanager.get_plugin("wireproof-conformance")
    assert isinstance(plugin, Conformance)
    return plugin
