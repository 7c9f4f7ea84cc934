"""`wireproof replay`: cases, raw files and plans of earlier runs, sent again."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness import __version__
from harness.commands.options import (
    chosen,
    fail_on_option,
    is_url,
    ndjson_option,
    out_option,
    target_options,
)
from harness.commands.terminal import progress, say, terminable
from harness.errors import ExitCode, NothingSelected, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.engine.replay import Replayed, Stimulus
    from harness.session import TargetChoice

_FEW = 12
"""So many are told one by one, however they fared."""


@click.command()
@click.argument("words", nargs=-1, metavar="[CASE|DIR|RUN]... [URL]")
@target_options
@click.option("--times", type=click.IntRange(1, 1000), default=1, show_default=True, help="How often each.")
@fail_on_option("The least grade that fails.")
@out_option
@ndjson_option
@click.option("-v", "--verbose", is_flag=True, help="Tell every case, not only what failed.")
def replay(words: tuple[str, ...], **options: Any) -> int:
    """Send cases again, and judge what comes back.

    A CASE is a TOML file of a corpus, or a raw file with the octets of one connection; a DIR holds either.
    Of a RUN (last, last~1, a path) everything is sent again that broke a rule. Without any of these it
    is the bundled corpus. A case fails by the rules that it provokes, raw octets by any rule.
    """
    urls = [word for word in words if is_url(word)]
    if len(urls) > 1:
        raise UsageError(f"one target at a time, not {', '.join(urls)}")
    places = [word for word in words if word not in urls]
    stimuli = [one for place in places or ("",) for one in _stimuli(place, options["out"])]
    if not stimuli:
        raise NothingSelected(f"nothing to replay in {', '.join(places)}")
    return _carry_out(stimuli, chosen("".join(urls), options), options)


def _stimuli(place: str, out: Path) -> Iterator[Stimulus]:
    from harness.engine.replay import of_case, of_raw
    from harness.store import corpus
    from harness.store.run_files import is_run_name

    if place and is_run_name(place):
        yield from _of_run(place, out)
        return
    path = Path(place) if place else corpus.bundled()
    if not path.exists():
        raise UsageError(f"{place} is no case, no folder and no run: see wireproof replay --help")
    cases = corpus.paths(path) if path.is_dir() else [path] if path.suffix == corpus.ENDING else []
    if cases:
        yield from (of_case(entry.case) for entry in corpus.entries(path))
        return
    for raw in corpus.raw_files(path):
        yield of_raw(str(raw.relative_to(path)) if path.is_dir() else raw.name, corpus.octets_of(raw))


def _of_run(name: str, out: Path) -> Iterator[Stimulus]:
    """What broke a rule there, each plan once, whichever target it was."""
    from harness.engine.replay import of_record
    from harness.model.verdict import Outcome
    from harness.store.run_files import find_run
    from harness.store.run_store import RunReader

    with RunReader(find_run(name, out)) as run:
        broken: dict[tuple[str, str], set[str]] = {}
        for verdict in run.verdicts():
            if verdict.outcome is Outcome.VIOLATES and not verdict.flaky:
                broken.setdefault((verdict.target, verdict.plan), set()).add(verdict.rule)
        authorities = {one.name: one.address.partition("//")[2].partition("/")[0] for one in run.targets()}
        told: set[str] = set()
        for (target, plan), rules in broken.items():
            if plan not in told and (record := run.plan(target, plan)):
                told.add(plan)
                yield of_record(record, authorities.get(target, "").encode(), sorted(rules))


def _carry_out(stimuli: list[Stimulus], choice: TargetChoice, options: dict[str, Any]) -> int:
    from harness.engine.replay import Watcher, replayed
    from harness.rules.rule import catalogue
    from harness.session import GRADES, Listener, Manner, Sending, Session, judge

    fail_on = GRADES[options["fail_on"]]
    rules = list(catalogue().values())
    session = Session(
        rules,
        out=options["out"],
        ndjson=options["ndjson"],
        command=shlex.join(["wireproof", *sys.argv[1:]]),
        fail_on=fail_on,
        targets=[choice],
    )
    with terminable(), session:
        times = f", {options['times']} times each" if options["times"] > 1 else ""
        say(f"wireproof {__version__} · {len(stimuli)} to replay{times} · {choice.name}")
        watcher = Watcher(session.write)
        cases = [each.planned for one in stimuli for each in one.times(options["times"])]
        with progress() as on_progress:
            course = judge(
                choice,
                rules,
                watcher,
                Manner(options["timeout"], options["jobs"], fail_on),
                listener=Listener(on_progress=on_progress),
                sending=Sending(probing=(), cases=cases),
            )
        if course.failure or course.results is None:
            session.finish(course.end.exit_code, course.end.reason)
            say(course.end.reason, "red")
            return course.end.exit_code
        found = replayed(stimuli, course.results, watcher.seen, fail_on)
        failed = any(one.failed for one in found) or course.results.crashes
        code = ExitCode.FAILED if failed or course.results.indiscriminate else ExitCode.OK
        session.finish(code)
    _tell(found, verbose=options["verbose"] or len(found) <= _FEW)
    say(f"report  {session.report}")
    say(f"run     {session.path}")
    say(_figures(found), "red" if failed else "green")
    return code


def _tell(found: list[Replayed], *, verbose: bool) -> None:
    for one in found:
        if one.failed or one.warning or len(one.seen) > 1 or verbose:
            say(f"{_word(one):9} {one.name}: {one.title}", "red" if one.failed else "")
            for seen in one.seen:
                say(f"          answered {seen}")
            if one.unexpected:
                say(f"          {one.unexpected}")
            for judged in (*one.failing, *one.warning):
                say(f"          {judged.verdict.rule} ({judged.verdict.grade}): {judged.verdict.observed}")


def _word(one: Replayed) -> str:
    if one.failed:
        return "FAILED"
    if one.warning:
        return "warns"
    if len(one.seen) > 1:
        return "differs"
    return "conforms" if one.conforming and not one.undecided else "undecided"


def _figures(found: list[Replayed]) -> str:
    words = [_word(one) for one in found]
    counts = ", ".join(f"{words.count(word)} {word.lower()}" for word in dict.fromkeys(sorted(words)))
    return f"{len(found)} replayed: {counts}"
