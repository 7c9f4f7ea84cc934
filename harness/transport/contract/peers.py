"""Peers that follow a script, and a watch for a protocol that is no HTTP: what the contract kit plays with.

Every "!" completes a final response here. The peers run in memory and, by `host.hosted`, over TCP.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.transport.base import Clock

Answer = Callable[["ScriptedPeer", bytes], bytes]


@dataclass
class ScriptedPeer:
    """A peer that does what its fields say; `pieces` are the octets it was given, as they came.

    `answer` is called with what came (b"" for our half-close) and may set `ended`, `reset` and
    `listening`; `drip` are octets that it sends by itself, one every `every` seconds.
    """

    clock: Clock
    answer: Answer = lambda _peer, _octets: b""
    drip: bytes = b""
    every: float = 0.02
    ended: bool = False
    reset: bool = False
    listening: bool = True
    pieces: list[bytes] = field(default_factory=list)
    due: float = 0.0

    def __post_init__(self) -> None:
        self.due = self.clock() + self.every

    def receive(self, octets: bytes) -> bytes:
        """Remember the octets and answer them."""
        self.pieces.append(octets)
        return self.answer(self, octets)

    def timeout(self) -> float | None:
        """When the next octet of the drip is due."""
        return self.due if self.drip else None

    def tick(self) -> bytes:
        """The next octet of the drip."""
        octet, self.drip = self.drip[:1], self.drip[1:]
        self.due = self.clock() + self.every
        return octet

    @property
    def seen(self) -> bytes:
        """All octets it was given."""
        return b"".join(self.pieces)


class MarkWatch:
    """The kit's watch: each "!" completes a final response, and so does the close behind other octets."""

    def __init__(self) -> None:
        self.finals = 0
        self._open = False

    def feed(self, octets: bytes) -> None:
        """Count the marks."""
        self.finals += octets.count(b"!")
        self._open = not octets.endswith(b"!")

    def end(self) -> None:
        """Complete what the close delimits."""
        self.finals += self._open
        self._open = False


def once_seen(octets: bytes, reply: bytes, then: Callable[[ScriptedPeer], None] | None = None) -> Answer:
    """Reply once exactly these octets have come, and then do something."""

    def answer(peer: ScriptedPeer, _: bytes) -> bytes:
        if peer.seen != octets:
            return b""
        if then is not None:
            then(peer)
        return reply

    return answer


def at_once(reply: bytes, then: Callable[[ScriptedPeer], None]) -> Answer:
    """Do something and reply as soon as anything has come."""

    def answer(peer: ScriptedPeer, _: bytes) -> bytes:
        then(peer)
        return reply

    return answer


def at_half_close(peer: ScriptedPeer, octets: bytes) -> bytes:
    """Answer our half-close, and close."""
    if octets:
        return b""
    peer.ended = True
    return b"bye!"


def echo(peer: ScriptedPeer, octets: bytes) -> bytes:
    """Send back what came, and close behind our half-close."""
    if not octets:
        peer.ended = True
    peer.pieces.clear()  # not kept: there may be many
    return octets


def close(peer: ScriptedPeer) -> None:
    """Close once everything is sent."""
    peer.ended = True


def reset(peer: ScriptedPeer) -> None:
    """Reset once everything is sent."""
    peer.ended = peer.reset = True


def stop_listening(peer: ScriptedPeer) -> None:
    """Read no more, but stay."""
    peer.listening = False
