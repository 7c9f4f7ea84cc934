"""Imaginary and hostile servers: every run ends, says what the target is, believes nothing, and stays small.

The servers are in `hostile/`, each a process of its own. All runs are made at once, since most of them wait;
each is then looked at alone. Nothing is said of how long one takes, but that it ends: what hangs is killed.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.errors import ExitCode
from harness.model.transcript import Ended
from harness.model.verdict import Outcome
from harness.rules.rule import catalogue
from harness.store.run_store import RunReader, find_run
from tests.end_to_end.hostile.habits import ALERT, HABITS
from tests.reports.document import Document

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "COLUMNS": ""}
SERVER = [sys.executable, "-m", "tests.end_to_end.hostile"]

KILLED_AFTER = 240.0
"""Seconds, on a machine that is busy with all the others too."""

MOST_MEMORY = 300 << 10
"""KiB that one run may have at a time, its servers counted."""

AT_ONCE = 6

FAILED, UNREACHABLE, DIED = ExitCode.FAILED, ExitCode.TARGET_UNREACHABLE, ExitCode.TARGET_DIED
SPAWNED, BY_URL = "--spawn", "URL"
SOME_RULES = ("9112-2.2", "9112-3", "9112-3.2", "9112-6.3", "9112-7.1")
"""Enough plans for a server to turn hostile behind calibration."""


@dataclass(frozen=True)
class Kind:
    """One server: how a run against it ends and why, what it says of it, and how it is to be started.

    `most` is how many connections it takes.
    """

    code: ExitCode
    says: tuple[str, ...]
    how: str = SPAWNED
    words: tuple[str, ...] = ()
    most: int = 1_000_000


NO_END = "and the answer has no end"
KINDS = {
    # An answer that can be delimited, but what is no request gets it as well: nothing is decided.
    "refuses-everything": Kind(FAILED, ("refuses everything: what is no request is answered 400",)),
    "serves-everything": Kind(FAILED, ("answers everything alike: what is no request is answered 200",)),
    "markup": Kind(FAILED, ("answers everything alike",), words=("level:GRAMMAR",)),
    # No answer to the baseline that can be delimited: nothing is judged.
    "silent": Kind(UNREACHABLE, ("accepts connections but did not answer GET / within",), BY_URL),
    "closes": Kind(UNREACHABLE, ("closed the connection without an answer to GET /",), BY_URL),
    "resets": Kind(UNREACHABLE, ("reset the connection without an answer to GET /",), BY_URL),
    "random": Kind(UNREACHABLE, ("does not answer GET / in HTTP/1.1: it sent '",)),
    "endless-fields": Kind(UNREACHABLE, ("answers GET / with 'HTTP/1.1 200 OK", NO_END)),
    "endless-chunks": Kind(UNREACHABLE, ("answers GET / with 'HTTP/1.1 200 OK", NO_END)),
    "endless-interim": Kind(UNREACHABLE, ("interim responses (100) and no final one",)),
    "long-status-line": Kind(UNREACHABLE, ("answers GET / with 'HTTP/1.1 200 AAAA", NO_END)),
    "drips": Kind(UNREACHABLE, (NO_END, "--timeout gives a slow server more")),
    # The baseline is answered, and later no more. What we started is started again, a crash or a hang is
    # a finding that fails the run; what is not ours to start, or crashes again and again, has died.
    "turns-silent": Kind(FAILED, ("HANG", "does not answer its baseline any more"), words=SOME_RULES),
    "turns-resets": Kind(FAILED, ("CRASH", "ends them (reset) without an answer"), words=SOME_RULES),
    "turns-endless": Kind(FAILED, ("HANG", "does not end the answer to its baseline"), words=SOME_RULES),
    "turns-interim": Kind(FAILED, ("HANG", "does not end the answer to its baseline"), words=SOME_RULES),
    "dies": Kind(
        DIED,
        ("CRASH", "accepts no more connections", "restarted 20 times, and is not again"),
        words=SOME_RULES,
    ),
    "served-once": Kind(DIED, ("DIED", "accepts no more connections (ECONNREFUSED)"), BY_URL, most=1),
    "silent-spawned": Kind(UNREACHABLE, ("listens on port", "but did not answer GET / within 20 s")),
}
HABIT = {"served-once": "serves-everything", "silent-spawned": "silent"}


@dataclass
class Ran:
    """What became of one run."""

    code: int = 0
    memory: int = 0
    out: Path = Path()
    said: str = field(default="", repr=False)


@contextmanager
def listening(habit: str, most: int) -> Iterator[int]:
    """A server of that habit that we started ourselves; its port."""
    command = [*SERVER, habit, "0", str(most)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=ENVIRONMENT
    ) as server:
        try:
            assert server.stdout
            yield int(server.stdout.readline().rpartition(" ")[2])
        finally:
            server.kill()


def wireproof(*words: str, out: Path) -> Ran:
    """Run it in a process of its own in that folder, and see how much memory that took at most."""
    out.mkdir(parents=True)
    with (out / "said.txt").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "harness", *words],
            cwd=out,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        killer = threading.Timer(KILLED_AFTER, process.kill)
        killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        killer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    text = (out / "said.txt").read_text("utf-8")
    return Ran(process.returncode, usage.ru_maxrss, out, text)


def against(name: str, command: str, out: Path, *words: str) -> Ran:
    """A command of wireproof against the server of that name."""
    kind, habit = KINDS[name], HABIT.get(name, name)
    if kind.how is SPAWNED:
        spawn = f"{' '.join(SERVER)} {habit} {{port}} {kind.most}"
        return wireproof(command, "--spawn", spawn, "--timeout", "0.4", *words, out=out)
    with listening(habit, kind.most) as port:
        return wireproof(command, f"http://127.0.0.1:{port}/", "--timeout", "0.4", *words, out=out)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    """A run against each, those that wait for long first."""
    folder = tmp_path_factory.mktemp("hostile")
    ordered = sorted(KINDS, key=lambda name: name not in ("silent-spawned", "turns-silent", "dies"))

    def run(name: str) -> Ran:
        return against(name, "run", folder / name, *KINDS[name].words)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(ordered, pool.map(run, ordered), strict=True))


def store_of(run: Ran) -> RunReader:
    return RunReader(find_run("last", run.out / "wireproof-report"))


def page_of(run: Ran) -> str:
    return (run.out / "wireproof-report" / "index.html").read_text("utf-8")


def test_every_habit_has_a_run():
    assert {HABIT.get(name, name) for name in KINDS} == HABITS.keys()


@pytest.mark.parametrize("name", KINDS)
def test_a_run_ends_says_what_the_target_is_and_does_not_pass(runs, name):
    run, kind = runs[name], KINDS[name]
    assert run.code == kind.code, run.said
    for words in kind.says:
        assert words in " ".join(run.said.split())
    with store_of(run) as stored:
        assert stored.end
        assert stored.end.exit_code == kind.code


@pytest.mark.parametrize("name", KINDS)
def test_a_run_keeps_small(runs, name):
    assert runs[name].memory < MOST_MEMORY


@pytest.mark.parametrize("name", KINDS)
def test_silence_and_a_reset_without_an_answer_conform_to_nothing(runs, name):
    """The first look is what is kept: an answer that came to a longer one stands in the words."""
    with store_of(runs[name]) as stored:
        mute = {
            one.plan
            for key in stored.plan_keys()
            if (one := stored.transcript(*key))
            and one.ended is not Ended.CLOSED
            and not any(each.status for each in one.exchanges)
        }
        for verdict in stored.verdicts():
            if verdict.outcome is Outcome.CONFORMS and verdict.plan in mute:
                assert verdict.observed.startswith("answered ")


@pytest.mark.parametrize("name", ["refuses-everything", "serves-everything", "markup"])
def test_who_tells_nothing_apart_conforms_in_the_grammar_of_responses_alone(runs, name):
    rules = catalogue()
    with store_of(runs[name]) as stored:
        conforms = {rules[one.rule] for one in stored.verdicts() if one.outcome is Outcome.CONFORMS}
        assert [one.kind for one in stored.findings()][:1] == ["foil"]
    assert all(rule.passive for rule in conforms)
    assert not [rule.id for rule in conforms for probe in rule.probes if probe.control is not None]


def test_what_died_keeps_what_was_gathered(runs):
    with store_of(runs["dies"]) as stored:
        assert sum(1 for _ in stored.verdicts()) > 20
        assert {one.kind for one in stored.findings()} == {"crash", "died"}


def test_nothing_that_a_server_sends_reaches_the_terminal_as_it_is(runs):
    """No control but our own line ends, nothing that reorders, and no octet above US-ASCII of theirs."""
    for name, run in runs.items():
        assert not [each for each in run.said if each < " " and each != "\n"], name
        assert not set(run.said) & {"\x7f", "\u202e", "\u009b"}, name
    assert "\\x1b[31m\\x00\\x07\\x7f\\xe2\\x80\\xae\\xff" in runs["markup"].said


@pytest.mark.parametrize("name", KINDS)
def test_a_report_stays_inert(runs, name):
    page = Document(page_of(runs[name]))
    assert ALERT.decode() not in page.source
    assert not [tag for tag, _ in page.elements if tag in ("img", "iframe", "object", "embed", "base")]
    assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on")]
    assert len(page.scripts) == len(Document(page_of(runs["silent"])).scripts)
    assert not [each for each in page.source if each < " " and each not in "\n\t"]


@pytest.mark.browser
def test_a_browser_runs_nothing_of_a_servers(runs):
    """No dialog, no request, nothing on the console: `ask` asserts that, whatever is looked at."""
    from tests.reports.test_in_chromium import DETAIL, Browser, go  # noqa: PLC0415

    browser = Browser()
    try:
        page = runs["markup"].out / "wireproof-report" / "index.html"
        shown = browser.ask(page, go("#matrix"), go("#rule/9112-4-status-line"), DETAIL, "window.ran")
    finally:
        browser.close()
    assert "9112-4-status-line" in shown[2]


DOCTOR = {
    "refuses-everything": (0, "refuses everything: what is no request is answered 400"),
    "markup": (0, "answers everything alike"),
    "endless-interim": (6, "interim responses (100) and no final one"),
    "closes": (6, "closed the connection without an answer"),
}


@pytest.mark.parametrize("name", DOCTOR)
def test_the_doctor_says_it_in_a_word(tmp_path, name):
    code, says = DOCTOR[name]
    ended = against(name, "doctor", tmp_path / name)
    assert ended.code == code, ended.said
    assert says in ended.said
    assert "\x1b" not in ended.said


LIMITS = {
    "refuses-everything": (0, "http://127.0.0.1"),
    "endless-fields": (6, NO_END),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_end_too(tmp_path, name):
    code, says = LIMITS[name]
    ended = against(name, "limits", tmp_path / name)
    assert ended.code == code, ended.said
    assert says in ended.said


def test_a_doctor_tells_programs_the_same(tmp_path):
    told = json.loads(against("markup", "doctor", tmp_path / "json", "--json").said)
    assert "answers everything alike" in json.dumps(told)
