"""`wireproof limits`: how much a server takes, and what it does beyond."""

from __future__ import annotations

import json
from typing import Any

import click

from harness.commands.options import chosen, target_options
from harness.commands.terminal import terminable


@click.command()
@click.argument("url", default="", metavar="[URL]")
@target_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object a limit and line, for programs.")
def limits(url: str, as_json: bool, **options: Any) -> None:
    """Find out how much a server takes: request-line, target, fields, sections, chunk extensions.

    Each limit is found exactly, by doubling and bisecting up to 1 MiB, with the answer beyond it and what
    becomes of the connection. A limit is no verdict: the exit code is 0.
    """
    from harness.engine.calibrate import calibrate
    from harness.engine.limits import find_limits
    from harness.narrate import limits as told
    from harness.session import opened, transport_to

    with terminable(), opened(chosen(url, options)) as running:
        target = running.target
        transport = transport_to(target, options["timeout"])
        calibration = calibrate(target, transport)
        if not as_json:
            click.echo(f"{target.name} {target.address}")
        for limit in find_limits(calibration, transport, jobs=options["jobs"]):
            click.echo(json.dumps(told.as_json(limit)) if as_json else "\n".join(told.as_lines([limit])))
