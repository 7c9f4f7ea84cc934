"""Each promise of `harness.transport.base.Transport`, as a check of its own.

A transport knows nothing of HTTP, and so neither does the contract: here every "!" completes a final
response. Times are read from the transcripts alone, so that virtual time does as well as real time.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from typing import Final

from harness.model.plan import (
    Abort,
    AwaitEnd,
    AwaitResponse,
    HalfClose,
    Pause,
    Send,
    Step,
)
from harness.model.transcript import (
    Aborted,
    BudgetSpent,
    Connected,
    ConnectFailed,
    DeadlinePassed,
    Ended,
    HalfClosed,
    PeerClosed,
    PeerReset,
    Received,
    Sent,
)
from harness.transport.base import Transport, WaitingFor
from harness.transport.contract.peers import (
    MarkWatch,
    at_half_close,
    at_once,
    close,
    echo,
    once_seen,
    reset,
    stop_listening,
)
from harness.transport.contract.trial import (
    LARGE,
    LIMITS,
    SHORT,
    SLACK,
    SOON,
    MakeTransport,
    Promise,
    Trial,
    check_transcript,
    first,
    kinds,
    lasts,
    plan_of,
    require,
)


def whole_send(make: MakeTransport) -> None:
    """A Send arrives exactly, and the answer comes back exactly: all 256 octets, both ways."""
    octets = bytes(range(256))
    trial = Trial(make, once_seen(octets, octets + b"!"))
    transcript = trial.run(Send(octets), AwaitResponse())
    require(trial.seen == octets, "the peer is given the octets exactly", transcript)
    require(transcript.received == octets + b"!", "the peer's octets are told exactly", transcript)
    require(kinds(transcript) == [Connected, Sent, Received], "nothing else is told", transcript)
    require(transcript.ended is Ended.OPEN, "our own close is not the peer's", transcript)


def cut_send(make: MakeTransport) -> None:
    """A Send with cuts is handed over in its pieces, in order; empty ones are left out."""
    octets = b"one two three"
    step = Send(octets, (0, 1, 4, 4, 5, 12, 13))
    trial = Trial(make, once_seen(octets, b"!"))
    transcript = trial.run(step, AwaitResponse())
    require(trial.seen == octets, "the pieces arrive in order and complete", transcript)
    counts = [event.count for event in transcript.events if isinstance(event, Sent)]
    require(counts == [len(piece) for piece in step.pieces], "each piece is told by itself", transcript)


def every_octet_apart(make: MakeTransport) -> None:
    """A Send may be cut between any two octets; answers meanwhile are read."""
    octets = bytes(range(200))
    trial = Trial(make, lambda _, came: came)
    transcript = trial.run(Send(octets, tuple(range(1, 200))), AwaitResponse(), AwaitEnd(SOON))
    require(trial.seen == octets, "the octets arrive in order", transcript)
    require(transcript.received == octets, "what is echoed meanwhile is read", transcript)


def pause(make: MakeTransport) -> None:
    """A Pause lasts as long as it says; what was sent before has gone, and reading goes on."""
    trial = Trial(make, lambda _, came: came + b"!")
    transcript = trial.run(Send(b"a"), Pause(SOON), Send(b"b"), AwaitResponse(2))
    expected = [Connected, Sent, Received, Sent, Received]
    require(kinds(transcript) == expected, "the answer comes during the pause", transcript)
    before, behind = (event.at for event in transcript.events if isinstance(event, Sent))
    require(lasts(behind - before, SOON), f"the pause lasts {SOON:g} s", transcript)


def half_close(make: MakeTransport) -> None:
    """The peer sees a HalfClose behind all octets, and its answer to it is read."""
    trial = Trial(make, at_half_close)
    transcript = trial.run(Send(b"hello"), HalfClose(), AwaitEnd())
    require(trial.peers[0].pieces[-1:] == [b""], "the peer sees the half-close", transcript)
    require(trial.seen == b"hello", "the octets come before it", transcript)
    expected = [Connected, Sent, HalfClosed, Received, PeerClosed]
    require(kinds(transcript) == expected, "what happened is told in order", transcript)


def close_after_answer(make: MakeTransport) -> None:
    """A close is told as PeerClosed, behind the answer, and ends every wait at once."""
    trial = Trial(make, once_seen(b"hello", b"bye!", close))
    transcript = trial.run(Send(b"hello"), AwaitEnd(), AwaitEnd(), AwaitResponse(9))
    expected = [Connected, Sent, Received, PeerClosed]
    require(kinds(transcript) == expected, "the answer, then the close, and no deadline", transcript)
    require(transcript.ended is Ended.CLOSED, "the connection is closed", transcript)


def answer_delimited_by_close(make: MakeTransport) -> None:
    """The watch is told of a close, which may complete a response, but not of a reset, which does not."""
    for end, finals in ((close, 1), (reset, 0)):
        watch = MarkWatch()
        trial = Trial(make, once_seen(b"hello", b"no mark", end))
        transcript = trial.run(Send(b"hello"), AwaitResponse(), watch=watch)
        require(watch.finals == finals, f"{finals} finals after this end", transcript)


def reset_before_answer(make: MakeTransport) -> None:
    """A reset is told as PeerReset, never as a close, and ends the plan."""
    trial = Trial(make, once_seen(b"hello", b"", reset))
    transcript = trial.run(Send(b"hello"), AwaitResponse(), Pause(30), Send(b"more"), AwaitEnd())
    require(kinds(transcript) == [Connected, Sent, PeerReset], "the reset is the last event", transcript)


def reset_after_answer(make: MakeTransport) -> None:
    """Octets that came before a reset are told."""
    trial = Trial(make, once_seen(b"hello", b"bye!", reset))
    transcript = trial.run(Send(b"hello"), AwaitEnd())
    require(kinds(transcript) == [Connected, Sent, Received, PeerReset], "the answer survives", transcript)


def reset_while_sending(make: MakeTransport) -> None:
    """An end that is seen behind a send that failed by a reset is a reset, not a close."""
    trial = Trial(make, at_once(b"", reset))
    for _ in range(20):  # whether the send or the read meets the reset first is a race
        transcript = trial.run(Send(b"a" * 500, tuple(range(1, 500))), AwaitEnd(), AwaitResponse())
        require(transcript.ended is Ended.RESET, "the reset is told", transcript)


def answer_before_close_with_unread_octets(make: MakeTransport) -> None:
    """The answer of a peer that closes while we send is read, whether or not a send fails meanwhile."""
    trial = Trial(make, at_once(b"413!", close))
    transcript = trial.run(Send(b"a" * (1 << 20)), AwaitResponse(), AwaitEnd())
    require(transcript.received == b"413!", "the early answer is told", transcript)
    require(transcript.ended in {Ended.CLOSED, Ended.RESET}, "so is the end", transcript)


def early_answer_then_silence(make: MakeTransport) -> None:
    """1 MiB to a peer that answers its beginning and reads no more: the early answer is told."""
    trial = Trial(make, at_once(b"413!", stop_listening), replace(SHORT, send_seconds=SOON))
    transcript = trial.run(Send(b"a" * (1 << 20)), AwaitResponse(), AwaitEnd())
    require(transcript.received == b"413!", "the early answer is told", transcript)
    require(transcript.ended is Ended.OPEN, "the connection is still open", transcript)
    require(transcript.seconds < SOON + 0.15 + SLACK, "nothing waits longer than its limit", transcript)


def large_echo(make: MakeTransport) -> None:
    """64 MiB through a peer that echoes as it reads: neither side may wait for the other to finish."""
    octets = random.Random(9112).randbytes(LARGE)
    trial = Trial(make, echo, replace(LIMITS, octets=LARGE))
    transcript = trial.run(Send(octets), HalfClose(), AwaitEnd())
    came = hashlib.sha256()
    for event in transcript.events:
        if isinstance(event, Received):
            came.update(event.octets)
    require(transcript.sent_count == LARGE, "all of it is sent", transcript)
    require(came.digest() == hashlib.sha256(octets).digest(), "all of it comes back, in order", transcript)
    require(transcript.ended is Ended.CLOSED, "and then the close", transcript)


def interim_answers(make: MakeTransport) -> None:
    """AwaitResponse waits for the final response: octets that complete none are not enough."""
    trial = Trial(make, once_seen(b"hello", b"100 "), drip=b"100 100 200!")
    transcript = trial.run(Send(b"hello"), AwaitResponse())
    require(transcript.received == b"100 100 100 200!", "the wait ends with the final one", transcript)


def several_answers(make: MakeTransport) -> None:
    """Each AwaitResponse asks for more finals; those that came early count for later steps."""
    trial = Trial(make, once_seen(b"hello", b"1!2!3!"), replace(LIMITS, response_seconds=SOON))
    transcript = trial.run(Send(b"hello"), AwaitResponse(), AwaitResponse(2))
    require(kinds(transcript) == [Connected, Sent, Received], "no wait for what is there", transcript)
    transcript = trial.run(Send(b"hello"), AwaitResponse(3), AwaitResponse())
    require(first(transcript, DeadlinePassed).waiting_for == WaitingFor.RESPONSE, "a fourth", transcript)


def deadline(make: MakeTransport) -> None:
    """A peer that is silent costs each wait its limit, no more, and the plan goes on behind it."""
    trial = Trial(make, limits=SHORT)
    transcript = trial.run(Send(b"a"), AwaitResponse(), Send(b"b"), AwaitEnd())
    expected = [Connected, Sent, DeadlinePassed, Sent, DeadlinePassed]
    require(kinds(transcript) == expected, "both waits end without what they waited for", transcript)
    waited = [event.waiting_for for event in transcript.events if isinstance(event, DeadlinePassed)]
    require(waited == [WaitingFor.RESPONSE, WaitingFor.END], "and say what it was", transcript)
    require(lasts(transcript.seconds, 0.3), "0.15 s each", transcript)
    require(trial.seen == b"ab", "the later Send goes out", transcript)


def dripping_peer(make: MakeTransport) -> None:
    """A peer that sends an octet now and then does not prolong a wait."""
    for step, waited in ((AwaitResponse(), WaitingFor.RESPONSE), (AwaitEnd(), WaitingFor.END)):
        limits = replace(LIMITS, response_seconds=SOON, end_seconds=SOON)
        trial = Trial(make, limits=limits, drip=b"x" * 1000)
        transcript = trial.run(step)
        require(first(transcript, DeadlinePassed).waiting_for == waited, "the wait ends", transcript)
        require(lasts(transcript.seconds, SOON), f"after {SOON:g} s as a whole", transcript)
        require(transcript.received.startswith(b"xx"), "what came meanwhile is told", transcript)


def total_time(make: MakeTransport) -> None:
    """No step reaches beyond the plan's own time, and none begins after it."""
    limits = replace(LIMITS, total_seconds=0.15)
    for step in (Pause(60), AwaitEnd(60), AwaitResponse()):
        trial = Trial(make, limits=limits)
        transcript = trial.run(Send(b"a"), step, Send(b"b"))
        require(isinstance(transcript.events[-1], DeadlinePassed), "the end is told", transcript)
        require(lasts(transcript.seconds, 0.15), "after 0.15 s", transcript)
        require(transcript.sent_count == 1, "the later Send is left out", transcript)


