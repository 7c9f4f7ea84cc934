"""A judgement told: as text for a terminal, with a caret under the octets meant, and as JSON.

Octets stay octets: in text by the escapes of `escape`, in JSON as latin-1, one character an octet.
The JSON shape is a contract and only grows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.http1.request_anomalies import ANOMALY_KINDS
from harness.http1.request_head import bare_words
from harness.model.judgement import Judgement
from harness.model.reading import Anomaly, End, Reading, ReadRequest, Span
from harness.model.requirement import Citation
from harness.narrate.escape import as_text, visible_text

_MOST_ANOMALIES: Final = 20
_ROOM: Final = 96
_BEFORE: Final = 24


def as_json(judgement: Judgement, file: str) -> dict[str, Any]:
    """The judgement as plain values. `more_readings` is None where the search was given up, so that
    nobody knows how many there are."""
    return {
        "file": file,
        "readings": [_reading_json(reading) for reading in judgement.readings],
        "more_readings": None if judgement.too_many else judgement.more,
        "anomalies": [
            {"kind": one.kind, "ledger": one.ledger, "span": list(one.span)}
            for one in judgement.strict.anomalies
        ],
        "oracles": {
            name: {**_reading_json(reading), "complaint": reading.complaint}
            for name, reading in judgement.opinions
        },
    }


def as_lines(judgement: Judgement, file: str, glyphs: bool = True) -> list[str]:
    """The judgement for a terminal. Without `glyphs` it is US-ASCII alone."""
    return [
        _summary(judgement, file),
        *_anomaly_lines(judgement, glyphs),
        *_reading_lines(judgement, glyphs),
        *_opinion_lines(judgement, glyphs),
    ]


def as_one_line(judgement: Judgement, file: str) -> str:
    """The judgement in one line, for a folder of files."""
    kinds = ", ".join(dict.fromkeys(one.kind for one in judgement.strict.anomalies)) or "nothing amiss"
    return f"{visible_text(file)}: {_how_many_readings(judgement)}; {kinds}"


def citation(ledger: str) -> Citation:
    """The section that a ledger row stands for: `9112-6.3-k` is RFC 9112 6.3."""
    rfc, section, _ = ledger.split("-", 2)
    return Citation(int(rfc), section)


def _reading_json(reading: Reading) -> dict[str, Any]:
    return {
        "requests": [_request_json(one) for one in reading.requests if one.complete],
        "end": reading.end.value,
        "statuses": list(reading.statuses),
        "must_close": reading.must_close,
    }


def _request_json(request: ReadRequest) -> dict[str, Any]:
    method, target, _ = bare_words(request.request.line)
    return {
        "method": method.decode("latin-1"),
        "target": target.decode("latin-1"),
        "content_length": len(request.content),
    }


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _how_many_readings(judgement: Judgement) -> str:
    found = len(judgement.readings) + judgement.more
    if judgement.too_many:
        return f"too many permitted readings to follow ({found:,} found)"
    return _counted(found, "permitted reading")


def _summary(judgement: Judgement, file: str) -> str:
    anomalies = len(judgement.strict.anomalies)
    amiss = _counted(anomalies, "anomaly", "anomalies") if anomalies else "nothing amiss"
    octets = _counted(len(judgement.octets), "octet")
    return f"{visible_text(file)}: {octets}, {amiss}, {_how_many_readings(judgement)}"


# --- Anomalies, each under the line of octets that shows it --------------------------------------------


@dataclass(frozen=True, slots=True)
class _View:
    """A piece of one wire line as it is shown: its text, and where the marked part stands in it."""

    text: str
    column: int
    width: int


def _anomaly_lines(judgement: Judgement, glyphs: bool) -> Iterator[str]:
    anomalies = sorted(judgement.strict.anomalies, key=lambda one: one.span)
    shown, told = "", set[str]()
    for one in anomalies[:_MOST_ANOMALIES]:
        view = _view(judgement.octets, one.span, glyphs)
        if view.text != shown:
            yield ""
            yield f"{one.span[0]:>8}  {view.text}"
            shown = view.text
        yield " " * (10 + view.column) + "^" * view.width
        yield from _explained(one, glyphs, again=one.kind in told)
        told.add(one.kind)
    if len(anomalies) > _MOST_ANOMALIES:
        yield ""
        yield f"{'':10}and {len(anomalies) - _MOST_ANOMALIES:,} more"


def _explained(one: Anomaly, glyphs: bool, again: bool) -> Iterator[str]:
    """What the anomaly is and where it is written; of a kind told before only the name."""
    if again:
        yield f"{'':10}{one.kind}"
        return
    kind, cited = ANOMALY_KINDS[one.kind], citation(one.ledger)
    detail = f" ({one.detail})" if one.detail else ""
    danger = f", {kind.security}" if kind.security != "none" else ""
    dash = "→" if glyphs else "->"
    yield f"{'':10}{one.kind}: {kind.description}{detail}"
    yield f"{'':10}{dash} {cited} ({one.ledger}{danger}) {cited.url}"


def _view(octets: bytes, span: Span, glyphs: bool) -> _View:
    """The wire line in which the span begins, cut to a window around it; marks end with the line."""
    start, end = min(span[0], len(octets)), min(span[1], len(octets))
    line_start = octets.rfind(b"\n", 0, start) + 1
    line_end = octets.find(b"\n", start) + 1 or len(octets)
    left = max(line_start, start - _BEFORE) if line_end - line_start > _ROOM else line_start
    right = min(line_end, left + _ROOM)
    stop = max(start, min(end, right))
    ellipsis = "…" if glyphs else "..."
    before = ellipsis if left > line_start else ""
    behind = ellipsis if right < line_end else ""
    text = before + as_text(octets[left:right], glyphs=glyphs) + behind
    column = len(before) + len(as_text(octets[left:start], glyphs=glyphs))
    return _View(text, column, max(1, len(as_text(octets[start:stop], glyphs=glyphs))))


# --- Readings and opinions -----------------------------------------------------------------------------


def _reading_lines(judgement: Judgement, glyphs: bool) -> Iterator[str]:
    yield ""
    yield "A server may understand:"
    for number, reading in enumerate(judgement.readings, 1):
        yield f"{number:>4}. {_told(reading, glyphs)}"
    if judgement.too_many:
        yield "      and others: there are too many to follow them all"
    elif judgement.more:
        yield f"      and {judgement.more:,} more"


def _opinion_lines(judgement: Judgement, glyphs: bool) -> Iterator[str]:
    yield ""
    yield "Other parsers, as they are installed here:"
    for name, reading in judgement.opinions:
        said = f" ({visible_text(reading.complaint)})" if reading.complaint else ""
        yield f"  {name}: {_told(reading, glyphs)}{said}"


def _told(reading: Reading, glyphs: bool) -> str:
    requests = [one for one in reading.requests if one.complete]
    told = [_request_told(one, glyphs) for one in requests[:3]]
    if len(requests) > 3:
        told.append(f"{len(requests) - 3:,} more")
    return "; ".join([*told, _END[reading.end](reading, bool(requests))])


def _request_told(request: ReadRequest, glyphs: bool) -> str:
    method, target, _ = bare_words(request.request.line)
    words = f"{as_text(method, 40, glyphs)} {as_text(target, 60, glyphs)}"
    return f"{words} with {_counted(len(request.content), 'octet')} of content" if request.content else words


def _complete(reading: Reading, any_request: bool) -> str:
    close = ", and the connection has to close" if reading.must_close else ""
    return f"{'all of it' if any_request else 'no request at all'}{close}"


def _needs_more(reading: Reading, any_request: bool) -> str:
    del reading
    return f"{'the next' if any_request else 'a'} request is not whole"


def _rejected(reading: Reading, any_request: bool) -> str:
    close = " and close" if reading.must_close else ""
    return f"{'then ' if any_request else ''}refuse with {_statuses(reading.statuses)}{close}"


def _statuses(statuses: Sequence[int]) -> str:
    return " or ".join(map(str, statuses)) if statuses else "any 4xx or 5xx"


_END: Final = {End.COMPLETE: _complete, End.NEEDS_MORE: _needs_more, End.REJECTED: _rejected}
