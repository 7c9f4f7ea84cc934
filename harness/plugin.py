"""The pytest plugin: `pytest harness --wireproof-target URL`. Thin; the engine is the same as everywhere.

Each item is one rule against one target: `test_conformance.py::RULE@TARGET`. All probes of the rules
whose items were selected are carried out at the first item of a target; each item then tells what its rule
saw in any of the examinations. Under xdist each worker judges the targets of its items, and hands its
records to the controller, which alone writes the run: of each target what came first. Nothing heavy is
imported until an item of ours is collected.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness import __version__
from harness.errors import ExitCode, HarnessError, UsageError
from harness.fixtures import (
    pytest_generate_tests,
    pytest_runtest_makereport,
    wireproof_address,
    wireproof_target,
)
from harness.items import EXIT, RECORDS, STATE, CaseItem, RuleItem, TargetItem

if TYPE_CHECKING:
    from harness.engine.replay import Seen, Stimulus, Watcher
    from harness.model.baseline import Baseline, Excuses
    from harness.rules.rule import Rule
    from harness.session import Course, Session, TargetChoice
    from harness.session.live import Judgement
    from harness.store.records import AnyRecord

__all__ = ["pytest_generate_tests", "pytest_runtest_makereport", "wireproof_address", "wireproof_target"]

SUITE = Path(__file__).with_name("test_conformance.py")
CORPUS_SUITE = Path(__file__).with_name("test_corpus.py")
FUZZ_SUITE = Path(__file__).with_name("test_fuzz.py")
_PREFIX = "wireproof_"
_ASKS_FOR_FUZZ = re.compile(r"(?<!\bnot )\bfuzz\b")


_REPEATED = (
    ("url", "URL", "a server to judge; without any target the reference server is judged"),
    ("spawn", "CMD", "start this command; {port} in it is a free port"),
    ("recipe", "NAME", "start this server by its recipe, or `all` of them"),
    ("fault", "NAME", "break the reference server on purpose"),
    ("specimen", "NAME", "judge a bundled naive server"),
    ("name", "NAME", "what to call the targets, one name a target in their order"),
    ("select", "SELECT", "only these rules"),
    ("exclude", "SELECT", "leave these rules out"),
    ("corpus", "DIR", "replay the cases of this folder in the place of the bundled ones"),
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
    add("baseline", metavar="FILE", help="known deviations (wireproof baseline): only new ones fail")
    add("i-may-test", metavar="HOST", help="test a host that is not this machine")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep one state a pytest session; it does nothing until an item of ours is collected.

    Selectors and targets alone are looked at now: an error in them is told before anything is collected. A
    profile of our fuzz suite has to be there before Hypothesis loads what --hypothesis-profile names.
    """
    config.addinivalue_line("markers", "fuzz: generated requests by Hypothesis; `-m fuzz` runs them")
    if profile := getattr(config.option, "hypothesis_profile", None):
        from harness.properties.profiles import provide

        provide(profile)
    conformance = Conformance(config)
    config.pluginmanager.register(conformance, STATE)
    if any(getattr(config.option, _PREFIX + key) for key, *_ in _REPEATED):
        try:
            conformance.selected()
            conformance.choices  # noqa: B018 (looked at, for its errors)
        except HarnessError as error:
            pytest.exit(f"wireproof: {error}", returncode=error.exit_code)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The fuzz suite, and Hypothesis with it, is loaded only where `-m` or its own path asks for it."""
    if collection_path.name == FUZZ_SUITE.name and collection_path.resolve() == FUZZ_SUITE:
        return None if _ASKS_FOR_FUZZ.search(config.option.markexpr or "") else True
    return None


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Our suite is collected from the catalogue, not from functions of the module."""
    if module_path.resolve() == SUITE:
        from harness.items import Suite

        return Suite.from_parent(parent, path=module_path)
    if module_path.resolve() == CORPUS_SUITE:
        from harness.items import CorpusSuite

        return CorpusSuite.from_parent(parent, path=module_path)
    return None


