"""The sweep of truncated reads: four sound requests in every delivery, each beside the same request whole.

What a delivery may get is for `delivered.py`. Whether the target answers behind a half-close is measured
first: where it does not, no verdict rests on one. A target that leaves deliveries of one kind unanswered
is not waited for again and again: the rest of that kind is left out, and told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from harness.engine.calibrate import Calibration
from harness.engine.delivered import Answer, Comparison, Remark, Representative, Seen
from harness.engine.examine import ResponseWatch
from harness.engine.plans import Surroundings
from harness.http1 import serialize
from harness.http1.build import chunked, field, fill, get, post
from harness.http1.request_reader import read_requests
from harness.model.message import Request
from harness.model.plan import AwaitEnd, AwaitResponse, Origin, Plan, Provenance, Send, Step
from harness.model.transcript import DeadlinePassed
from harness.strategies import delivery as deliveries
from harness.strategies.delivery import Delivery, Kind
from harness.transport.base import Transport

SWEPT: Final = (Kind.HALF_CLOSED, Kind.SPLIT, Kind.OCTETS)
"""What need not wait: about 1,500 exchanges."""

MOST_UNANSWERED: Final = 4
"""So many deliveries of one kind may be waited for in vain before the rest of them is left out."""

LEFT_OUT: Final = "left out: too many before it were not answered"

_FIELDS = (
    field(b"User-Agent", b"wireproof (truncated reads)"),
    field(b"Accept", b"text/html, application/json;q=0.9, */*;q=0.8"),
)
_TRAILERS = (field(b"X-Trailer", b"behind the content"),)
REQUESTS: Final[tuple[tuple[str, tuple[Request, ...]], ...]] = (
    ("GET", (get(fields=_FIELDS),)),
    ("POST, counted", (post(content=b"some octets of content", fields=_FIELDS),)),
    (
        "POST, chunked with a trailer section",
        (post(chunks=chunked(b"some octets", b" of content", trailers=_TRAILERS), fields=_FIELDS),),
    ),
    ("two GET, pipelined", (get(fields=_FIELDS[:1]), get(fields=_FIELDS[1:]))),
)


@dataclass(frozen=True, slots=True)
class Sweep:
    """How many exchanges there were, and what there is to tell of them."""

    exchanges: int
    remarks: tuple[Remark, ...]

    @property
    def departures(self) -> tuple[Remark, ...]:
        """What was not taken as it should be."""
        return tuple(one for one in self.remarks if one.grade is not None)

    @property
    def undecided(self) -> tuple[Remark, ...]:
        """What gave no verdict."""
        return tuple(one for one in self.remarks if one.grade is None)


def representatives(around: Surroundings) -> Iterator[Representative]:
    """The four requests, addressed to the target; those with content to where it takes content."""
    for name, requests in REQUESTS:
        path = around.content_path if requests[0].line.method == b"POST" else around.path
        octets = fill(b"".join(map(serialize.request, requests)), around.host, path)
        yield Representative(name, octets, read_requests(octets).requests)


def sweep(
    calibration: Calibration, transport: Transport, kinds: Sequence[Kind] = SWEPT, jobs: int = 16
) -> Sweep:
    """Send every delivery of these kinds, several at a time, and compare each with the whole.

    A transport in memory takes one job at a time.
    """
    sweepers = [_Sweeper(one, calibration, transport) for one in representatives(calibration.around)]
    with ThreadPoolExecutor(jobs, thread_name_prefix="wireproof") as pool:
        prepared = pool.map(partial(_Sweeper.prepare, kinds=kinds), sweepers)
        todo = [(one, delivery) for one, asked in zip(sweepers, prepared, strict=True) for delivery in asked]
        todo.sort(key=_pieces, reverse=True)  # what takes longest goes first, beside all that is quick
        work = iter(todo)  # shared by the jobs: a future for each delivery would cost too much
        for job in [pool.submit(_carry_out, work) for _ in range(jobs)]:
            job.result()
    remarks = tuple(remark for one in sweepers for remark in one.remarks)
    return Sweep(sum(one.exchanges for one in sweepers), remarks)


def _pieces(task: tuple[_Sweeper, Delivery]) -> int:
    return sum(len(step.pieces) for step in task[1].steps if isinstance(step, Send))


def _carry_out(work: Iterator[tuple[_Sweeper, Delivery]]) -> None:
    for sweeper, delivery in work:
        sweeper.carry_out(delivery)


class _Sweeper:
    """All deliveries of one representative."""

    def __init__(self, one: Representative, calibration: Calibration, transport: Transport) -> None:
        self.remarks: list[Remark] = []
        self._asked = 0
        self._one = one
        self._calibration = calibration
        self._transport = transport
        read = read_requests(one.octets + calibration.around.marker)
        self._methods = [each.request.line.method for each in read.requests]
        self._unanswered: Counter[Kind] = Counter()

    @property
    def exchanges(self) -> int:
        """How many deliveries were carried out."""
        return self._asked - sum(one.observed == LEFT_OUT for one in self.remarks)

    def prepare(self, kinds: Sequence[Kind]) -> list[Delivery]:
        """Send the whole twice, and once more half-closed; which deliveries can be compared then."""
        octets, requests = self._one.octets, len(self._one.requests)
        first, again = (self._seen(deliveries.whole(octets)) for _ in range(2))
        self._asked = 2
        if min(len(first.answers), len(again.answers)) < requests:
            self._leave_undecided(deliveries.whole(octets), "not answered even when whole")
            return []
        answers = tuple(map(_stable, again.answers, first.answers))
        self._comparison = Comparison(self._one, replace(again, answers=answers))
        if Kind.HALF_CLOSED in kinds and not self._answers_half_closed():
            kinds = [kind for kind in kinds if kind is not Kind.HALF_CLOSED]
        todo = [one for kind in kinds for one in deliveries.deliveries(octets, kind)]
        self._asked += len(todo)
        return todo

    def carry_out(self, delivery: Delivery) -> None:
        """Send one delivery, and remark what there is to remark."""
        if self._unanswered[delivery.kind] >= MOST_UNANSWERED:
            self._leave_undecided(delivery, LEFT_OUT)
            return
        seen = self._seen(delivery)
        remark = self._comparison.remark(delivery, seen)
        if remark:
            self.remarks.append(remark)
        if remark and remark.grade is None and seen.waited:
            self._unanswered[delivery.kind] += 1

    def _answers_half_closed(self) -> bool:
        half_closed = deliveries.half_closed(self._one.octets, len(self._one.octets))
        self._asked += 1
        if len(self._seen(half_closed).answers) >= len(self._one.requests):
            return True
        self._leave_undecided(half_closed, "a half-close is not answered here")
        return False

    def _leave_undecided(self, delivery: Delivery, why: str) -> None:
        self.remarks.append(Remark(self._one.name, delivery, None, why))

    def _seen(self, delivery: Delivery) -> Seen:
        """Carry out one delivery; the marker asks whether the connection lasts, unless it was cut off."""
        marked = not delivery.kind.cut_off
        steps: tuple[Step, ...] = (*delivery.steps, AwaitEnd())
        if marked:
            marker = (Send(self._calibration.around.marker), AwaitResponse(1))
            steps = (*delivery.steps, AwaitResponse(len(self._one.requests)), *marker)
        plan = Plan(
            steps,
            Provenance(Origin.PROBE, "truncated-reads", f"{self._one.name}, {delivery}"),
            f"{self._one.name}, {delivery}",
            marker_at=len(self._one.octets) if marked else None,
        )
        watch = ResponseWatch(self._methods)
        transcript = self._transport.execute(plan, watch)
        finals = watch.reader.reading().finals
        count = len(self._one.requests) if marked else len(finals)
        more = finals[count:]
        return Seen(
            answers=tuple(map(Answer.of, finals[:count])),
            marked=bool(more),
            in_step=len(more) == 1 and self._calibration.recognise(more[0]),
            ended=transcript.ended,
            waited=any(isinstance(event, DeadlinePassed) for event in transcript.events),
        )


def _stable(answer: Answer, before: Answer) -> Answer:
    """Without its content, if that is not the same each time."""
    return answer if answer.content == before.content else replace(answer, content=None)
