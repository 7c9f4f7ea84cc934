"""The story of a connection: the plan's octets and waits, and the events, in the order of time."""

from __future__ import annotations

import pytest

from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Send, Step
from harness.model.transcript import (
    Aborted,
    BudgetSpent,
    Connected,
    ConnectFailed,
    DeadlinePassed,
    Event,
    HalfClosed,
    PeerClosed,
    PeerReset,
    Received,
    SendFailed,
    Sent,
)
from harness.narrate.wire_story import Actor, as_lines, tell

ONE = b"GET / HTTP/1.1\r\n\r\n"


def told(steps: tuple[Step, ...], *events: Event, marker_at: int | None = None) -> list[str]:
    return [f"{line.at:g} {line.actor} {line.what}" for line in tell(steps, events, marker_at)]


def test_pause_half_close_and_answer_stand_where_they_happened() -> None:
    steps = (Send(ONE), Pause(0.5), HalfClose(), AwaitEnd(2))
    story = told(
        steps, Connected(0), Sent(0.1, 18), HalfClosed(0.6), Received(0.7, b"HTTP/1.1 400"), PeerClosed(0.8)
    )
    assert story == [
        "0 us connected",
        "0.1 us sent 18 octets",
        "0.1 time pause of 0.5 s",
        "0.6 us closed our sending side (FIN); reading goes on",
        "0.6 time waiting for the end of the connection, at most 2 s",
        "0.7 peer received 12 octets",
        "0.8 peer closed by the server (FIN)",
    ]


def test_an_answer_during_a_pause_stands_in_the_pause() -> None:
    steps = (Send(ONE), Pause(1), Send(ONE), AwaitResponse(2))
    story = told(
        steps, Sent(0, 18), Received(0.5, b"x"), Sent(1, 18), Received(1.2, b"y"), DeadlinePassed(3, "")
    )
    assert story == [
        "0 us sent 18 octets",
        "0 time pause of 1 s",
        "0.5 peer received 1 octet",
        "1 us sent 18 octets",
        "1 time waiting for 2 responses",
        "1.2 peer received 1 octet",
        "3 time deadline passed while waiting for anything",
    ]


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (ConnectFailed(0, "ECONNREFUSED"), "0 peer no connection: ECONNREFUSED"),
        (SendFailed(0, "EPIPE", 18), "0 peer send failed: EPIPE; 18 octets unsent"),
        (PeerReset(0), "0 peer reset by the server (RST)"),
        (BudgetSpent(0, 65536), "0 time reading stopped: over the budget of 65,536 octets"),
        (DeadlinePassed(0, "a response"), "0 time deadline passed while waiting for a response"),
    ],
)
def test_what_went_otherwise_is_said(event: Event, what: str) -> None:
    assert told((Send(ONE),), event)[0] == what


def test_octets_that_were_never_sent_are_counted() -> None:
    assert told((Send(ONE), Send(ONE)), Sent(0, 18), PeerReset(1))[-1] == (
        "1 time not sent any more: 18 octets of the plan"
    )
    assert "not sent" not in " ".join(told((Send(ONE),), SendFailed(0, "EPIPE", 18)))


def test_a_planned_reset_is_ours() -> None:
    assert told((Send(ONE), Abort()), Sent(0, 18), Aborted(1))[-1] == (
        "1 us reset the connection (RST), as planned"
    )


def test_the_marker_is_told_apart() -> None:
    steps = (Send(ONE + ONE),)
    assert told(steps, Sent(0, 36), marker_at=18) == ["0 us sent 36 octets, the last 18 our marker"]
    assert told(steps, Sent(0, 18), Sent(0, 18), marker_at=18)[1] == "0 us sent 18 octets, our marker"


def test_octets_and_offsets_belong_to_their_direction() -> None:
    story = tell((Send(ONE, (3,)),), [Sent(0, 3), Received(0, b"ab"), Sent(0, 15), Received(0, b"c")])
    assert [(line.octets, line.offset) for line in story] == [
        (ONE[:3], 0),
        (b"ab", 0),
        (ONE[3:], 3),
        (b"c", 2),
    ]


def test_a_peer_that_drips_does_not_drown_the_story() -> None:
    story = tell((), [Received(index / 1000, b"x") for index in range(50_000)])
    assert [line.what for line in story] == [
        "received 1 octet",
        "received 1 octet",
        "49,997 more pieces, 49,997 octets in all",
        "received 1 octet",
    ]
    assert story[2].folded == 49_997
    assert story[2].actor is Actor.PEER


def test_terminal_lines_are_bounded_and_visible() -> None:
    steps, events = (Send(ONE),), [Sent(0.013, 18), Received(0.02, b"\x1b[2J" + b"A" * 100_000)]
    first, second = as_lines(tell(steps, events), width=100)
    assert first == "  0.013 → sent 18 octets: GET / HTTP/1.1\\r\\n\\r\\n"
    assert second.startswith("  0.020 ← received 100,004 octets: \\x1b[2JAAA")
    assert len(second) < 140
    assert all(line.isascii() for line in as_lines(tell(steps, events), glyphs=False))
