"""`wireproof compare`: what is new, fixed and changed between two runs."""

from __future__ import annotations

from pathlib import Path

import click

from harness.commands.options import fail_on_option, out_option
from harness.commands.terminal import say
from harness.errors import ExitCode, NothingSelected


@click.command()
@click.argument("before", metavar="RUN")
@click.argument("after", metavar="RUN", default="last")
@fail_on_option(
    "The least grade of new violation that fails.  [default: that of the later run]", default=None
)
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
@click.option("-v", "--verbose", is_flag=True, help="Tell every change and every case.")
@out_option
def compare(
    before: str,
    after: str,
    *,
    fail_on: str | None,
    markdown: Path | None,
    html: Path | None,
    verbose: bool,
    out: Path,
) -> int:
    """Tell what differs between two runs: each is a file, `last` or `last~N`; the earlier one comes first.

    Targets are paired by their names (--name gives them names). Exit code 1 if a violation is new, if a
    target crashed or hung, or was not judged any more.
    """
    import reports
    from harness.packages import require_ours
    from harness.session import GRADES
    from harness.store.comparing import compare as compare_runs
    from harness.store.run_store import RunReader, find_run

    require_ours(reports)
    from reports.comparison import text
    from reports.comparison.html import write as write_html
    from reports.comparison.markdown import write as write_markdown

    with RunReader(find_run(before, out)) as old, RunReader(find_run(after, out)) as new:
        found = compare_runs(old, new)
    if not (found.targets or found.lost):
        names = [", ".join(side.targets) or "none" for side in (found.before, found.after)]
        raise NothingSelected(
            f"the runs have no judged target in common: {names[0]} in the first, {names[1]} in the second. "
            "Give targets the same names: wireproof run --name NAME."
        )
    grades = GRADES[fail_on] if fail_on else found.after.fail_on
    for path, write, what in ((markdown, write_markdown, "summary"), (html, write_html, "report")):
        if path:
            write(found, grades, path)
            say(f"{what:8}{path}")
    for line in text.lines(found, grades, verbose=verbose):
        say(line.text, line.colour, bold=line.bold)
    return ExitCode.FAILED if found.fails(grades) else ExitCode.OK
