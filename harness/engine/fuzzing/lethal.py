"""What ends the target: so that nothing like it is sent again, and each death is told once."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.engine.fuzzing.stimulus import Steps
from harness.engine.health import Ailment
from harness.model.reading import Reading


@dataclass(frozen=True, slots=True)
class Death:
    """Steps behind which the target ailed, outside the campaign's own plans; `new` unless told already."""

    ailment: Ailment
    steps: Steps
    new: bool = True


@dataclass(slots=True)
class Lethal:
    """The kinds of anomalies of what ended the target. What has them all is like it; a sound request is like
    nothing. `deaths` are those that nobody has told yet."""

    kinds: set[frozenset[str]] = field(default_factory=set)
    deaths: list[Death] = field(default_factory=list)
    _sound: bool = False

    def new(self, reading: Reading) -> bool:
        """Whether nothing like this ended the target before."""
        return not (self.like(reading) if reading.anomalies else self._sound)

    def add(self, reading: Reading) -> None:
        """This ended the target."""
        if found := frozenset(one.kind for one in reading.anomalies):
            self.kinds.add(found)
        else:
            self._sound = True

    def like(self, reading: Reading) -> bool:
        """Whether to send this would probably end it again."""
        if not self.kinds:
            return False
        found = {one.kind for one in reading.anomalies}
        return any(kinds <= found for kinds in self.kinds)
