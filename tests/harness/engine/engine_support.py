"""Targets for the tests of the engine: in memory, with what they answer written down."""

from __future__ import annotations

from collections.abc import Callable

from harness.engine.examine import Examiner
from harness.model.plan import AwaitEnd, AwaitResponse, Origin, Plan, Provenance, Send
from harness.model.verdict import Examination
from harness.targets.base import Target
from harness.transport.base import Limits
from harness.transport.memory import MemoryTransport, VirtualClock
from server.connection import Connection
from server.faults import named

LIMITS = Limits(response_seconds=2.0, end_seconds=2.0, total_seconds=20.0)
TARGET = Target("reference", "reference.invalid", 8000)
MARKER = b"GET /marker HTTP/1.1\r\nHost: x\r\n\r\n"


def reference(fault: str = "") -> MemoryTransport:
    """To the reference server, sound or with a fault, in virtual time."""
    clock = VirtualClock(now=1_800_000_000.0)
    broken = named(fault) if fault else None
    return MemoryTransport(lambda: Connection(clock=clock, fault=broken), LIMITS, clock)


class Scripted:
    """A peer that answers each piece of octets with what `answer` says; None closes the connection."""

    def __init__(self, answer: Callable[[bytes], bytes | None]) -> None:
        self._answer = answer
        self.ended = False

    def receive(self, octets: bytes) -> bytes:
        answer = self._answer(octets)
        self.ended = answer is None or answer.endswith(CLOSE)
        return b"" if answer is None else answer.removesuffix(CLOSE)


CLOSE = b"!close!"
"""At the end of an answer: the connection is closed behind it."""


def scripted(answer: Callable[[bytes], bytes | None]) -> MemoryTransport:
    """To a peer that answers so."""
    return MemoryTransport(lambda: Scripted(answer), LIMITS)


def answers(*statuses: int) -> bytes:
    """Responses with these statuses and no content; the marker's is known by its 404."""
    return b"".join(b"HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n" % status for status in statuses)


def served(head: bytes) -> bytes:
    """What a plain server says to one request: what is none is refused, and the connection closed."""
    if b" HTTP/1." not in head.partition(b"\r\n")[0]:
        return answers(400) + CLOSE
    return answers(404 if b"/wireproof-" in head else 200)


def heads(octets: bytes) -> list[bytes]:
    """The heads of requests without content."""
    return octets.split(b"\r\n\r\n")[:-1]


def lacks_host(head: bytes) -> bool:
    """Whether a request has no Host."""
    return b" HTTP/1.1" in head and b"Host:" not in head


def examined(octets: bytes, answer: bytes | None, *, marked: bool = True) -> Examination:
    """The octets, and a marker behind them, as answered at once by `answer`."""
    plan = Plan(
        (Send(octets + (MARKER if marked else b"")), AwaitResponse(1), AwaitEnd(0.02)),
        Provenance(Origin.USER, "test"),
        marker_at=len(octets) if marked else None,
    )
    transport = scripted(lambda _: answer)
    return Examiner("scripted", transport, lambda response: response.status == 404).examine(plan)
