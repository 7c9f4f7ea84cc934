"""`wireproof report`: tell a stored run again, in any of the formats that there are."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.commands.options import ndjson_option, out_option
from harness.commands.terminal import say, tell_run

if TYPE_CHECKING:
    from harness.store.run_store import RunReader
    from reports import Renderer

_HERE = Path("-")


class _WithFormats(click.Command):
    """A command with an option for each report format, looked up when it is asked for."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        import reports
        from harness.packages import require_ours

        require_ours(reports)
        formats = [
            click.Option(
                [f"--{name}"],
                type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
                help=f"Write the {name} report to this file.",
            )
            for name in reports.renderers()
        ]
        params = super().get_params(ctx)
        return [*params[:1], *formats, *params[1:]]


@click.command(cls=_WithFormats)
@click.argument("name", metavar="[RUN]", default="last")
@ndjson_option
@click.option("-v", "--verbose", is_flag=True, help="Tell every rule.")
@out_option
def report(name: str, ndjson: Path | None, *, verbose: bool, out: Path, **formats: Path | None) -> None:
    """Tell a stored run again. RUN is a file, `last`, or `last~N`; without options it is told here.

    Several formats may be asked for at once; `-` as a file is standard output.
    """
    import reports
    from harness.store.run_store import RunReader, find_run

    path = find_run(name, out)
    wanted = {format_: place for format_, place in formats.items() if place}
    with RunReader(path) as stored:
        for format_, place in wanted.items():
            _write(reports.renderers()[format_], stored, place)
        if ndjson:
            _write_records(stored, ndjson)
    if not (wanted or ndjson):
        tell_run(path, verbose=verbose)


def _write(renderer: Renderer, stored: RunReader, place: Path) -> None:
    if place != _HERE:
        renderer.write(stored, place)
        say(f"{renderer.name:11} {place}")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"report{renderer.ending}"
        renderer.write(stored, file)
        sys.stdout.flush()
        sys.stdout.buffer.write(file.read_bytes())


def _write_records(stored: RunReader, place: Path) -> None:
    from harness.store.ndjson import NdjsonSink

    sink = NdjsonSink(place)
    for record in stored.records():
        sink.write(record)
    sink.close()
    say(f"{'ndjson':11} {place}")