class Conformance:
    """The state of one pytest session: the targets, how it went with them, the files of the run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._is_worker = hasattr(config, "workerinput")
        self._session: Session | None = None
        self._courses: dict[int, Course] = {}
        self._watchers: dict[int, Watcher] = {}
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
    def baseline(self) -> Baseline | None:
        """What --wireproof-baseline knows of the targets."""
        from harness.store.baseline import read

        return read(Path(self.option("baseline"))) if self.option("baseline") else None

    @cached_property
    def excuses(self) -> Excuses:
        """The same, to be asked."""
        from harness.model.baseline import Excuses

        return Excuses(self.baseline)

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
        """How it went with a target; the first call carries out the rules and the cases of its items."""
        from harness.engine.replay import Watcher
        from harness.session import Manner, Sending, judge

        if target not in self._courses:
            ours = [item for item in items if isinstance(item, TargetItem)]
            if not self._is_worker and not self._session:
                self._begin(
                    self._judging(ours),
                    [self.choices[number] for number in sorted({item.target for item in ours})],
                )
            ours = [item for item in ours if item.target == target]
            probing = [item.rule for item in ours if isinstance(item, RuleItem)]
            cases = [item.stimulus.planned for item in ours if isinstance(item, CaseItem)]
            manner = Manner(
                self.option("timeout"),
                self.option("jobs"),
                self.fail_on,
                self.option("resources"),
                self.baseline,
            )
            self._watchers[target] = Watcher(self._write)
            self._courses[target] = judge(
                self.choices[target],
                self._judging(ours),
                self._watchers[target],
                manner,
                sending=Sending(probing, cases),
            )
        return self._courses[target]

    @property
    def judgement(self) -> Judgement:
        """What a live target is judged by."""
        from harness.session.live import Judgement

        return Judgement(
            rules=self.selected(),
            fail_on=self.fail_on,
            timeout=self.option("timeout"),
            resources=self.option("resources"),
            out=Path(self.option("out")),
        )

    def live_choice(self, address: str, number: int) -> TargetChoice:
        """The target of a fixture: that of the address, else the one with that number."""
        from harness.session import TargetChoice, named

        if not address:
            return self.choices[number]
        if len(self.choices) > 1:
            raise UsageError(
                f"the fixture wireproof_address says {address}, and the options name "
                f"{', '.join(self.labels)}; leave one of the two out"
            )
        may_test = self.option("i-may-test") or ""
        return named([TargetChoice(url=address, path=self.option("path") or "", may_test=may_test)])[0]

    def _judging(self, items: Iterable[TargetItem]) -> list[Rule]:
        """The rules of the items; where cases are among them, all rules, since any may have its say."""
        from harness.rules.rule import catalogue

        items = list(items)
        if any(isinstance(item, CaseItem) for item in items):
            return list(catalogue().values())
        return list({item.rule.id: item.rule for item in items if isinstance(item, RuleItem)}.values())

    def seen(self, target: int) -> Mapping[str, Seen]:
        """What was answered to each plan."""
        return self._watchers[target].seen

    @cached_property
    def stimuli(self) -> list[Stimulus]:
        """The cases of --wireproof-corpus, else the bundled ones."""
        from harness.engine.replay import of_case
        from harness.store.corpus import bundled, entries

        places = [Path(place) for place in self.option("corpus")] or [bundled()]
        return [of_case(entry.case) for place in places for entry in entries(place)]

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
            baseline=self.baseline,
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
        handed = {name: value for name, value in report.user_properties if name in (RECORDS, EXIT)}
        report.user_properties = [one for one in report.user_properties if one[0] not in handed]
        if report.failed:
            self._codes.add(int(str(handed.get(EXIT, ExitCode.FAILED.value))))
        if RECORDS in handed and report.when == "call":
            self._take(str(handed[RECORDS]), getattr(report, "node", None))

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
