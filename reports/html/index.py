"""All data behind the page: cases and octets, rules, the words of the search, and the index of it all."""

from __future__ import annotations

from harness.model.tally import Standing
from harness.narrate.escape import alphabet, visible_text
from harness.narrate.snippet import TAIL, head, host_and_port
from harness.narrate.wire_story import ARROWS, Actor
from harness.narrate.words import FATES, WORDS
from harness.store.run_store import TargetRecord
from reports.html.archive import place
from reports.html.blocks import Blocks
from reports.html.case import ORIGINS
from reports.html.catalogue import words, write_rules
from reports.html.page import Page


def write_data(page: Page, blocks: Blocks) -> None:
    """Write every block of the page."""
    page.archive.write(blocks)
    rules = list(page.rules.values())
    numbers = {target.name: number for number, target in enumerate(page.targets)}
    starts = write_rules(rules, numbers, page.archive, blocks)
    blocks.add_json("words", words(rules, page.archive))
    blocks.add_json(
        "index",
        {
            "alphabet": alphabet(),
            "standings": [(one, WORDS[one].one, WORDS[one].many, WORDS[one].symbol) for one in Standing],
            "fates": FATES,
            "actors": [(actor, ARROWS[actor]) for actor in Actor],
            "origins": ORIGINS,
            "programTail": TAIL,
            "targets": [_target(page, target) for target in page.targets],
            "rules": [
                (
                    rule.slug,
                    rule.part.id,
                    visible_text(rule.part.title),
                    place(rule.standing),
                    rule.part.level,
                )
                for rule in rules
            ],
            "ruleBlocks": starts,
            **dict(page.archive.columns()),
        },
    )


def _target(page: Page, target: TargetRecord) -> dict[str, str]:
    host, port = host_and_port(target.address) or ("127.0.0.1", 8080)
    return {
        "name": visible_text(target.name),
        "slug": page.target_slugs[target.name],
        "server": visible_text(target.server),
        "address": visible_text(target.address),
        "again": visible_text(target.again),
        "programHead": head(host, port),
    }
