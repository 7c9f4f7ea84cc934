"""`wireproof report`: tell a stored run again."""

from __future__ import annotations

from pathlib import Path

import click

from harness.commands.options import ndjson_option, out_option
from harness.commands.terminal import say, tell_run


@click.command()
@click.argument("name", metavar="RUN", default="last")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the HTML report to this file."
)
@ndjson_option
@click.option("-v", "--verbose", is_flag=True, help="Tell every rule.")
@out_option
def report(name: str, html: Path | None, ndjson: Path | None, verbose: bool, out: Path) -> None:
    """Tell a stored run again. RUN is a file, `last`, or `last~N`; without options it is told here."""
    import reports
    from harness.packages import require_ours
    from harness.store.ndjson import NdjsonSink
    from harness.store.run_store import RunReader, find_run

    require_ours(reports)
    path = find_run(name, out)
    with RunReader(path) as stored:
        if html:
            reports.renderers()["html"].write(stored, html)
            say(f"report  {html}")
        if ndjson:
            sink = NdjsonSink(ndjson)
            for record in stored.records():
                sink.write(record)
            sink.close()
            say(f"records {ndjson}")
    if not (html or ndjson):
        tell_run(path, verbose=verbose)
