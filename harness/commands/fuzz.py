"""`wireproof fuzz`: generated requests against one server, until the time is up."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from harness import __version__
from harness.commands.options import (
    Duration,
    chosen,
    fail_on_option,
    ndjson_option,
    out_option,
    strict_option,
    target_options,
    with_settings,
)
from harness.commands.terminal import can_show_glyphs, say, shows_progress, terminable, width
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.engine.fuzzing.campaign import Course, Progress
    from harness.engine.fuzzing.fuzz import Fuzzing, Report
    from harness.model.verdict import Examination
    from harness.narrate.finding import Told
    from harness.session.fuzzing import Fuzzed
    from harness.targets.base import Target

_DEFAULT_WIDTH: Final = 100


@click.command()
@click.argument("url", default="", metavar="[URL]")
@target_options
@click.option("--max-time", type=Duration(), default="60s", show_default=True, help="When to end: 60s, 10m.")
@click.option("--max-exchanges", type=click.IntRange(min=1), default=None, help="End after so many plans.")
@click.option(
    "--seed", type=int, default=None, help="Which plans; the same seed sends the same.  [default: new]"
)
@click.option("--families", multiple=True, metavar="NAME", help="Only these families of mutations, or a/b.")
@click.option(
    "--known",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="DIR",
    help="Do not tell again what these cases show.",
)
@fail_on_option("The least grade of finding that fails.")
@strict_option
@out_option
@ndjson_option
def fuzz(url: str, **options: Any) -> int:
    """Send generated requests to a server, and judge what comes back by all rules.

    Each finding is seen again alone, made small, told, and kept in OUT/findings: a case for the corpus, its
    story, and a program that shows it. Without a target it is the reference server.
    """
    from harness.rules.rule import catalogue
    from harness.session import GRADES, Manner, Session
    from harness.session.fuzzing import Watching, fuzz_target

    options["url"] = url
    options = with_settings(options)
    if isinstance(options["url"], tuple | list):
        raise UsageError("fuzz takes one URL")
    choice = chosen(options["url"], options)
    rules = list(catalogue().values())
    fail_on = GRADES["soft" if options["strict"] else options["fail_on"]]
    manner = Manner(options["timeout"], options["jobs"], fail_on, options["resources"])
    fuzzing = _fuzzing(options)
    session = Session(
        rules,
        out=options["out"],
        ndjson=options["ndjson"],
        command=shlex.join(["wireproof", *sys.argv[1:]]),
        fail_on=fail_on,
    )  # no targets: a campaign that was cut off is no run that could be gone on with
    with terminable(), session, _ticker() as ticker:
        teller = _Teller(fuzzing, ticker)
        watching = Watching(teller.started, teller.calibrated, teller.kept, ticker.listener)
        fuzzed = fuzz_target(
            choice,
            rules,
            session.write,
            manner=manner,
            fuzzing=fuzzing,
            out=options["out"],
            watching=watching,
        )
        session.finish(fuzzed.code, str(fuzzed.failure or "").partition("\n")[0])
    _tell_end(fuzzed, fuzzing, options["out"])
    say(f"report  {session.report}")
    say(f"run     {session.path}")
    return fuzzed.code


def _fuzzing(options: dict[str, Any]) -> Fuzzing:
    import secrets

    from harness.engine.fuzzing.campaign import Bounds
    from harness.engine.fuzzing.fuzz import Fuzzing, scope
    from harness.store.corpus import entries

    try:
        chosen_scope = scope(*options["families"])
    except (LookupError, ValueError) as error:
        raise UsageError(f"--families {' '.join(options['families'])}: {error}") from None
    return Fuzzing(
        seed=secrets.randbelow(1 << 32) if options["seed"] is None else options["seed"],
        scope=chosen_scope,
        bounds=Bounds(seconds=float(options["max_time"]), exchanges=options["max_exchanges"]),
        known=[entry.case for place in options["known"] for entry in entries(place)],
    )


class _Ticker:
    """One line that is written over again: how far, how fast, how many findings. Nothing unwatched."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._due = 0.0

    @property
    def listener(self) -> Any:
        from harness.engine.fuzzing.campaign import Listener

        return Listener(on_progress=self._tell) if self._shown else Listener()

    def _tell(self, progress: Progress) -> None:
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + 0.2
        rate = progress.exchanges / progress.seconds if progress.seconds else 0.0
        told = f"{progress.seconds:5.0f} s  {progress.exchanges:,} exchanges, {rate:,.0f}/s"
        click.echo(f"\r\x1b[K{told}  {_counted(progress.findings, 'finding')}", err=True, nl=False)

    def clear(self) -> None:
        """Make room for lines that stay."""
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)


@contextmanager
def _ticker() -> Iterator[_Ticker]:
    ticker = _Ticker(shown=shows_progress())
    try:
        yield ticker
    finally:
        ticker.clear()


class _Teller:
    """What is told while a campaign runs."""

    def __init__(self, fuzzing: Fuzzing, ticker: _Ticker) -> None:
        self._fuzzing, self._ticker = fuzzing, ticker

    def started(self, target: Target) -> None:
        bounds = self._fuzzing.bounds
        most = f", {bounds.exchanges:,} exchanges" if bounds.exchanges else ""
        say(f"wireproof {__version__} · fuzz · {target.name} {target.address}")
        say(f"  seed {self._fuzzing.seed} · at most {bounds.seconds:g} s{most}")

    def calibrated(self, calibration: Any) -> None:
        from harness.narrate.escape import visible_text

        for name, text in calibration.facts[:1]:
            say(f"  {name:12} {visible_text(text)}")

    def kept(self, told: Told, examination: Examination, path: Path) -> None:
        from harness.narrate.finding import story

        self._ticker.clear()
        columns = width() or _DEFAULT_WIDTH
        first, *others = story(told, examination, columns, can_show_glyphs())
        say(first, "red", bold=True)
        for line in others:
            say(line)
        say(f"  case      {path}")
        say(f"  again     python {path.with_suffix('.py')}")


def _tell_end(fuzzed: Fuzzed, fuzzing: Fuzzing, out: Path) -> None:
    if fuzzed.failure:
        say(f"wireproof: {fuzzed.failure}", "red")
    if fuzzed.report:
        for line in _summary(fuzzed.report, fuzzing):
            say(line)


def _summary(report: Report, fuzzing: Fuzzing) -> Iterator[str]:
    from harness.engine.conform import INDISCRIMINATE

    course: Course = report.course
    tally = course.tally
    if report.indiscriminate:
        yield INDISCRIMINATE
    for cause, count in course.counts.most_common():
        yield f"  {count:6,}  {cause.rule}  {cause}"
    rate = tally.exchanges / course.seconds if course.seconds else 0.0
    yield (
        f"{_counted(tally.exchanges, 'exchange')} in {course.seconds:.1f} s, {rate:,.0f}/s, "
        f"{tally.behaviours:,} behaviours, seed {fuzzing.seed}"
    )
    crashes = f", {_counted(course.crashes, 'crash', 'es')}" if course.crashes else ""
    unsure = f", {course.unconfirmed} not seen again" if course.unconfirmed else ""
    yield f"{_counted(len(course.findings), 'finding')}{crashes}{unsure}"


def _counted(number: int, what: str, plural: str = "s") -> str:
    return f"{number:,} {what}{'' if number == 1 else plural}"
