"""Rules as the script of the page gets them: for their own pages, and for the search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.model.tally import Standing
from harness.narrate.escape import visible_text
from reports.html.archive import Archive, place
from reports.html.blocks import Blocks, Chunks
from reports.html.cells import PASSING, Cell, Rule
from reports.html.links import web
from reports.html.sections import title_of

ELSEWHERE_LIMIT = 60


def write_rules(
    rules: Iterable[Rule], targets: Mapping[str, int], archive: Archive, blocks: Blocks
) -> list[int]:
    """Write all rules to blocks; returns the number of the first rule of each block."""
    chunks = Chunks("rules", blocks)
    for rule in rules:
        chunks.add(_told(rule, targets, archive))
    chunks.flush()
    return chunks.starts


def words(rules: Iterable[Rule], archive: Archive) -> list[str]:
    """What the search looks into beside the matrix itself: requirements, reasons, titles of cases."""
    titles: dict[int, list[str]] = {}
    for plan in archive.plans.values():
        if plan.owner:
            titles.setdefault(plan.owner.number, []).append(plan.title)
    return [
        visible_text(" ".join([rule.part.why, *_required(rule), *titles.get(rule.number, ())]).lower())
        for rule in rules
    ]


def _required(rule: Rule) -> list[str]:
    return [f"{one.id} {one.summary}" for one in rule.requirements]


def _told(rule: Rule, targets: Mapping[str, int], archive: Archive) -> dict[str, Any]:
    part = rule.part
    return {
        "rfc": part.rfc,
        "section": part.section,
        "sectionTitle": title_of(part.rfc, part.section),
        "url": web(part.url),
        "area": visible_text(part.area),
        "security": visible_text(part.security),
        "why": visible_text(part.why),
        "covers": list(map(visible_text, part.covers)),
        "requirements": [
            [visible_text(one.id), one.keyword or one.level, web(one.url), one.rfc, one.section, summary]
            for one in rule.requirements
            for summary in [visible_text(one.summary)]
        ],
        "permitted": [
            [
                visible_text(one.name),
                visible_text(one.description),
                [targets[name] for name in rule.seen.get(one.name, ())],
            ]
            for one in part.permitted
        ],
        "cells": [_cell(name, cell, archive) for name, cell in rule.cells.items()],
        "own": [(number, place(one)) for number, one in rule.own],
        "elsewhere": list(_elsewhere(rule, archive))[:ELSEWHERE_LIMIT],
        "causes": [
            [
                targets[one.target],
                visible_text(one.cause),
                one.count,
                [visible_text(note) for note in one.notes],
            ]
            for one in rule.causes
        ],
    }


def _cell(target: str, cell: Cell, archive: Archive) -> dict[str, Any]:
    counts = [(place(one), cell.counts[one]) for one in Standing if one in cell.counts]
    told: dict[str, Any] = {"standing": place(cell.standing), "counts": counts}
    if cell.worst:
        told["case"] = archive.number(target, cell.worst.plan)
        told["observed"] = visible_text(cell.worst.observed)
    return told


def _elsewhere(rule: Rule, archive: Archive) -> Iterator[tuple[int, int, str]]:
    """Verdicts on cases that are another rule's, all but the passes."""
    own = {number for number, _ in rule.own}
    for target, cell in rule.cells.items():
        for shown in cell.telling:
            number = archive.number(target, shown.plan)
            if number not in own and shown.standing not in PASSING:
                yield number, place(shown.standing), visible_text(shown.observed)
