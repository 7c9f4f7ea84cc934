"""Selectors: which rules a run is about.

`9112-6.3` a section with all below it, `9112-6.3-*` a pattern of ids, `level:MUST`, `area:host`,
`security:smuggling`; `not ` before any of them leaves those out. Several are added up.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase

from harness.errors import NothingSelected, UsageError
from harness.rules.rule import Rule

Predicate = Callable[[Rule], bool]

_SECTION = re.compile(r"(\d{4})(?:-([0-9A-Z]+(?:\.\d+)*))?")
_KEYS: dict[str, Callable[[Rule], str]] = {
    "level": lambda rule: rule.level,
    "area": lambda rule: rule.area,
    "security": lambda rule: rule.security,
}


def select(rules: Sequence[Rule], wanted: Iterable[str], excluded: Iterable[str] = ()) -> list[Rule]:
    """The rules that the selectors leave. NothingSelected when they leave none or one matches none."""
    chosen = {rule.id for rule in rules}
    included: set[str] = set()
    anything_wanted = False
    for text in wanted:
        negative = text.startswith("not ")
        matched = _matched(rules, text.removeprefix("not ").strip())
        if negative:
            chosen -= matched
        else:
            included |= matched
            anything_wanted = True
    if anything_wanted:
        chosen &= included
    for text in excluded:
        chosen -= _matched(rules, text)
    if not chosen:
        raise NothingSelected("the selectors leave no rule. `wireproof list` shows what there is.")
    return [rule for rule in rules if rule.id in chosen]


def _matched(rules: Sequence[Rule], text: str) -> set[str]:
    matches = predicate(text, rules)
    found = {rule.id for rule in rules if matches(rule)}
    if not found:
        raise NothingSelected(
            f"{text!r} matches no rule{_hint(text, rules)}. `wireproof list` shows what there is."
        )
    return found


def predicate(text: str, rules: Sequence[Rule]) -> Predicate:
    """One selector as a predicate. UsageError for one that is not understood."""
    key, colon, value = text.partition(":")
    if colon:
        if key not in _KEYS:
            raise UsageError(f"selector {text!r}: {key!r} is not one of {', '.join(_KEYS)}")
        known = sorted({_KEYS[key](rule) for rule in rules})
        if value not in known:
            raise NothingSelected(f"selector {text!r}: no rule has that; {key} is one of {', '.join(known)}")
        return lambda rule: _KEYS[key](rule) == value
    section = _SECTION.fullmatch(text)
    if section:
        rfc, number = int(section[1]), section[2]
        return lambda rule: (
            rule.citation.rfc == rfc and (number is None or _within(rule.citation.section, number))
        )
    return lambda rule: fnmatchcase(rule.id, text)


def _within(section: str, number: str) -> bool:
    return section == number or section.startswith(f"{number}.")


def _hint(text: str, rules: Sequence[Rule]) -> str:
    near = difflib.get_close_matches(text, [rule.id for rule in rules], n=1, cutoff=0.6)
    return f". Did you mean {near[0]}?" if near else ""
