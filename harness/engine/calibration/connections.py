"""What becomes of connections: kept, pipelined, half-closed, left idle; and in HTTP/1.0."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

from harness.engine.calibration.asking import Asker
from harness.engine.calibration.fact import Fact
from harness.http1.build import get, post
from harness.model.message import Request
from harness.model.plan import AwaitEnd, AwaitResponse, HalfClose, Send
from harness.model.transcript import Ended

IDLE_SECONDS: Final = 0.3
"""How long a connection is left idle to see whether that is already too long."""

HALF_CLOSES: Final = 8
"""How often each way is tried: a server that drops one answer of six is seen by 99 runs of 100."""

_ENDED: Final = (Ended.CLOSED, Ended.RESET)
"""A reset behind a complete answer is a close that found octets of ours unread."""


@dataclass(frozen=True, slots=True)
class Found:
    """Whether connections are as most servers have them, and the fact that tells it."""

    holds: bool
    fact: Fact

    @classmethod
    def unknown(cls, fact: Fact) -> Found:
        """What cannot be asked does not hold."""
        return cls(False, fact)

    @property
    def lacking(self) -> str:
        """Why no verdict can rest on it; empty where it can."""
        return "" if self.holds else self.fact.text


def persistence(ask: Asker) -> Found:
    """Whether a second request is served behind the answer to a first (RFC 9112 9.3)."""
    kept = len(ask.ask("two requests, one after the other", get(), get())) == 2
    return Found(kept, Fact("persistence", f"a second request is {'' if kept else 'not '}served"))


def pipelining(ask: Asker) -> Found:
    """Whether two requests that come together are both served (RFC 9112 9.3.2)."""
    served = len(ask.ask("two requests at once", get(), get(), at_once=True))
    told = ("neither of two requests at once is served", "only the first of two is served")
    text = "two requests at once are served" if served >= 2 else told[served]
    return Found(served >= 2, Fact("pipelining", text))


def half_close(ask: Asker, content_path: str) -> Found:
    """Whether sound requests are answered when our FIN comes with them or right behind.

    Many servers drop an answer that is not ready by then, and some only now and then, so each way is tried
    HALF_CLOSES times with each resource that probes go to. Only where all of them are answered may a
    verdict rest on silence behind a half-close.
    """
    page, content = ask.octets(get()), ask.octets(post(content=b"wireproof"), content_path)
    head = content.index(b"\r\n\r\n") + 4
    ways = {
        "GET": Send(page),
        "GET in two pieces": Send(page, (len(page) - 2,)),
        "POST": Send(content),
        "POST, its content apart": Send(content, (head,)),
    }
    for number, (name, send) in itertools.product(range(1, HALF_CLOSES + 1), ways.items()):
        steps = (send, HalfClose(), AwaitResponse(1))
        seen = ask.carry_out(f"half-close behind {name}, {number}", steps, judged=False, sound=False)
        if not seen.responses.finals:
            return Found(False, Fact("half-close", "answers may be dropped behind a half-close"))
    return Found(True, Fact("half-close", "requests are answered behind a half-close"))


def idle(ask: Asker, seconds: float = IDLE_SECONDS) -> Fact:
    """Whether a connection is closed as soon as it is idle behind an answer (RFC 9112 9.5 permits it)."""
    steps = (Send(ask.octets(get())), AwaitResponse(1), AwaitEnd(seconds))
    ended = ask.carry_out("idle behind an answer", steps, judged=False).transcript.ended
    if ended in _ENDED:
        return Fact("idle", f"a connection is closed within {seconds:g} s behind an answer")
    return Fact("idle", f"a connection is kept for {seconds:g} s and more behind an answer")


def old(ask: Asker, marker: bytes) -> Fact:
    """How HTTP/1.0 is answered (RFC 9110 2.5), and whether the connection is closed then (RFC 9112 9.3)."""
    asked: Request = get(version=b"HTTP/1.0")
    octets = ask.octets(asked)
    steps = (Send(octets), AwaitResponse(1), Send(marker), AwaitResponse(1))
    seen = ask.carry_out("HTTP/1.0", steps, marker_at=len(octets))
    finals = seen.responses.finals
    if not finals:
        return Fact("HTTP/1.0", "is not answered")
    version = finals[0].response.line.version.decode("ascii", "backslashreplace")[:20]
    behind = "kept" if len(finals) > 1 else "closed" if seen.transcript.ended in _ENDED else "left open"
    return Fact("HTTP/1.0", f"is answered {finals[0].status} in {version}, and the connection is {behind}")
