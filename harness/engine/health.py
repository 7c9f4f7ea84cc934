"""Whether a target still answers, and what to do when it does not: a crash or a hang is a finding of its own.

The baseline is asked whenever a plan ended without any answer. A target that does not answer it, alone and
with twice the patience, has crashed (nothing accepts, or what accepts closes) or hangs (it accepts and says
nothing). Which plan did it is found out by carrying out those that were under way one by one, after a
restart; a target that is not ours to restart ends the run with everything that was gathered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from harness.engine.deadlines import Deadlines
from harness.engine.examine import Examiner
from harness.engine.plans import Planned
from harness.errors import TargetDied, TargetUnavailable
from harness.http1 import serialize
from harness.http1.build import fill, get
from harness.model.plan import AwaitResponse, Origin, Plan, Provenance, Send
from harness.model.transcript import ConnectFailed, Ended
from harness.model.verdict import Examination
from harness.store.records import FindingRecord

MOST_RESTARTS: Final = 20
"""So many times a target is restarted in one run; one that needs more is not worth going on with."""

_MOST_NAMED: Final = 16

Restart = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Ailment:
    """What is wrong with a target: `kind` is crash or hang, `seen` what became of the baseline."""

    kind: str
    seen: str


def unanswered(examination: Examination) -> bool:
    """Whether a plan got no answer at all, for whatever reason."""
    return not examination.responses.finals


class Health:
    """Asks the baseline, restarts, and keeps count of it."""

    def __init__(
        self, deadlines: Deadlines, write: Callable[[FindingRecord], None], restart: Restart
    ) -> None:
        calibration = deadlines.calibration
        octets = fill(serialize.request(get()), calibration.around.host, calibration.around.path)
        self._plan = Plan(
            (Send(octets), AwaitResponse(1)),
            Provenance(Origin.CALIBRATION, "calibration", "baseline once more"),
            "Calibration: whether the baseline is still answered",
        )
        self._target = calibration.target
        self._quick, self._patient = deadlines.examiner(), deadlines.patient()
        self._write = write
        self._restart = restart
        self._left = MOST_RESTARTS
        self.crashes = 0

    @property
    def well(self) -> bool:
        """Whether the baseline is answered at once; if not, others that are under way may be the reason."""
        return not unanswered(self._quick.examine(self._plan))

    def ailment(self) -> Ailment | None:
        """What is wrong, asked with nothing else under way; None where the baseline is answered."""
        if self.well:
            return None
        examination = self._patient.examine(self._plan)
        return _told(examination) if unanswered(examination) else None

    def tell(self, ailment: Ailment, example: str, notes: Sequence[str] = ()) -> None:
        """Write the finding."""
        self.crashes += 1
        shown = (
            *notes[:_MOST_NAMED],
            *([f"and {len(notes) - _MOST_NAMED} more"] * (len(notes) > _MOST_NAMED)),
        )
        self._write(FindingRecord(self._target.name, ailment.kind, ailment.seen, example, notes=tuple(shown)))

    def restart(self, ailment: Ailment, example: str) -> None:
        """Start it again. TargetDied where it is not ours, will not come back, or has crashed too often."""
        died = f"{self._target.address} {ailment.seen}, seen by {example}"
        if self._left == 0:
            raise TargetDied(f"{died}; it was restarted {MOST_RESTARTS} times, and is not again")
        self._left -= 1
        try:
            restarted = self._restart()
        except TargetUnavailable as error:
            raise TargetDied(f"{died}, and did not come back: {error}") from error
        if not restarted:
            raise TargetDied(died)

    def attribute(
        self,
        ailment: Ailment,
        suspects: Sequence[Planned],
        examine: Callable[[Planned], Examination],
        earlier: Sequence[Planned] = (),
    ) -> Iterator[tuple[Planned, Examination, bool]]:
        """Carry out the suspects one by one on a fresh target; each with whether the target ailed behind it.

        `earlier` are plans that were answered before: they are tried if no suspect did it, and not yielded.
        The finding is written here: about each plan that did it again, or about all if none did.
        """
        names = [str(one.plan.provenance) for one in suspects]
        self._restart_or_tell(ailment, names)
        guilty = False
        for one in (*suspects, *earlier):
            if guilty and one in earlier:
                return
            examination = examine(one)
            again = self.ailment()
            guilty = guilty or again is not None
            if again:
                note = "seen again when the plan was carried out alone"
                self.tell(again, str(one.plan.provenance), [note])
            if one not in earlier:
                yield one, examination, again is not None
            if again:
                self.restart(again, str(one.plan.provenance))
        if not guilty:
            self.tell(ailment, names[0], ["not seen again; under way were", *names])

    def _restart_or_tell(self, ailment: Ailment, names: Sequence[str]) -> None:
        try:
            self.restart(ailment, names[0])
        except TargetDied:
            self.tell(ailment, names[0], ["under way were", *names] if len(names) > 1 else [])
            raise


def _told(examination: Examination) -> Ailment:
    transcript = examination.transcript
    failed = next((one for one in transcript.events if isinstance(one, ConnectFailed)), None)
    if failed:
        return Ailment("crash", f"accepts no more connections ({failed.error})")
    if transcript.ended is Ended.OPEN:
        does = "end the answer to its baseline" if transcript.received else "answer its baseline"
        return Ailment("hang", f"does not {does} any more, within {transcript.seconds:.1f} s")
    return Ailment("crash", f"accepts connections and ends them ({transcript.ended}) without an answer")


def carried_out(examiner: Examiner, one: Planned) -> Examination:
    """A plan with its twin, both anew."""
    control = examiner.examine(one.control) if one.control else None
    return examiner.examine(one.plan, control)
