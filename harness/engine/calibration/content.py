"""Where content can be sent, and whether it comes back octet for octet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.engine.calibration.asking import Asker
from harness.engine.calibration.fact import Fact
from harness.http1.build import post
from harness.rules.need import Need

WORD: Final = b"wireproof"
OCTETS: Final = bytes(range(256))
"""Every octet once: content is octets, not text (RFC 9112 6)."""


@dataclass(frozen=True, slots=True)
class Content:
    """Where a POST is best sent, and whether it is echoed; `lacking` says why no verdict can rest on that."""

    path: str
    echoed: bool
    fact: Fact
    lacking: str = ""


def content(ask: Asker, echo: str) -> Content:
    """The first place that takes a POST, else the target's own path."""
    tried: list[str] = []
    for path in dict.fromkeys((echo, ask.target.path)):
        answers = ask.ask(f"POST {path}", post(content=WORD), path=path)
        status = f"answered {answers[0].status}" if answers else "not answered"
        tried.append(f"POST {path} is {status}")
        if answers and answers[0].status < 300:
            how = _echo(ask, path) if answers[0].content == WORD else ", but not echoed"
            return _told(path, tried[-1] + how, echo, echoed=how == ECHOED)
    text = f"{', '.join(tried)}: content is sent to {ask.target.path} all the same"
    return _told(ask.target.path, text, echo, echoed=False)


def _told(path: str, text: str, echo: str, *, echoed: bool) -> Content:
    if echoed:
        return Content(path, True, Fact("content", text))
    remedy = f"Serve {echo}, which answers POST with the content that it got (docs/echo-contract.md)."
    return Content(path, False, Fact("content", text, remedy, Need.ECHO), f"no echo of content: {text}")


ECHOED: Final = ", and echoed"


def _echo(ask: Asker, path: str) -> str:
    """Whether what echoes a word echoes any octets, counted and in chunks."""
    sound = {
        "counted": post(content=OCTETS),
        "in chunks": post(chunks=[OCTETS[:100], OCTETS[100:]]),
    }
    changed = [
        name
        for name, asked in sound.items()
        if [one.content for one in ask.ask(f"POST {path}, {name}", asked, path=path)] != [OCTETS]
    ]
    return ECHOED if not changed else f", and echoed, but not every octet ({' and '.join(changed)})"
