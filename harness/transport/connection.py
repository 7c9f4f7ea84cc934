"""One plan on one connected stream socket in blocking mode, however it came to be connected.

What may block is `poll`, and the first read of an AwaitResponse, both only up to a deadline. While a step
sends, pauses or waits, what the peer sent is read: a send that blocks until everything fits stalls for
ever against a peer that answers while it reads, and loses the early answer of one that does not (RFC 9112
section 9.3).

The fast path is the honest one: a send is tried before it is waited for, and never blocks.
"""

from __future__ import annotations

import errno
import math
import select
import socket
from collections.abc import Callable, Mapping
from typing import Any, Final

from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Plan, Send, Step
from harness.model.transcript import (
    Aborted,
    BudgetSpent,
    Connected,
    DeadlinePassed,
    Event,
    HalfClosed,
    PeerClosed,
    PeerReset,
    Received,
    SendFailed,
    Sent,
    Transcript,
)
from harness.transport.base import UNWATCHED, Clock, Limits, WaitingFor, Watch
from harness.transport.kernel import RESETS, error_name, reset_on_close, timeval, unacknowledged

READ_AT_ONCE: Final = 65536
"""Octets asked of the kernel by one read."""

READS_APART: Final = 8192
"""So many reads are told as one event each; after them, reads with nothing between them are joined up to
READ_AT_ONCE, so that a peer that drips octets cannot fill the memory with events."""

ACKNOWLEDGED_SECONDS: Final = 0.05
"""How long a piece may wait for its acknowledgement; Linux delays one for 40 ms at most."""

READ_SECONDS: Final = 0.001
"""How long the peer then has to read the piece: its kernel acknowledges before it does."""

APART_SECONDS: Final = 0.5
"""How long the pieces of one Send are kept apart; those that are left then follow each other."""

_DONTWAIT: Final = socket.MSG_DONTWAIT
_IN: Final = select.POLLIN
_OUT: Final = select.POLLOUT


