"""`wireproof run`: judge servers, one after the other."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from harness import __version__
from harness.commands.options import (
    Duration,
    all_chosen,
    baseline_option,
    fail_on_option,
    is_url,
    ndjson_option,
    out_option,
    several_targets_options,
    strict_option,
    with_settings,
)
from harness.commands.terminal import progress, say, tell_run, terminable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.calibrate import Calibration
    from harness.model.limit import Limit
    from harness.rules.rule import Rule
    from harness.session import Course, Listener, Manner, Resumed, Session, TargetChoice
    from harness.targets.base import Target

_UNFINISHED = "unfinished"


@click.command()
@click.argument("words", nargs=-1, metavar="[URL]... [SELECT]...")
@several_targets_options
@click.option("--exclude", multiple=True, metavar="SELECT", help="Leave these rules out; may be repeated.")
@fail_on_option("The least grade of violation that fails the run.")
@strict_option
@click.option(
    "--max-time",
    type=Duration(),
    default="10m",
    show_default=True,
    help="How long judging each may take.",
)
@click.option(
    "--resume",
    is_flag=False,
    flag_value=_UNFINISHED,
    default=None,
    metavar="[RUN]",
    help="Go on with a run that was cut off: the newest, or RUN. Give the same words as at first.",
)
@click.option(
    "--limits", is_flag=True, help="Find out how much each target takes as well, as `wireproof limits` does."
)
@baseline_option
@out_option
@ndjson_option
@click.option("-v", "--verbose", is_flag=True, help="Tell every rule, and each violation whole.")
def run(words: tuple[str, ...], **options: Any) -> int:
    """Judge servers: those at URL..., those that --spawn, --recipe, --fault and --specimen start, or the
    reference server.

    SELECT names rules: 9112-6.3 (a section), 9112-6.3-* (a pattern), level:MUST, area:host,
    security:smuggling; "not ..." leaves rules out.

    The same options may stand in wireproof.toml, or under [tool.wireproof] in pyproject.toml.

    Of several targets each is started, judged and stopped in its turn; one that cannot be reached or dies
    ends for itself alone. The exit code is 1 if any target failed, else 7 if one died, else 6 if one could
    not be reached.
    """
    from harness.rules.rule import catalogue
    from harness.rules.select import select

    words, options["resume"] = _put_back(words, options["resume"])
    options["url"] = tuple(word for word in words if is_url(word))
    options["select"] = tuple(word for word in words if not is_url(word))
    options = with_settings(options)
    choices = all_chosen(options["url"], options)
    rules = select(list(catalogue().values()), options["select"], options["exclude"])
    return _judged(choices, rules, options)


def _put_back(words: tuple[str, ...], resume: str | None) -> tuple[tuple[str, ...], str | None]:
    """A word behind --resume that cannot name a run is one of the others."""
    from harness.store.run_files import is_run_name

    if resume in (None, _UNFINISHED) or is_run_name(resume):
        return words, resume
    return (resume, *words), _UNFINISHED


def _judged(choices: list[TargetChoice], rules: list[Rule], options: dict[str, Any]) -> int:
    from harness.session import GRADES, Manner, Session, resumed, worst_code
    from harness.store.baseline import read

    fail_on, limits = GRADES["soft" if options["strict"] else options["fail_on"]], options["limits"]
    baseline = read(options["baseline"]) if options["baseline"] else None
    before = None
    if options["resume"]:
        before = resumed(
            options["resume"], options["out"], choices, rules, fail_on, baseline=baseline, limits=limits
        )
        baseline = before.baseline
    session = Session(
        rules,
        out=options["out"],
        ndjson=options["ndjson"],
        command=shlex.join(["wireproof", *sys.argv[1:]]),
        fail_on=fail_on,
        targets=choices,
        resumed=before,
        baseline=baseline,
        limits=limits,
    )
    with terminable(), session:
        manner = Manner(
            options["timeout"],
            options["jobs"],
            fail_on,
            options["resources"],
            baseline,
            limits=limits,
            max_seconds=options["max_time"],
        )
        codes = _each(choices, session, manner, before, verbose=options["verbose"])
        code = worst_code(codes)
        session.finish(code)
    files = (f"report  {session.report}", f"run     {session.path}")
    tell_run(session.path, verbose=options["verbose"], files=files)
    return code


def _each(
    choices: Sequence[TargetChoice],
    session: Session,
    manner: Manner,
    before: Resumed | None,
    *,
    verbose: bool,
) -> list[int]:
    """Judge every target that was not judged before; the exit codes of all."""
    from harness.session import judge

    ends = {end.target: end for end in before.ends} if before else {}
    codes = [end.exit_code for end in ends.values()]
    teller = _Teller(session.rules, len(choices), verbose=verbose)
    for choice in choices:
        if choice.name in ends:
            teller.kept(choice)
            continue
        with progress() as on_progress:
            course = judge(
                choice, session.rules, session.write, manner, listener=teller.listener(on_progress)
            )
        teller.ended(course)
        codes.append(course.end.exit_code)
    return codes


class _Teller:
    """What is told while targets are judged: of one alone what it is like, of several a line each."""

    def __init__(self, rules: Sequence[Rule], targets: int, *, verbose: bool) -> None:
        self._rules, self._several = rules, targets > 1
        self._whole = verbose or not self._several
        self._target: Target | None = None
        if self._several:
            say(f"wireproof {__version__} · {len(rules)} rules · {targets} targets")

    def listener(self, on_progress: Any) -> Listener:
        from harness.session import Listener

        self._target = None
        return Listener(self._started, self._calibrated, on_progress, self._measured)

    def _started(self, target: Target) -> None:
        self._target = target
        if not self._several:
            say(f"wireproof {__version__} · {len(self._rules)} rules · {target.name} {target.address}")

    def _calibrated(self, calibration: Calibration) -> None:
        from harness.narrate.escape import visible_text

        if self._whole:
            for name, text in calibration.facts:
                say(f"  {name:12} {visible_text(text)}")

    def _measured(self, limits: Sequence[Limit]) -> None:
        from harness.narrate.limits import in_short

        if self._whole:
            say(f"  {'limits':12} {in_short(limits)}")

    def kept(self, choice: TargetChoice) -> None:
        say(f"{choice.name}: judged before")

    def ended(self, course: Course) -> None:
        if not self._several:
            return
        from harness.narrate.escape import visible_text

        end = course.end
        where = f" {self._target.address}" if self._target else ""
        version = f" {visible_text(self._target.version)}" if self._target and self._target.version else ""
        went = _counts(course, self._rules) if course.results else visible_text(end.reason).rstrip(".")
        say(f"{end.target}{version}{where}: {went}, {end.seconds:.1f} s")


def _counts(course: Course, rules: Sequence[Rule]) -> str:
    from collections import Counter

    from harness.narrate.words import counted

    results = course.results
    assert results
    crashes = f", {results.crashes} crash{'' if results.crashes == 1 else 'es'}" if results.crashes else ""
    return counted(Counter(results.standing(rule.id) for rule in rules)) + crashes
