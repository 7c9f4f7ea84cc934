"""How much a target takes: sizes tried, and the exact limit of each ladder by doubling and bisecting.

A size is taken if it is answered as a small one is: the same status, the same fate of the connection. What
lies beyond is told as it was seen. Each size is a request on a connection of its own, with the engine's
marker behind the answer; sizes are bounded, an early answer is read while we still send, and silence ends
a search. So nothing waits for ever, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Final

from harness.engine.calibrate import Calibration
from harness.engine.examine import ResponseWatch
from harness.engine.ladders import LADDERS, Ladder
from harness.http1 import serialize
from harness.http1.request_reader import read_requests
from harness.model.limit import Limit, Reaction, Then, Tried
from harness.model.plan import AwaitResponse, Origin, Plan, Provenance, Send
from harness.model.transcript import Ended
from harness.transport.base import Transport

Try = Callable[[int], Reaction]
Late = Callable[[], bool]

OUT_OF_TIME: Final = "the time that limits may take was over"


def find_limits(
    calibration: Calibration,
    transport: Transport,
    ladders: Sequence[Ladder] = LADDERS,
    jobs: int = 8,
    late: Late = lambda: False,
) -> Generator[Limit, None, None]:
    """The limits of a target, in the order of the ladders; several are climbed at a time.

    A transport in memory takes one job at a time. Once it is `late`, or nobody asks for the rest, no
    further size is sent.
    """
    over = Event()
    climb = partial(_climb, calibration, transport, late=lambda: over.is_set() or late())
    with ThreadPoolExecutor(jobs, thread_name_prefix="wireproof") as pool:
        try:
            yield from pool.map(climb, ladders)
        finally:
            over.set()


def _climb(calibration: Calibration, transport: Transport, ladder: Ladder, late: Late) -> Limit:
    attempt = partial(_reaction, calibration, transport, ladder)
    tried = tuple(Tried(size, attempt(size)) for size in ladder.sizes if not late())
    found = partial(Limit, ladder.name, ladder.unit, tried, up_to=ladder.last)
    if late():
        return found(None, None, OUT_OF_TIME)
    usual, unit = attempt(ladder.first), ladder.unit
    if usual.status is None:
        return found(None, None, f"not even {ladder.first} {unit} are answered")
    if ladder.content and usual.status >= 400:
        return found(None, None, f"content is not taken: answered {usual.status}")
    most, refused = _boundary(attempt, ladder, usual, late)
    if refused and _undecided(refused.reaction, usual):
        return found(most, None, f"{refused.size:,} {unit} were not answered in time")
    if most < (refused.size - 1 if refused else ladder.last):
        return found(most, None, OUT_OF_TIME)
    return found(most, refused.reaction if refused else None)


def _boundary(attempt: Try, ladder: Ladder, usual: Reaction, late: Late) -> tuple[int, Tried | None]:
    """The largest size known to be taken, and the smallest known not to be, which lies one above it.

    The second is None if all sizes are taken; where it met with silence, or it was late, it is where the
    search ended.
    """
    taken, refused = ladder.first, None
    while taken < ladder.last and (refused is None or refused.size - taken > 1) and not late():
        size = (taken + refused.size) // 2 if refused else min(2 * taken, ladder.last)
        reaction = attempt(size)
        if reaction == usual:
            taken = size
            continue
        refused = Tried(size, reaction)
        if _undecided(reaction, usual):
            break
    return taken, refused


def _undecided(reaction: Reaction, usual: Reaction) -> bool:
    """Whether silence leaves open if the size is taken; another status tells that it is not."""
    return reaction.then is Then.SILENT and reaction.status in (None, usual.status)


def _reaction(calibration: Calibration, transport: Transport, ladder: Ladder, size: int) -> Reaction:
    """How one size is answered; once more if no answer came: a reset may have overtaken it."""
    seen = _seen(calibration, transport, ladder, size)
    return seen if seen.status is not None else _seen(calibration, transport, ladder, size)


def _seen(calibration: Calibration, transport: Transport, ladder: Ladder, size: int) -> Reaction:
    request, marker = ladder.build(calibration.around, size), calibration.around.marker
    octets = serialize.request(request)
    plan = Plan(
        (Send(octets), AwaitResponse(1), Send(marker), AwaitResponse(1)),
        Provenance(Origin.PROBE, "limits", f"{ladder.name}/{size}"),
        f"{ladder.name} of {size} {ladder.unit}",
        marker_at=len(octets),
    )
    watch = ResponseWatch([request.line.method, _method(marker)])
    ended = transport.execute(plan, watch).ended
    finals = watch.reader.reading().finals
    status = finals[0].status if finals else None
    if not finals and ended is Ended.RESET:
        return Reaction(None, Then.RESETS)
    if len(finals) < 2:
        return Reaction(status, Then.CLOSES if ended in (Ended.CLOSED, Ended.RESET) else Then.SILENT)
    in_step = len(finals) == 2 and calibration.recognise(finals[1])
    return Reaction(status, Then.IN_STEP if in_step else Then.OUT_OF_STEP)


def _method(marker: bytes) -> bytes:
    return read_requests(marker).requests[0].request.line.method
