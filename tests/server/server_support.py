"""Words that the tests of the reference server share."""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from server.connection import Connection
from server.limits import Limits
from server.reading import STRICT, Reading
from server.request import ContentOctets, Event
from server.request_reader import RequestReader

MIDNIGHT = 784_080_000.0
"""Sun, 06 Nov 1994 00:00:00 GMT: when the tests begin."""


class VirtualClock:
    """A clock that goes when it is told to."""

    def __init__(self, now: float = MIDNIGHT) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def whole(octets: bytes) -> list[bytes]:
    """One piece."""
    return [octets]


def octet_by_octet(octets: bytes) -> list[bytes]:
    """As many pieces as there are octets."""
    return [octets[i : i + 1] for i in range(len(octets))]


def cut_at_random(octets: bytes, seed: int) -> list[bytes]:
    """Pieces of random length, the same for the same seed."""
    at = sorted(random.Random(seed).choices(range(len(octets) + 1), k=5))
    bounds = [0, *at, len(octets)]
    return [octets[a:b] for a, b in pairwise(bounds) if a < b]


def every_delivery(octets: bytes) -> Iterator[list[bytes]]:
    """Whole, octet by octet, and in random cuts."""
    yield whole(octets)
    yield octet_by_octet(octets)
    for seed in range(20):
        yield cut_at_random(octets, seed)


def events_of(
    pieces: Iterable[bytes], limits: Limits | None = None, reading: Reading = STRICT
) -> list[Event]:
    """All events of the pieces, adjoining pieces of content merged."""
    reader = RequestReader(limits, reading)
    events: list[Event] = []
    for piece in pieces:
        reader.feed(piece)
        while (event := reader.next_event()) is not None:
            last = events[-1] if events else None
            if isinstance(event, ContentOctets) and isinstance(last, ContentOctets):
                events[-1] = ContentOctets(last.octets + event.octets)
            else:
                events.append(event)
    return events


def request(
    target: str = "/",
    *lines: str,
    method: str = "GET",
    version: str = "1.1",
    host: str | None = "example.org",
    content: bytes = b"",
) -> bytes:
    """A request; Content-Length is added to content unless a line frames it already."""
    framed = any(line.lower().startswith(("content-length", "transfer-encoding")) for line in lines)
    head = [f"{method} {target} HTTP/{version}"]
    head += [f"Host: {host}"] * (host is not None)
    head += lines
    head += [f"Content-Length: {len(content)}"] * (bool(content) and not framed)
    return "".join(f"{line}\r\n" for line in head).encode("latin-1") + b"\r\n" + content


class Talk:
    """A connection with everything it has sent."""

    def __init__(self, *pieces: bytes, **options: object) -> None:
        options.setdefault("clock", VirtualClock())
        self.connection = Connection(**options)  # type: ignore[arg-type]
        self.sent = b""
        self.say(*pieces)

    def say(self, *pieces: bytes) -> bytes:
        """Send pieces; what came back for them."""
        back = b"".join(self.connection.receive(piece) for piece in pieces)
        self.sent += back
        return back

    @property
    def ended(self) -> bool:
        """Whether the connection has ended."""
        return self.connection.ended

    @property
    def statuses(self) -> list[int]:
        """The status of every response."""
        return [int(status) for status in re.findall(rb"(?:\A|[^\n]|\n)HTTP/1\.1 (\d{3}) ", self.sent)]

    @property
    def content(self) -> bytes:
        """What stands behind the first header section."""
        return self.sent.partition(b"\r\n\r\n")[2]

    @property
    def head(self) -> list[bytes]:
        """The lines of the first header section."""
        return self.sent.partition(b"\r\n\r\n")[0].split(b"\r\n")


def values_of(head: Sequence[bytes], name: bytes) -> list[bytes]:
    """The values of all field lines of this name."""
    return [line.partition(b": ")[2] for line in head[1:] if line.partition(b": ")[0].lower() == name.lower()]
