"""The pytest plugin: `pytest harness --wireproof-target URL`. Thin; the engine is the same as everywhere.

Each item is one rule against the target: `test_conformance.py::RULE@TARGET`. All probes of the rules
whose items were selected are carried out at the first of them; each item then tells what its rule saw in
any of the examinations. Under xdist each worker does so for its own items, and hands its records to the
controller, which alone writes the run. Nothing heavy is imported until an item of ours is collected.
"""

from __future__ import annotations

import warnings
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness import __version__
from harness.errors import ExitCode, HarnessError, WireproofWarning

if TYPE_CHECKING:
    from harness.engine.conform import Judged, Results
    from harness.rules.rule import Rule
    from harness.session import Session, TargetChoice
    from harness.store.records import AnyRecord

SUITE = Path(__file__).with_name("test_conformance.py")
_RECORDS = "wireproof-records"
_EXIT = "wireproof-exit"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Every option of `wireproof run` under the name --wireproof-NAME."""
    group = parser.getgroup("wireproof", "HTTP/1.1 conformance (pytest harness)")

    def add(name: str, **settings: Any) -> None:
        group.addoption(f"--wireproof-{name}", **settings)

    add("target", default="", metavar="URL", help="the server to judge; without it the reference server")
    add("spawn", default="", metavar="CMD", help="start this command; {port} in it is a free port")
    add("fault", default="", metavar="NAME", help="break the reference server on purpose")
    add("specimen", default="", metavar="NAME", help="judge a bundled naive server")
    add("path", default="", help="the resource to ask for")
    add("select", action="append", default=[], metavar="SELECT", help="only these rules; may be repeated")
    add(
        "exclude",
        action="append",
        default=[],
        metavar="SELECT",
        help="leave these rules out; may be repeated",
    )
    add("timeout", type=float, default=2.0, metavar="SECONDS", help="how long an answer may take (2)")
    add("jobs", type=int, default=8, help="connections at a time (8)")
    add("fail-on", choices=("bad", "unmet", "risk", "soft"), default="bad", help="the least grade that fails")
    add("strict", action="store_true", help="the same as --wireproof-fail-on soft")
    add("out", type=Path, default=Path("wireproof-report"), metavar="DIR", help="run files and report")
    add("ndjson", type=Path, default=None, metavar="FILE", help="also write every record to this file")
    add("i-may-test", default="", metavar="HOST", help="test a host that is not this machine")


def pytest_configure(config: pytest.Config) -> None:
    """Keep one state a pytest session; it does nothing until an item of ours is collected.

    Selectors alone are looked at now: an error in them is told before anything is collected.
    """
    conformance = Conformance(config)
    config.pluginmanager.register(conformance, "wireproof-conformance")
    if conformance.option("select") or conformance.option("exclude"):
        try:
            conformance.selected()
        except HarnessError as error:
            pytest.exit(f"wireproof: {error}", returncode=error.exit_code)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Our suite is collected from the catalogue, not from functions of the module."""
    if module_path.resolve() == SUITE:
        return Suite.from_parent(parent, path=module_path)
    return None


class Suite(pytest.File):
    """test_conformance.py: one item a selected rule."""

    def collect(self) -> Iterator[pytest.Item]:
        """The items, in the order of the catalogue."""
        conformance = _conformance(self.config)
        for rule in conformance.selected():
            yield RuleItem.from_parent(self, name=f"{rule.id}@{conformance.target_name}", rule=rule)


