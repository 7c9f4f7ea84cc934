"""Names in links: readable, the same for the same thing in every report, and never for two things."""

from __future__ import annotations

import re


class Slugs:
    """Gives each name a slug of its own; the first to come gets the plain one.

    `slashes` tells whether a slug may have them, as the names of plans do.
    """

    def __init__(self, slashes: bool = True) -> None:
        self._others = re.compile(r"[^A-Za-z0-9._~/-]+" if slashes else r"[^A-Za-z0-9._~-]+")
        self._taken: dict[str, str] = {}
        self._given: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        """The slug of a name."""
        if name not in self._given:
            slug = self._others.sub("_", name) or "_"
            free, number = slug, 1
            while free in self._taken:
                number += 1
                free = f"{slug}~{number}"
            self._taken[free] = name
            self._given[name] = free
        return self._given[name]


def natural(name: str) -> list[tuple[int, int, str]]:
    """What to sort names by, so that 9 comes before 10."""
    parts = re.findall(r"\d+|\D+", name)
    return [(0, int(part), "") if part.isdigit() and part.isascii() else (1, 0, part) for part in parts]


def web(url: str) -> str:
    """The address, if it is one of the web's; anything else leads nowhere."""
    return url if url.startswith("https://") else "#"