def budget(make: MakeTransport) -> None:
    """No more octets are taken than the limit says; that ends the plan. So many exactly are no excess."""
    limits = replace(LIMITS, octets=100_000)
    trial = Trial(make, once_seen(b"hello", b"x" * 100_001), limits)
    transcript = trial.run(Send(b"hello"), AwaitResponse(), Send(b"more"), AwaitEnd())
    require(transcript.received == b"x" * 100_000, "100000 octets are told", transcript)
    require(kinds(transcript)[-2:] == [Received, BudgetSpent], "and then the budget's end", transcript)
    trial = Trial(make, once_seen(b"hello", b"x" * 100_000, close), limits)
    transcript = trial.run(Send(b"hello"), AwaitResponse())
    require(kinds(transcript)[-2:] == [Received, PeerClosed], "the close is still seen", transcript)


def abort(make: MakeTransport) -> None:
    """Abort is told, behind what had come before it."""
    trial = Trial(make, once_seen(b"hello", b"bye!"))
    transcript = trial.run(Send(b"hello"), Pause(SOON), Abort())
    require(kinds(transcript) == [Connected, Sent, Received, Aborted], "in this order", transcript)
    require(transcript.ended is Ended.ABORTED, "the connection is aborted", transcript)


def no_answer_awaited(make: MakeTransport) -> None:
    """A plan without steps, or that awaits nothing, is a plan; what comes before its end is told."""
    transcript = Trial(make).run()
    require(kinds(transcript) == [Connected], "only the connection", transcript)
    trial = Trial(make, once_seen(b"hello", b"bye!"))
    transcript = trial.run(Send(b"hello"), Pause(SOON))
    require(transcript.received == b"bye!", "the answer is read in a pause", transcript)


