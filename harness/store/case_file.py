"""The codec of corpus cases: a case as TOML, one string a line of the wire, every escape explicit.

U+0000 to U+00FF are the octets (latin-1), so that a file shows what is sent and an editor cannot spoil it:
a multi-line TOML string would eat CR, and is refused. `parse(write(case)) == case`, always; `write` gives the
canonical form, to which `wireproof corpus lint --fix` brings a file.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from harness.errors import BadCase
from harness.model.case import Case, Expectation
from harness.model.conversation import Fate
from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Send, Step
from harness.store.schema import schema_of

MOST_OCTETS: Final = 64 << 20
"""What one case may send in all; `repeat` makes it easy to write more than anybody meant."""

_SHORTEST_REPEAT: Final = 64
"""How many equal octets, or equal lines, in a row are written as a repetition."""

_KINDS: Final = ("send", "pause", "await_", "half_close", "abort")

_ID: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Repeat(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Some octets many times over."""

    text: Annotated[str, msgspec.Meta(min_length=1)]
    times: Annotated[int, msgspec.Meta(ge=1)]


class StepPart(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """One step: exactly one of `send`, `pause`, `await`, `half_close`, `abort`."""

    send: list[str | Repeat] | None = None
    split: Literal["every-octet"] | list[Annotated[int, msgspec.Meta(ge=1)]] | None = None
    pause: Annotated[float, msgspec.Meta(gt=0, le=60)] | None = None
    await_: Literal["response", "end"] | None = msgspec.field(default=None, name="await")
    count: Annotated[int, msgspec.Meta(ge=1)] | None = None
    seconds: Annotated[float, msgspec.Meta(gt=0, le=60)] | None = None
    half_close: bool | None = None
    abort: bool | None = None


class ExpectPart(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """An answer that is pinned."""

    statuses: list[Annotated[int, msgspec.Meta(ge=100, le=999)]] | None = None
    fate: Fate | None = None


class CasePart(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A corpus case of wireproof: what is sent to an HTTP/1.1 server, step by step, and why."""

    id: Annotated[str, msgspec.Meta(pattern=_ID, max_length=80)]
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    step: Annotated[list[StepPart], msgspec.Meta(min_length=1)]
    why: str = ""
    cites: str = ""
    provokes: list[str] = []
    provenance: str = ""
    expect: ExpectPart | None = None


def json_schema() -> dict[str, object]:
    """The form of a case file as a JSON Schema, for editors; `parse` checks more than it can tell."""
    return schema_of(CasePart)


def read(path: Path) -> Case:
    """The case of a file. BadCase names the file, and what is wrong with it where."""
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise BadCase(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadCase(
            f"{path}: not UTF-8 at octet {error.start}; write octets as escapes, \\u00ff"
        ) from error
    return parse(text, str(path))


def parse(text: str, name: str = "case") -> Case:
    """The case of a text. BadCase says what is wrong; `name` is what the text is called in it."""
    if found := re.search(r'"""|\'\'\'', text):
        line = text.count("\n", 0, found.start()) + 1
        raise BadCase(
            f"{name}, line {line}: a multi-line string eats CR; write one string a line of the wire"
        )
    try:
        part = msgspec.toml.decode(text, type=CasePart)
        steps = tuple(_steps(part.step))
        _check_size(steps)
    except msgspec.ValidationError as error:
        raise BadCase(f"{name}: {error}") from error
    except msgspec.DecodeError as error:
        raise BadCase(f"{name}: no TOML: {error}") from error
    except ValueError as error:
        raise BadCase(f"{name}: {error}") from error
    return Case(
        id=part.id,
        title=part.title,
        steps=steps,
        why=part.why,
        cites=part.cites,
        provokes=tuple(part.provokes),
        provenance=part.provenance,
        expect=_expectation(part.expect),
    )


def _expectation(part: ExpectPart | None) -> Expectation | None:
    if part is None:
        return None
    return Expectation(None if part.statuses is None else tuple(part.statuses), part.fate)


def _steps(parts: Sequence[StepPart]) -> Iterator[Step]:
    for number, part in enumerate(parts, 1):
        try:
            yield _step(part)
        except ValueError as error:
            raise ValueError(f"step {number}: {error}") from None


def _step(part: StepPart) -> Step:
    kinds = [name for name in _KINDS if getattr(part, name) not in (None, False)]
    if len(kinds) != 1:
        told = " and ".join(kinds).replace("await_", "await") if kinds else "none of them"
        raise ValueError(f"say one of send, pause, await, half_close, abort; here is {told}")
    _check_company(part, kinds[0].rstrip("_"))
    if part.send is not None:
        octets = b"".join(_octets(one) for one in part.send)
        if not octets:
            raise ValueError("send: there is nothing to send")
        return Send(octets, _cuts(part.split, len(octets)))
    if part.pause is not None:
        return Pause(part.pause)
    if part.await_ is not None:
        return AwaitResponse(part.count or 1) if part.await_ == "response" else AwaitEnd(part.seconds)
    return HalfClose() if part.half_close else Abort()


def _check_company(part: StepPart, kind: str) -> None:
    """What goes with which kind of step: `split` with send, `count` and `seconds` with await."""
    if part.split is not None and kind != "send":
        raise ValueError(f"split goes with send, not with {kind}")
    if part.count is not None and part.await_ != "response":
        raise ValueError('count goes with await = "response"')
    if part.seconds is not None and part.await_ != "end":
        raise ValueError('seconds goes with await = "end"')


def _octets(piece: str | Repeat) -> bytes:
    text = piece if isinstance(piece, str) else piece.text
    try:
        octets = text.encode("latin-1")
    except UnicodeEncodeError as error:
        odd = text[error.start]
        raise ValueError(f"send: {odd!r} (U+{ord(odd):04X}) is no octet; U+0000 to U+00FF are") from None
    if isinstance(piece, str):
        return octets
    if len(octets) * piece.times > MOST_OCTETS:
        raise ValueError(f"send: a case sends at most {MOST_OCTETS} octets")
    return octets * piece.times


def _cuts(split: Literal["every-octet"] | list[int] | None, length: int) -> tuple[int, ...]:
    if split == "every-octet":
        return tuple(range(1, length))
    cuts = tuple(split or ())
    if any(cut >= length for cut in cuts) or any(a >= b for a, b in itertools.pairwise(cuts)):
        raise ValueError(f"split: give rising offsets within the {length} octets of this send")
    return cuts


def _check_size(steps: Sequence[Step]) -> None:
    if sum(len(step.octets) for step in steps if isinstance(step, Send)) > MOST_OCTETS:
        raise ValueError(f"a case sends at most {MOST_OCTETS} octets")


# Writing -----------------------------------------------------------------------------------------


def write(case: Case) -> str:
    """The case as TOML, in the one canonical form."""
    lines = [f"id = {_string(case.id)}", f"title = {_string(case.title)}"]
    lines += [f"{name} = {_string(text)}" for name, text in _optional(case) if text]
    if case.provokes:
        lines.append(f"provokes = {_array(_string(one) for one in case.provokes)}")
    if case.provenance:
        lines.append(f"provenance = {_string(case.provenance)}")
    for step in case.steps:
        lines += ["", "[[step]]", *_step_lines(step)]
    if case.expect:
        lines += ["", "[expect]", *_expect_lines(case.expect)]
    return "\n".join(lines) + "\n"


def _optional(case: Case) -> Iterator[tuple[str, str]]:
    yield "why", case.why
    yield "cites", case.cites


def _expect_lines(expect: Expectation) -> Iterator[str]:
    if expect.statuses is not None:
        yield f"statuses = [{', '.join(map(str, expect.statuses))}]"
    if expect.fate is not None:
        yield f"fate = {_string(expect.fate)}"


def _step_lines(step: Step) -> Iterator[str]:
    match step:
        case Send(octets, cuts):
            yield f"send = {_array(_pieces(octets))}"
            if cuts and cuts == tuple(range(1, len(octets))) and len(octets) > 2:
                yield 'split = "every-octet"'
            elif cuts:
                yield f"split = [{', '.join(map(str, cuts))}]"
        case Pause(seconds):
            yield f"pause = {seconds!r}"
        case AwaitResponse(count):
            yield 'await = "response"'
            if count != 1:
                yield f"count = {count}"
        case AwaitEnd(seconds):
            yield 'await = "end"'
            if seconds is not None:
                yield f"seconds = {seconds!r}"
        case HalfClose():
            yield "half_close = true"
        case Abort():
            yield "abort = true"


_LONG_RUN: Final = re.compile(rb"(?s)(.)\1{%d,}" % (_SHORTEST_REPEAT - 1))


def _pieces(octets: bytes) -> Iterator[str]:
    """One string a line of the wire; long runs of one octet, or of one line, as a repetition."""
    for text, times in _runs(octets):
        told = _string(text.decode("latin-1"))
        yield told if times == 1 else f"{{ text = {told}, times = {times} }}"


def _runs(octets: bytes) -> Iterator[tuple[bytes, int]]:
    at = 0
    for run in _LONG_RUN.finditer(octets):
        yield from _wire_lines(octets[at : run.start()])
        yield run[1], run.end() - run.start()
        at = run.end()
    yield from _wire_lines(octets[at:])


def _wire_lines(octets: bytes) -> Iterator[tuple[bytes, int]]:
    for line, equal in itertools.groupby(re.findall(rb"(?s)[^\n]*\n|[^\n]+\Z", octets)):
        times = sum(1 for _ in equal)
        if times >= _SHORTEST_REPEAT:
            yield line, times
        else:
            yield from [(line, 1)] * times


def _array(items: Iterator[str]) -> str:
    """On one line where it is short, else one item a line."""
    told = list(items)
    if len(told) == 1:
        return f"[{told[0]}]"
    return "[\n" + "".join(f"  {one},\n" for one in told) + "]"


_SHORT_ESCAPES: Final = {"\r": "\\r", "\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def _string(text: str) -> str:
    """A basic string; whatever is not printable ASCII is escaped, so that an editor shows every octet."""
    return '"' + "".join(_escaped(one) for one in text) + '"'


def _escaped(letter: str) -> str:
    if letter in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[letter]
    if " " <= letter <= "~":
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) <= 0xFFFF else f"\\U{ord(letter):08x}"
