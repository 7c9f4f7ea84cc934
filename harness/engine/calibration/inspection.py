"""What an inspect resource tells, and how a gateway behind the server changes it before it is told.

Applications see fields folded, joined, added; that is no fault of the server's reading. So it is found
out with sound requests, and can be excused. What frames a message is never excused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.engine.calibration.asking import Asker
from harness.engine.calibration.fact import Fact
from harness.engine.calibration.inspected import Inspected, inspected, plain
from harness.http1.build import field, get, post

FRAMING: Final = frozenset({b"content-length", b"transfer-encoding"})
"""Fields that no quirk speaks of (RFC 9112 6)."""

_MIXED: Final = b"X-wireProof-Case"
_TWICE: Final = b"X-Wireproof-Twice"
_EMPTY: Final = b"X-Wireproof-Empty"
_USUAL: Final = b"User-Agent"
_SENT: Final = (b"Host", _MIXED, _TWICE, _USUAL, _EMPTY)
_KNOWN: Final = FRAMING | set(map(plain, _SENT))
_QUERY: Final = b"?a=%41&b=%2f&c=+"
_CONTENT: Final = b"inspect\r\n\0\xff"


@dataclass(frozen=True, slots=True)
class Quirks:
    """How what is told differs from what was sent, in words; empty where it does not.

    `added` and `dropped` are field names in lower case.
    """

    names: str = ""
    lines: str = ""
    target: str = ""
    content: str = ""
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """All of them, one behind the other."""
        lists = (
            f"adds {', '.join(self.added)}" if self.added else "",
            f"leaves out {', '.join(self.dropped)}" if self.dropped else "",
        )
        return "; ".join(filter(None, (self.names, self.lines, self.target, self.content, *lists)))


@dataclass(frozen=True, slots=True)
class Inspection:
    """How requests are told; no quirks at all where they are not."""

    quirks: Quirks | None
    fact: Fact


def inspection(ask: Asker, path: str) -> Inspection:
    """What an inspect resource at that path tells of two sound requests."""
    fields = [
        field(_MIXED, b"a"),
        field(_TWICE, b"1"),
        field(_USUAL, b"wireproof"),
        field(_TWICE, b"2"),
        field(_EMPTY),
    ]
    answers = ask.ask("inspect", get(fields=fields), path=path + _QUERY.decode())
    told = inspected(answers[0].content) if answers and answers[0].status < 300 else None
    if told is None or told.method != b"GET":
        return Inspection(None, Fact("inspect", _unserved(path, [one.status for one in answers])))
    posted = ask.ask("inspect, with content", post(content=_CONTENT), path=path)
    quirks = Quirks(
        names=_names(told),
        lines=_lines(told),
        target=_target(told, path.encode() + _QUERY),
        content=_content(inspected(posted[0].content) if posted else None),
        added=tuple(sorted({_shown(plain(name)) for name, _ in told.fields if plain(name) not in _KNOWN})),
        dropped=tuple(_shown(plain(one)) for one in _SENT if not told.values(one)),
    )
    how = quirks.told or "as they came"
    return Inspection(quirks, Fact("inspect", f"{path} tells requests: {how}"))


def _unserved(path: str, statuses: list[int]) -> str:
    if not statuses:
        return f"GET {path} is not answered"
    return f"GET {path} is answered {statuses[0]}" + (", but not as agreed" if statuses[0] < 300 else "")


def _names(told: Inspected) -> str:
    said = [name for name, _ in told.fields if plain(name) == plain(_MIXED)]
    if not said or said[0] == _MIXED:
        return ""
    if said[0] == plain(_MIXED):
        return "field names in lower case"
    if said[0].replace(b"_", b"-") == _MIXED.upper():
        return "field names in upper case"
    return f"field names changed ({_shown(said[0])} for {_shown(_MIXED)})"


def _lines(told: Inspected) -> str:
    said = told.values(_TWICE)
    match said:
        case (b"1", b"2"):
            return ""
        case (joined,) if joined.replace(b" ", b"") == b"1,2":
            return "lines of one name joined"
        case (b"1",) | (b"2",):
            return f"only the {'first' if said[0] == b'1' else 'last'} of two lines of one name"
        case ():
            return ""  # told as left out
        case _:
            return f"two lines of one name told as {_shown(b' | '.join(said))}"


def _target(told: Inspected, sent: bytes) -> str:
    if told.target == sent:
        return ""
    if told.target == sent.partition(b"?")[0]:
        return "the target without its query"
    if b"%" not in told.target:
        return "the target decoded"
    return f"the target changed ({_shown(told.target)})"


def _content(told: Inspected | None) -> str:
    if told is None:
        return "nothing of a POST"
    if told.content is None:
        return "no content"
    return "" if told.content == _CONTENT else "content changed"


def _shown(octets: bytes) -> str:
    return octets[:80].decode("ascii", "backslashreplace")
