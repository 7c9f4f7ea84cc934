"""What a check may not look at while it is tried: whoever looks is found out, and nobody need declare it."""

from __future__ import annotations


class LookedFurther(Exception):
    """A check looked at what was hidden from it."""


class Hidden:
    """Stands for what may not be looked at; a subclass lets some of it be seen."""

    def __getattr__(self, name: str) -> object:
        raise LookedFurther(name)
