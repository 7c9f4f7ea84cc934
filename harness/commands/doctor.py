"""`wireproof doctor`: what a target is like, what does not apply to it, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from harness.commands.options import chosen, target_options
from harness.commands.terminal import terminable

if TYPE_CHECKING:
    from harness.engine.calibrate import Calibration
    from harness.rules.rule import Rule


@click.command()
@click.argument("url", default="", metavar="[URL]")
@target_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def doctor(url: str, as_json: bool, **options: Any) -> None:
    """Find out what a server is like, before any verdict, by sound requests that take about a second.

    Told are the findings, the rules that prove nothing here and why, and what to do to have them decided.
    Where a server has its echo, `[resources]` in wireproof.toml says (docs/echo-contract.md).
    The exit code is 0 whatever is found, and 6 if the server cannot be reached or does not answer.
    """
    from harness.engine.calibrate import calibrate
    from harness.rules.rule import catalogue
    from harness.session import merged, opened, resources_of, transport_to

    rules = list(catalogue().values())
    named = merged({}).get("resources") or {}
    with terminable(), opened(chosen(url, options)) as running:
        target = running.target
        transport = transport_to(target, options["timeout"])
        found = calibrate(target, transport, resources_of(target, named), jobs=options["jobs"])
    click.echo(json.dumps(_as_json(found, rules)) if as_json else "\n".join(_as_lines(found, rules)))


def _as_lines(found: Calibration, rules: Sequence[Rule]) -> Iterator[str]:
    from harness.engine.diagnosis import advice, not_applicable
    from harness.narrate.escape import visible_text

    yield f"{found.target.name} {found.target.address}"
    for name, text in found.facts:
        yield f"  {name:12} {visible_text(text)}"
    left_out = list(not_applicable(rules, found.around))
    yield "not applicable here:" if left_out else f"all {len(rules)} rules apply"
    for one in left_out:
        part = "" if one.whole else f" ({one.probes} of {one.of} probes)"
        yield f"  {one.rule}{part}: {visible_text(one.why)}"
    remedies = list(advice(found, rules))
    if remedies:
        yield "what to do:"
    yield from (f"  {visible_text(one)}" for one in remedies)


def _as_json(found: Calibration, rules: Sequence[Rule]) -> dict[str, Any]:
    from harness.engine.diagnosis import advice, not_applicable

    return {
        "target": found.target.name,
        "address": found.target.address,
        "facts": dict(found.facts),
        "indiscriminate": found.indiscriminate,
        "at_once": found.at_once,
        "not_applicable": [
            {"rule": one.rule, "probes": one.probes, "of": one.of, "why": one.why}
            for one in not_applicable(rules, found.around)
        ],
        "advice": list(advice(found, rules)),
    }