class RuleItem(pytest.Item):
    """One rule against the target."""

    def __init__(self, *, rule: Rule, **settings: Any) -> None:
        super().__init__(**settings)
        self.rule = rule

    def runtest(self) -> None:
        """Fail by a violation whose grade fails, warn by another, skip where nothing is known."""
        from harness.model.verdict import Outcome

        conformance = _conformance(self.config)
        try:
            results = conformance.results(self.session.items)
        except HarnessError as error:
            self.user_properties.append((_EXIT, int(error.exit_code)))
            self.session.shouldstop = "the target cannot be tested"  # told once; no other item is tried
            raise
        if records := conformance.unsent_records():
            self.user_properties.append((_RECORDS, records))
        judged = results.by_rule.get(self.rule.id, [])
        standing = results.standing(self.rule.id)
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
    """The state of one pytest session: the target, the results, the files of the run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._is_worker = hasattr(config, "workerinput")
        self._stack = ExitStack()
        self._session: Session | None = None
        self._results: Results | None = None
        self._failure: HarnessError | None = None
        self._records: list[AnyRecord] = []
        self._targets: set[str] = set()
        self._exit: ExitCode | None = None

    def option(self, name: str) -> Any:
        """The value of --wireproof-NAME."""
        return self._config.getoption(f"--wireproof-{name}")

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

    @property
    def choice(self) -> TargetChoice:
        """What the options say about the target."""
        from harness.session import TargetChoice

        return TargetChoice(
            url=self.option("target"),
            spawn=self.option("spawn"),
            fault=self.option("fault"),
            path=self.option("path"),
            may_test=self.option("i-may-test"),
            specimen=self.option("specimen"),
        )

    @property
    def target_name(self) -> str:
        """The target as item ids name it: known before it runs, without a port, so that ids are stable."""
        choice = self.choice
        if choice.url:
            return (
                choice.url.partition("//")[2]
                .partition("/")[0]
                .rpartition(":")[0]
                .strip("[]")
                .replace(":", "-")
            )
        if choice.spawn:
            return Path(choice.spawn.split()[0]).name
        from harness.targets.reference import bundled_name

        return bundled_name(choice.fault, choice.specimen)

    def results(self, items: Iterable[pytest.Item]) -> Results:
        """The results for the rules of these items; the first call carries everything out."""
        if self._results is None and self._failure is None:
            rules = [item.rule for item in items if isinstance(item, RuleItem)]
            try:
                self._results = self._carry_out(rules)
            except HarnessError as error:
                self._failure = error
        if self._failure:
            raise self._failure
        assert self._results
        return self._results

    def _carry_out(self, rules: list[Rule]) -> Results:
        from harness.engine.conform import conform
        from harness.session import limits_for, opened
        from harness.transport.base import Address
        from harness.transport.tcp import TcpTransport

        if not self._is_worker:
            self._begin(rules)
        target, _ = self._stack.enter_context(opened(self.choice))
        transport = TcpTransport(Address(target.host, target.port), limits_for(self.option("timeout")))
        return conform(target, rules, transport, self._write, jobs=self.option("jobs"))

    def _begin(self, rules: list[Rule]) -> Session:
        from harness.session import Session

        command = " ".join(["pytest", *map(str, self._config.invocation_params.args)])
        self._session = Session(
            rules, out=self.option("out"), ndjson=self.option("ndjson"), command=command, fail_on=self.fail_on
        )
        return self._session

    def _write(self, record: AnyRecord) -> None:
        """To the run's files; from a worker, to the controller, with the next report."""
        if self._session:
            self._session.write(record)
        else:
            self._records.append(record)

    def unsent_records(self) -> str:
        """What a worker has to hand over, as base64 of NDJSON."""
        from harness.store.records import encode

        taken, self._records = self._records, []
        return b64encode(b"\n".join(map(encode, taken))).decode() if taken else ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The controller takes what a worker handed over, and leaves no trace of it in the report."""
        handed = dict(one for one in report.user_properties if one[0] in (_RECORDS, _EXIT))
        if not handed or self._is_worker:
            return
        report.user_properties = [one for one in report.user_properties if one[0] not in handed]
        if _EXIT in handed:
            self._exit = ExitCode(int(str(handed[_EXIT])))
        if _RECORDS in handed and report.when == "call":
            self._take(str(handed[_RECORDS]))

    def _take(self, records: str) -> None:
        """Write a worker's records; each target once, since every worker calibrates it anew."""
        from harness.store.records import TargetRecord, decode

        session = self._session or self._begin(self.selected())
        for line in b64decode(records).splitlines():
            record = decode(line)
            if isinstance(record, TargetRecord):
                if record.name in self._targets:
                    continue
                self._targets.add(record.name)
            session.write(record)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Close the run and write its report; our exit codes go before pytest's."""
        passed = self._exit is None and session.exitstatus == pytest.ExitCode.OK
        if passed and self._results and not self._results.conclusive:
            self._exit = ExitCode.FAILED
        if self._exit is not None:
            session.exitstatus = self._exit
        self._stack.close()
        if self._session:
            self._session.finish(int(session.exitstatus), str(self._failure or ""))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Where the run and its report are."""
        if self._session:
            terminalreporter.section(f"wireproof {__version__}")
            terminalreporter.line(f"report  {self._session.report}")
            terminalreporter.line(f"run     {self._session.path}")


def _conformance(config: pytest.Config) -> Conformance:
    plugin = config.pluginmanager.get_plugin("wireproof-conformance")
    assert isinstance(plugin, Conformance)
    return plugin
