"""`wireproof judge`: octets of a client, judged without any server."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from harness.commands.terminal import can_show_glyphs
from harness.errors import UsageError


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE|-|DIR...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file, for programs.")
@click.option(
    "--open", "still_open", is_flag=True, help="The client may yet send more; not the whole stream."
)
def judge(files: tuple[str, ...], as_json: bool, still_open: bool) -> None:
    """Judge the octets of a client, without any server: what do the RFCs permit to be understood?

    FILE holds the octets of one connection as they are sent; `-` is standard input; of a folder each
    file is told in one line.
    """
    from harness.engine.judge import judge as judged
    from harness.narrate import judgement as told

    for name in files:
        folder = name != "-" and Path(name).is_dir()
        for path in sorted(one for one in Path(name).iterdir() if one.is_file()) if folder else [name]:
            judgement = judged(_octets_of(str(path)), ended=not still_open)
            if as_json:
                click.echo(json.dumps(told.as_json(judgement, str(path))))
            elif folder:
                click.echo(told.as_one_line(judgement, str(path)))
            else:
                click.echo("\n".join(told.as_lines(judgement, str(path), can_show_glyphs())))


def _octets_of(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}") from error