class Connection:
    """A plan under way. Takes over the socket: `run` closes it, whatever happens."""

    # How a connection begins; only what changes becomes an attribute of its own.
    _reading = True  # the peer may still send
    _sending = True  # we may still send
    _over = False  # no step may follow
    _finals = 0  # what the AwaitResponse steps so far waited for together
    _send_error = 0  # the errno of a failed send
    _reads = 0
    _read_seconds = 0.0  # the kernel's own time-out of a read, once set
    _joined: bytes | bytearray = b""  # octets read since _joined_at and not told yet: see READS_APART
    _joined_at = 0.0
    _poll: select.poll | None = None
    _interest = 0

    def __init__(
        self,
        stream: socket.socket,
        plan: Plan,
        watch: Watch | None,
        *,
        limits: Limits,
        clock: Clock,
        start: float,
    ) -> None:
        self._socket = stream
        self._plan = plan
        self._watch: Watch = UNWATCHED if watch is None else watch
        self._limits = limits
        self._clock = clock
        self._start = start
        self._deadline = start + limits.total_seconds
        self._budget = limits.octets
        self._events: list[Event] = [Connected(clock() - start)]

    def run(self) -> Transcript:
        """Carry out the steps, close, and tell."""
        try:
            for step in self._plan.steps:
                if type(step) is Send and not step.cuts:
                    self._send_piece(step.octets)
                else:
                    STEPS[type(step)](self, step)
                if self._over:
                    break
            self._finish()
        finally:
            self._socket.close()
        return Transcript(tuple(self._events))

    def _finish(self) -> None:
        """Look once more at what came, unless the last step did; then decide how the close is to be.

        A close by RST leaves no TIME_WAIT behind, but it may destroy what the peer has not read, and
        shows as an error there. So only when the awaited answer is complete and nobody looks at the close.
        """
        steps = self._plan.steps
        if not steps or type(steps[-1]) is not AwaitResponse or self._watch.finals < self._finals:
            self._read_what_is_there()
        elif self._reading:
            reset_on_close(self._socket)
        if self._joined:
            self._tell_joined()

    # The steps

    def _send(self, step: Send) -> None:
        """Hand over the octets piece by piece, each once the peer has had time to read the one before."""
        deadline = self._until(self._limits.send_seconds)
        apart_until = min(deadline, self._clock() + APART_SECONDS)
        *early, last = step.pieces
        for piece in early:
            self._send_piece(piece, deadline)
            if self._clock() < apart_until:
                self._keep_apart()
        self._send_piece(last, deadline)

    def _pause(self, step: Pause) -> None:
        until = self._until(step.seconds)
        self._read_until(until)
        self._let_pass(until)
        if not self._over and until == self._deadline:
            self._give_up(WaitingFor.PLAN)

    def _await_response(self, step: AwaitResponse) -> None:
        watch = self._watch
        self._finals = target = self._finals + step.count
        if watch.finals >= target or not self._reading:
            return
        seconds = self._limits.response_seconds
        until = self._clock() + seconds
        if until < self._deadline:
            # The kernel's own time-out makes one system call of the first poll and read.
            if self._read_seconds != seconds:
                self._read_seconds = seconds
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeval(seconds))
            self._read(0)
        if watch.finals < target and not self._read_until(min(until, self._deadline), target):
            self._give_up(WaitingFor.RESPONSE)

    def _await_end(self, step: AwaitEnd) -> None:
        seconds = self._limits.end_seconds if step.seconds is None else step.seconds
        if not self._read_until(self._until(seconds)):
            self._give_up(WaitingFor.END)

    def _half_close(self, _: HalfClose) -> None:
        if not self._sending:
            return
        self._sending = False
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:  # reset already: the next read tells it
            return
        self._tell(HalfClosed(self._now()))

    def _abort(self, _: Abort) -> None:
        self._read_what_is_there()
        if not self._over:
            reset_on_close(self._socket)
            self._socket.close()
            self._stop(Aborted(self._now()))

    # Sending

    def _send_piece(self, piece: bytes, deadline: float | None = None) -> None:
        """Hand over one piece as the kernel takes it, reading meanwhile."""
        rest: bytes | memoryview = piece
        while self._sending:
            try:
                count = self._socket.send(rest, _DONTWAIT)
            except BlockingIOError:
                count = 0
            except OSError as failure:
                self._send_failed(failure)
                return
            if rest is piece and count == len(piece):
                if self._joined:
                    self._tell_joined()
                self._events.append(Sent(self._clock() - self._start, count))
                return
            if count:
                self._tell_part_sent(count, first=len(rest) == len(piece))
            if count == len(rest):
                return
            rest = memoryview(rest)[count:]
            if deadline is None:
                deadline = self._until(self._limits.send_seconds)
            self._await_room(deadline)

    def _tell_part_sent(self, count: int, *, first: bool) -> None:
        """Parts of one piece with nothing between them are told as one."""
        last = self._events[-1]
        if first or type(last) is not Sent or self._joined:
            self._tell(Sent(self._now(), count))
        else:
            self._events[-1] = Sent(self._now(), last.count + count)

    def _await_room(self, deadline: float) -> None:
        """Wait until there is room to send, or something was read, or it is too late to send."""
        remaining = deadline - self._clock()
        ready = self._ready(_IN | _OUT if self._reading else _OUT, remaining)
        if ready & ~_OUT and self._reading:
            self._read()
        if remaining <= 0 and self._sending:
            self._sending = False
            self._give_up(WaitingFor.ROOM)

    def _send_failed(self, failure: OSError) -> None:
        self._sending = False
        self._send_error = failure.errno or errno.EPIPE
        sent = sum(event.count for event in self._events if isinstance(event, Sent))
        planned = sum(len(step.octets) for step in self._plan.steps if isinstance(step, Send))
        self._tell(SendFailed(self._now(), error_name(failure), planned - sent))

    def _keep_apart(self) -> None:
        """Read until the peer's kernel has acknowledged all we sent, and the peer has had time to read it.

        Whether it reads the pieces apart is up to it: nothing on our side can tell.
        """
        until = self._until(ACKNOWLEDGED_SECONDS)
        while self._sending and unacknowledged(self._socket) and self._clock() < until:
            self._read_for(READ_SECONDS)
        if self._sending:
            self._read_for(READ_SECONDS)

    def _read_for(self, seconds: float) -> None:
        """At most one read, within that time."""
        if not self._reading:
            self._let_pass(self._until(seconds))
        elif self._ready(_IN, seconds):
            self._read()

    # Reading

    def _read_until(self, until: float, finals: float = math.inf) -> bool:
        """Read until that many finals are complete (no number: to the end of the connection).

        False if it gave up at the time `until`, True also for the end of reading for whatever reason.
        """
        watch = self._watch
        late = False
        while self._reading and watch.finals < finals:
            remaining = until - self._clock()
            if (remaining <= 0 and late) or not self._ready(_IN, remaining):
                return False
            late = remaining <= 0  # what is there already may still be read, once
            self._read()
        return True

    def _read_what_is_there(self) -> None:
        while self._reading and self._read() and self._clock() < self._deadline:
            pass

    def _read(self, flags: int = _DONTWAIT) -> bool:
        """One read, that does not wait unless the flags let it; False if there was nothing to read."""
        budget = self._budget
        try:
            octets = self._socket.recv(READ_AT_ONCE if budget > READ_AT_ONCE else budget or 1, flags)
        except BlockingIOError:
            return False
        except OSError as failure:
            self._read_failed(failure)
            return True
        if not octets:
            self._peer_closed()
        elif budget:
            self._budget = budget - len(octets)
            if self._reads < READS_APART:
                self._reads += 1
                self._events.append(Received(self._clock() - self._start, octets))
            else:
                self._join(octets)
            self._watch.feed(octets)
        else:  # one octet beyond the budget: it is not kept
            self._stop(BudgetSpent(self._now(), self._limits.octets))
        return True

    def _join(self, octets: bytes) -> None:
        if not self._joined:
            self._joined = bytearray()
            self._joined_at = self._now()
        self._joined += octets
        if len(self._joined) >= READ_AT_ONCE:
            self._tell_joined()

    def _peer_closed(self) -> None:
        """A read told the end of the peer's octets.

        That is a FIN only if no error went before: a failed send takes the socket's error with it, and
        then the same end is what a reset or a lost route looks like. EPIPE says that the FIN was first.
        """
        self._reading = False
        if self._send_error in (0, errno.EPIPE):
            self._tell(PeerClosed(self._now()))
            self._watch.end()
        else:
            self._stop(PeerReset(self._now()) if self._send_error in RESETS else None)

    def _read_failed(self, failure: OSError) -> None:
        reset = failure.errno in RESETS
        now = self._now()
        self._stop(PeerReset(now) if reset else DeadlinePassed(now, f"octets ({error_name(failure)})"))

    # Shared

    def _stop(self, event: Event | None) -> None:
        """Neither direction is of use any more, and the plan is over."""
        self._reading = self._sending = False
        self._over = True
        if event is not None:
            self._tell(event)

    def _tell(self, event: Event) -> None:
        if self._joined:
            self._tell_joined()
        self._events.append(event)

    def _tell_joined(self) -> None:
        self._events.append(Received(self._joined_at, bytes(self._joined)))
        self._joined = b""

    def _give_up(self, waiting_for: WaitingFor) -> None:
        """A wait ended without what it waited for; if the plan's own time is up, so does the plan."""
        self._tell(DeadlinePassed(self._now(), waiting_for))
        self._over = self._over or self._clock() >= self._deadline

    def _now(self) -> float:
        return self._clock() - self._start

    def _until(self, seconds: float) -> float:
        """The time that many seconds from now, or the plan's own end if that comes first."""
        return min(self._clock() + seconds, self._deadline)

    def _let_pass(self, until: float) -> None:
        """Let time pass on a connection on which nothing can be read any more."""
        idle = select.poll()
        while not self._over and (remaining := until - self._clock()) > 0:
            idle.poll(remaining * 1000)

    def _ready(self, interest: int, seconds: float) -> int:
        """Poll's answer for our socket, 0 once the seconds are over. POLLERR and POLLHUP come unasked."""
        poll = self._poll
        if poll is None:
            poll = self._poll = select.poll()
            poll.register(self._socket, interest)
        elif interest != self._interest:
            poll.modify(self._socket, interest)
        self._interest = interest
        found = poll.poll(seconds * 1000 if seconds > 0 else 0)
        return found[0][1] if found else 0


STEPS: Final[Mapping[type[Step], Callable[[Connection, Any], None]]] = {
    Send: Connection._send,
    Pause: Connection._pause,
    AwaitResponse: Connection._await_response,
    AwaitEnd: Connection._await_end,
    HalfClose: Connection._half_close,
    Abort: Connection._abort,
}
