"""A name that nothing bears: told with the nearest names that something does."""

import difflib
from collections.abc import Iterable


class UnknownName(KeyError):
    """Nothing of this kind has this name; the nearest names are in the message and in `suggestions`.

    Where there are `few` names, all of them are when none is near.
    """

    kind = "thing"

    def __init__(self, name: str, names: Iterable[str], few: bool = False) -> None:
        super().__init__(name)
        self.name = name
        near = difflib.get_close_matches(name, known := list(names), n=3)
        self.suggestions = near or (sorted(known) if few else [])

    def __str__(self) -> str:
        """The name, and what might have been meant."""
        meant = f"; did you mean {' or '.join(self.suggestions)}?" if self.suggestions else ""
        return f"there is no {self.kind} named {self.name!r}{meant}"
