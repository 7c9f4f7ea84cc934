"""Two examinations that are to come to the same: statuses, framing, content and the connection's fate.

Fields are not compared: they may tell the time, or count. Nor is what a server may decide by chance: any may
close behind an answer that says so (RFC 9112 9.6), and behind content that it has not read (RFC 9112 9.3), of
which another delivery of the same octets may have more arrived. An answer to content may also begin before
all of it is there (RFC 9110 7.5), so its framing may depend on what is.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.http1.request_meaning import has_option
from harness.model.conversation import Exchange
from harness.model.verdict import Examination
from harness.narrate.escape import as_text

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to one request: its final status, how its content was framed, and the content.

    `says_close` tells whether the connection ends behind it by its own words, `unread` whether content of the
    request may have been left unread.
    """

    status: int
    framing: str
    content: bytes
    says_close: bool
    unread: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answers to the requests in their order, as far as they came, and how many nobody asked for.

    `kept` tells whether the marker behind them was answered, `in_step` whether that was the marker's answer.
    """

    answers: tuple[Answer, ...]
    unasked: int
    kept: bool
    in_step: bool
    ended: str


def outcome(examination: Examination) -> Outcome:
    """What some sound requests came to, the last of them the marker."""
    conversation = examination.strict
    exchanges = [one for one in conversation.exchanges if not one.marker]
    answers: list[Answer] = []
    for exchange in exchanges:
        if exchange.final is None:
            break
        answers.append(_answer(exchange))
    behind = [one for one in conversation.exchanges if one.marker and one.final is not None]
    return Outcome(
        tuple(answers),
        len(conversation.unasked),
        kept=bool(behind),
        in_step=all(one.recognised is not False for one in behind),
        ended=examination.transcript.ended,
    )


def _answer(exchange: Exchange) -> Answer:
    final, request = exchange.final, exchange.request
    assert final is not None
    says_close = has_option(final.response.values(b"Connection"), b"close")
    return Answer(
        final.status,
        final.framing.kind,
        final.content,
        says_close,
        bool(request.content),
    )


def difference(one: Outcome, other: Outcome, *, contents: bool = True) -> str:
    """How the second differs from the first, in words; empty where they come to the same.

    `contents` False leaves content, and how it is framed, out: that may tell how the request was spelt.
    """
    for number, (first, second) in enumerate(zip(one.answers, other.answers, strict=False), 1):
        if told := _between(first, second, contents):
            return f"request {number}: {told}"
        if first.says_close or second.says_close or (first.unread and not (one.kept and other.kept)):
            return ""
    if len(one.answers) != len(other.answers):
        counts = f"{len(one.answers)} requests were answered, and {len(other.answers)} of the same"
        return f"{counts} ({one.ended}, {other.ended})"
    if one.unasked != other.unasked:
        return f"{one.unasked} answers that no request accounts for, and {other.unasked}"
    if one.in_step != other.in_step:
        answers = ("as ever" if each.in_step else "another" for each in (one, other))
        return f"the marker's answer is {', and '.join(answers)}"
    if one.kept != other.kept:
        return f"the connection {_fate(one)}, and {_fate(other)}"
    return ""


def _between(first: Answer, second: Answer, contents: bool) -> str:
    if first.status != second.status:
        return f"answered {first.status}, and {second.status}"
    if not contents:
        return ""
    if first.content != second.content:
        return f"content {as_text(first.content, _SHOWN)}, and {as_text(second.content, _SHOWN)}"
    if first.framing != second.framing and not first.unread:
        return f"content framed by {first.framing}, and by {second.framing}"
    return ""


def _fate(one: Outcome) -> str:
    return "was kept" if one.kept else f"did not answer any more ({one.ended})"
