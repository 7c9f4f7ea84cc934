"""What a rule sends: octets written without knowing the target, and what is to be added to them.

`{host}` and `{path}` in the octets are filled in by the engine; markers and controls are added by the
engine too, never by a rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.http1 import serialize
from harness.model.message import Request
from harness.rules.need import Need


class Marker(StrEnum):
    """Where the engine's own request goes.

    BEHIND: in the same octets, which tells desynchronisation. AFTER: once the final responses are
    complete, which tells whether the connection is usable. NONE: nothing is added, so that no octets
    of ours can turn the close behind an answer into a reset.
    """

    BEHIND = "behind"
    AFTER = "after"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Probe:
    """One stimulus: some requests on one connection, and how it is to be surrounded.

    `control` is the sound twin of a malformed stimulus: same method, target, size and delivery; of a
    delivery in pieces, the same octets in one. `takes_content` sends it to the resource that calibration
    found to take content. `cuts` are offsets (none within a token) at which the octets are handed over in
    separate pieces, `every_octet` makes one of each; `pause` is how many seconds lie between two pieces.
    `half_close`: our side is closed behind the octets; behind a marker in the same octets, once its answer
    has been waited for, so that a server which waits for more is told that nothing more will come.
    `needs` are what the target has to have for anything to be proven.
    """

    title: str
    octets: bytes
    requests: int
    marker: Marker
    control: bytes | None = None
    takes_content: bool = False
    cuts: tuple[int, ...] = ()
    every_octet: bool = False
    pause: float = 0.0
    half_close: bool = False
    needs: frozenset[Need] = frozenset()


def probe(
    title: str,
    *requests: Request | bytes,
    marker: Marker = Marker.AFTER,
    control: Request | bytes | None = None,
    takes_content: bool | None = None,
    cuts: Sequence[int] = (),
    every_octet: bool = False,
    pause: float = 0.0,
    half_close: bool = False,
    needs: Iterable[Need] = (),
) -> Probe:
    """A probe that sends those requests, in one piece if not told otherwise.

    A POST goes where content is taken, if not told. An answer that is awaited behind a half-close needs a
    target that answers there; with a marker behind, the answers come before it.
    """
    octets = b"".join(_octets(one) for one in requests)
    return Probe(
        title=title,
        octets=octets,
        requests=len(requests),
        marker=marker,
        control=None if control is None else _octets(control),
        takes_content=octets.startswith(b"POST ") if takes_content is None else takes_content,
        cuts=tuple(cuts),
        every_octet=every_octet,
        pause=pause,
        half_close=half_close,
        needs=frozenset(needs) | ({Need.HALF_CLOSE} if half_close and marker is not Marker.BEHIND else set()),
    )


def _octets(request: Request | bytes) -> bytes:
    return request if isinstance(request, bytes) else serialize.request(request)
