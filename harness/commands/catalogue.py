"""`wireproof list` and `wireproof explain`: the rules, told."""

from __future__ import annotations

import click

from harness.commands.terminal import can_show_glyphs


@click.command("list")
@click.argument("selectors", nargs=-1, metavar="[SELECT]...")
def list_rules(selectors: tuple[str, ...]) -> None:
    """List the rules, by RFC and section."""
    from harness.rules.ledger import ledger
    from harness.rules.rule import catalogue
    from harness.rules.select import select

    rules = select(list(catalogue().values()), selectors)
    section = None
    for rule in rules:
        if rule.citation != section:
            section = rule.citation
            click.secho(f"\n{section}", bold=True)
        click.echo(f"  {rule.id:42} {rule.level:8} {rule.area}")
    covered = {row for rule in rules for row in rule.covers}
    testable = sum(one.testable == "black-box" for one in ledger().values())
    click.echo(
        f"\n{len(rules)} rules cover {len(covered)} of the {testable} requirements testable from outside."
    )


@click.command()
@click.argument("rule_id", metavar="RULE")
def explain(rule_id: str) -> None:
    """Explain a rule: what it demands, what it sends, what it permits, and where that stands."""
    from harness.narrate.escape import as_text
    from harness.rules.rule import catalogue
    from harness.rules.select import select

    for number, rule in enumerate(select(list(catalogue().values()), [rule_id])):
        click.echo("\n" if number else "", nl=False)
        click.secho(rule.id, bold=True)
        click.echo(f"  {rule.title}")
        if rule.why:
            click.echo("\n" + "\n".join(f"  {line}" for line in rule.why.splitlines()))
        click.echo(f"\n  level      {rule.level}, area {rule.area}, security {rule.security}")
        for one in rule.requirements:
            click.echo(
                f"  covers     {one.id} ({one.keyword}) {one.summary}\n             {one.citation.url}"
            )
        for reaction in rule.permitted:
            click.echo(f"  permitted  {reaction.name}: {reaction.description}")
        if not rule.probes:
            click.echo("  sends      nothing of its own: it judges what the other rules send and get")
        for stimulus in rule.probes:
            octets = as_text(stimulus.octets, 400, can_show_glyphs())
            click.echo(f"  sends      {stimulus.title}\n             {octets}")
