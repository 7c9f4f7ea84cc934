"""How the server conducts a connection (RFC 9112 9): the policies a connection asks, as one value.

The connection knows the order of things; what is decided on the way is decided here. A deliberate fault is a
`Behaviour` with a policy replaced, so that the connection never mentions faults.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from server.reading import STRICT, Reading
from server.request import Refusal, RequestHead

Rewrite = Callable[[bytes, RequestHead | None], bytes]
"""The octets of one response to those that are sent instead; the head is None if it could not be read."""


def persists(head: RequestHead) -> bool:
    """RFC 9112 9.3, its four steps: whether the connection lasts after the response to this request."""
    if b"connection" not in head.values:
        return head.line.minor_version > 0
    options = head.members(b"connection")
    return b"close" not in options and (b"keep-alive" in options or not head.is_http_1_0)


def always(refusal: Refusal) -> bool:
    """For every refusal."""
    return True


def never(refusal: Refusal) -> bool:
    """For no refusal."""
    return False


def in_order(messages: Sequence[bytes]) -> Sequence[bytes]:
    """RFC 9112 9.3.2: responses go out in the order of their requests."""
    return messages


@dataclass(frozen=True, slots=True)
class Conduct:
    """The policies of a connection; the defaults are the exemplary ones.

    `persists`: whether the connection lasts after the response to a request (RFC 9112 9.3).
    `answers`: whether a refusal gets a response before the close. `survives`: whether the connection lasts
    after a refusal. `reads_on_after_close`: whether requests are still taken behind a response that said
    close (9.6). `arranges`: if one arrival of octets brought several responses, the order in which they are
    sent (9.3.2). `arrives`: what one arrival of octets is taken for, where it is not what it is (2.1).
    """

    persists: Callable[[RequestHead], bool] = persists
    answers: Callable[[Refusal], bool] = always
    survives: Callable[[Refusal], bool] = never
    reads_on_after_close: bool = False
    arranges: Callable[[Sequence[bytes]], Sequence[bytes]] = in_order
    arrives: Callable[[bytes], bytes] | None = None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """All in which servers can differ: how requests are read, how a connection is conducted, what is sent."""

    reading: Reading = STRICT
    conduct: Conduct = field(default_factory=Conduct)
    rewrite: Rewrite | None = None


EXEMPLARY = Behaviour()
