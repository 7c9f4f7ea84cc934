"""A plan as a program that anybody can run: Python's standard library alone, exact to the octet.

The program sends what the plan sends, in the same pieces, pauses and half-closes where the plan does,
and prints what comes back; it judges nothing. It reads while it sends, because a peer may answer, and
stop reading, before it has everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Send, Step

_RUN = re.compile(rb"(?s)(.)\1{39,}")
_LINE = 64
_HEAD = '''\
import select
import socket
import time

HOST, PORT = {host!r}, {port}

connection = socket.create_connection((HOST, PORT), timeout=10)
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
connection.setblocking(False)
ended = False


def take():
    """Print what has come."""
    global ended
    try:
        octets = connection.recv(65536)
        print("<", octets or "closed (FIN)")
        ended = not octets
    except OSError as error:
        print("<", error)
        ended = True


def send(octets):
    """Hand one piece to the kernel and read meanwhile; the short sleep keeps it apart from the next."""
    while octets:
        readable, writable, _ = select.select([] if ended else [connection], [connection], [], 10)
        if readable:
            take()
        if writable:
            octets = octets[connection.send(octets) :]
        if not readable and not writable:
            raise TimeoutError("the peer takes no more octets")
    time.sleep(0.002)


def listen(seconds, quiet=False):
    """Read for that many seconds, or, if quiet, until nothing has come for so long."""
    end = time.monotonic() + seconds
    while not ended and (left := end - time.monotonic()) > 0:
        if select.select([connection], [], [], left)[0]:
            take()
            if quiet:
                end = time.monotonic() + seconds
    if not quiet:
        time.sleep(max(0.0, end - time.monotonic()))


try:
'''
TAIL = """\
except OSError as error:
    print(">", error)
listen(2, quiet=True)
connection.close()
"""


def host_and_port(address: str) -> tuple[str, int] | None:
    """Host and port of `http://host:port/...` or `host:port`; None where there is no such thing."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        if parts.hostname is None:
            return None
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return None if port is None else (parts.hostname, port)


def snippet(steps: Sequence[Step], host: str, port: int, title: str = "") -> str:
    """The source of a program that carries out the steps against host:port.

    Waiting for a response is waiting until the peer has been quiet for a second: what a complete
    response is takes a reader to say, and the program has none.
    """
    return f"{comment(title)}{head(host, port)}{statements(steps)}{TAIL}"


def comment(title: str) -> str:
    """The line that such a program begins with."""
    return f"# {ascii(title)[1:-1] if title else 'What wireproof sent.'}\n"


def head(host: str, port: int) -> str:
    """What stands between the comment and the statements: the same for all plans against one address."""
    return _HEAD.format(host=host, port=port)


def statements(steps: Sequence[Step]) -> str:
    """The steps as statements; `head` goes before them and `TAIL` behind."""
    return "".join(f"    {line}\n" for step in steps for line in _statements(step)) or "    pass\n"


def literal(octets: bytes) -> str:
    """A Python expression for the octets: a line of the wire each, long runs as a product."""
    terms = list(_terms(octets))
    if len(terms) == 1:
        return terms[0][0]
    text, product_before = "    " + terms[0][0], terms[0][1]
    for term, product in terms[1:]:  # neighbouring literals join by themselves, a product needs its plus
        text += ("\n    + " if product or product_before else "\n    ") + term
        product_before = product
    return f"(\n{text}\n)"


def _terms(octets: bytes) -> Iterator[tuple[str, bool]]:
    """Expressions, each with whether it is a product."""
    at = 0
    for run in _RUN.finditer(octets):
        yield from ((term, False) for term in _plain(octets[at : run.start()]))
        yield f"{run[1]!r} * {len(run[0])}", True
        at = run.end()
    yield from ((term, False) for term in _plain(octets[at:]))
    if not octets:
        yield "b''", False


def _plain(octets: bytes) -> Iterator[str]:
    for line in octets.splitlines(keepends=True):
        for at in range(0, len(line), _LINE):
            yield repr(line[at : at + _LINE])


def _statements(step: Step) -> Iterator[str]:
    match step:
        case Send():
            for piece in step.pieces:
                yield from f"send({literal(piece)})".splitlines()
        case Pause(seconds):
            yield f"listen({seconds!r})"
        case AwaitResponse():
            yield "listen(1, quiet=True)"
        case AwaitEnd(seconds):
            yield f"listen({10 if seconds is None else seconds!r}, quiet=True)"
        case HalfClose():
            yield "connection.shutdown(socket.SHUT_WR)"
        case Abort():
            yield r'connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")'
            yield "connection.close()"
            yield "ended = True"