def unreachable_peer(transport: Transport) -> None:
    """Where nobody listens, ConnectFailed is all there is to tell."""
    plan = plan_of(Send(b"hello"), AwaitResponse())
    transcript = transport.execute(plan, MarkWatch())
    check_transcript(transcript, plan)
    require(kinds(transcript) == [ConnectFailed], "the connection fails, nothing else", transcript)
    require(transcript.ended is Ended.NOT_CONNECTED, "there was no connection", transcript)


BAD_STEPS: Final[tuple[tuple[Step, ...], ...]] = (
    (Send(b""),),
    (Send(b"abc", (2, 1)),),
    (Send(b"abc", (4,)),),
    (Send(b"abc", (-1,)),),
    (Pause(-1),),
    (Pause(float("nan")),),
    (Pause(float("inf")),),
    (AwaitEnd(-1),),
    (AwaitResponse(0),),
    (HalfClose(), Send(b"a")),
    (HalfClose(), HalfClose()),
    (Abort(), AwaitEnd()),
    (Send(b"sound"), Abort(), Send(b"a")),
)


def bad_plans(make: MakeTransport) -> None:
    """A plan that cannot be carried out raises BadPlan, before anything is sent."""
    trial = Trial(make)
    for steps in BAD_STEPS:
        trial.refuse(steps, MarkWatch())
    trial.refuse((AwaitResponse(),), None)


TRANSPORT_PROMISES: Final[tuple[Promise, ...]] = (
    whole_send,
    cut_send,
    every_octet_apart,
    pause,
    half_close,
    close_after_answer,
    answer_delimited_by_close,
    reset_before_answer,
    reset_after_answer,
    reset_while_sending,
    answer_before_close_with_unread_octets,
    early_answer_then_silence,
    large_echo,
    interim_answers,
    several_answers,
    deadline,
    dripping_peer,
    total_time,
    budget,
    abort,
    no_answer_awaited,
    bad_plans,
)
"""Every promise by itself, for `pytest.mark.parametrize`."""
