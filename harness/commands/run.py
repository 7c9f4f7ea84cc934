"""`wireproof run`: judge a server."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from harness import __version__
from harness.commands.options import chosen, ndjson_option, out_option, target_options
from harness.commands.terminal import progress, tell_run, terminable
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.engine.calibrate import Calibration
    from harness.rules.rule import Rule
    from harness.session import TargetChoice

_GRADES = ("bad", "unmet", "risk", "soft")


@click.command()
@click.argument("words", nargs=-1, metavar="[URL] [SELECT]...")
@target_options
@click.option("--exclude", multiple=True, metavar="SELECT", help="Leave these rules out; may be repeated.")
@click.option(
    "--fail-on",
    type=click.Choice(_GRADES),
    default="bad",
    show_default=True,
    help="The least grade of violation that fails the run.",
)
@click.option("--strict", is_flag=True, help="The same as --fail-on soft.")
@out_option
@ndjson_option
@click.option("-v", "--verbose", is_flag=True, help="Tell every rule, not only what did not conform.")
def run(words: tuple[str, ...], **options: Any) -> int:
    """Judge a server: the one at URL, the one that --spawn starts, or the reference server.

    SELECT names rules: 9112-6.3 (a section), 9112-6.3-* (a pattern), level:MUST, area:host,
    security:smuggling; "not ..." leaves rules out.
    """
    from harness.rules.rule import catalogue
    from harness.rules.select import select

    urls = [word for word in words if _is_url(word)]
    if len(urls) > 1:
        raise UsageError(f"one target at a time, not {', '.join(urls)}")
    choice = chosen(urls[0] if urls else "", options)
    rules = select(list(catalogue().values()), [one for one in words if not _is_url(one)], options["exclude"])
    return _judged(choice, rules, options)


def _is_url(word: str) -> bool:
    host, colon, port = word.partition("/")[0].rpartition(":")
    return "://" in word or (bool(colon) and bool(host) and port.isdigit())


def _judged(choice: TargetChoice, rules: list[Rule], options: dict[str, Any]) -> int:
    from harness.engine.conform import conform
    from harness.session import GRADES, Session, limits_for, opened
    from harness.transport.base import Address
    from harness.transport.tcp import TcpTransport

    command = shlex.join(["wireproof", *sys.argv[1:]])
    fail_on = GRADES["soft" if options["strict"] else options["fail_on"]]
    with (
        terminable(),
        Session(
            rules, out=options["out"], ndjson=options["ndjson"], command=command, fail_on=fail_on
        ) as session,
        opened(choice) as (target, _),
        progress() as on_progress,
    ):
        click.echo(f"wireproof {__version__} · {len(rules)} rules · {target.name} {target.address}")
        results = conform(
            target,
            rules,
            TcpTransport(Address(target.host, target.port), limits_for(options["timeout"])),
            session.write,
            jobs=options["jobs"],
            on_progress=on_progress,
            on_calibrated=_tell_calibration,
        )
        code = session.verdict_on([results])
    session.finish(code)
    tell_run(session.path, verbose=options["verbose"])
    click.echo(f"report  {session.report}\nrun     {session.path}")
    return code


def _tell_calibration(calibration: Calibration) -> None:
    from harness.narrate.escape import visible_text

    for name, text in calibration.facts:
        click.echo(f"  {name:12} {visible_text(text)}")
