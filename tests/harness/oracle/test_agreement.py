"""Two readers of one language: on sound responses ours and h11 find the same boundaries and content.

Where they may differ, h11 has a row in its table of departures: none of the responses drawn here is
one of those, so any difference is a mistake of ours, or a row that is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.http1.response_reader import ResponseReader, read_responses
from harness.model.reading import End, ReadResponse, ResponseReading
from harness.oracle import h11_oracle, llhttp_oracle

OCTETS = st.binary(max_size=40)
TOKENS = st.text("abcXYZ09-_!", min_size=1, max_size=8).map(str.encode)
VALUES = st.text("abc \t,;=\"'/()\xe9\xff", max_size=12).map(lambda text: text.strip().encode("latin-1"))
FRAMING_NAMES = {b"content-length", b"transfer-encoding", b"connection", b"upgrade"}
FIELDS = st.lists(
    st.tuples(TOKENS, VALUES).filter(lambda one: one[0].lower() not in FRAMING_NAMES), max_size=4
)


@dataclass(frozen=True)
class Sound:
    """A sound response, the method it answers, and the content that a client gets out of it."""

    octets: bytes
    method: bytes
    content: bytes


def lines(fields: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b"%b: %b\r\n" % field for field in fields)


@st.composite
def chunked(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A chunked body and its content."""
    body, content = b"", b""
    for data in draw(st.lists(OCTETS.filter(bool), max_size=4)):
        extension = draw(st.sampled_from([b"", b";a", b";a=b;c", b';a="b;\\" c"']))
        size = draw(st.sampled_from([b"%x", b"%X", b"00%x"])) % len(data)
        body += size + extension + b"\r\n" + data + b"\r\n"
        content += data
    return body + draw(st.sampled_from([b"0\r\n", b"000;z\r\n"])) + lines(draw(FIELDS)) + b"\r\n", content


@st.composite
def framed(draw: st.DrawFn, last: bool) -> tuple[bytes, bytes, bytes]:
    """A framing field line, the body, and its content."""
    kinds = ["length", "chunked", "until-close"] if last else ["length", "chunked"]
    match draw(st.sampled_from(kinds)):
        case "length":
            content = draw(OCTETS)
            return b"Content-Length: %d\r\n" % len(content), content, content
        case "chunked":
            body, content = draw(chunked())
            return (
                draw(st.sampled_from([b"Transfer-Encoding: chunked\r\n", b"TRANSFER-ENCODING:CHUNKED\r\n"])),
                body,
                content,
            )
        case _:
            content = draw(OCTETS)
            return b"", content, content


@st.composite
def responses(draw: st.DrawFn, last: bool = False) -> Sound:
    """Interim responses in any number, then a final one that the method and status allow."""
    method = draw(st.sampled_from([b"GET", b"HEAD", b"POST", b"OPTIONS", b"BREW"]))
    status = draw(st.sampled_from([200, 201, 204, 205, 206, 299, 301, 304, 404, 500, 599]))
    field, body, content = draw(framed(last))
    if status == 204:
        field = b""
    if method == b"HEAD" or status in {204, 304}:
        body = content = b""
    interim = b"".join(
        b"HTTP/1.1 %d \r\n%b\r\n" % (code, lines(draw(FIELDS)))
        for code in draw(st.lists(st.sampled_from([100, 102, 103, 199]), max_size=2))
    )
    reason = draw(st.sampled_from([b"", b"OK", b" two words ", b"\xfc"]))
    head = b"HTTP/1.1 %d %b\r\n%b%b%b\r\n" % (status, reason, lines(draw(FIELDS)), field, lines(draw(FIELDS)))
    return Sound(interim + head + body, method, content)


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[Sound], int]:
    """Pipelined responses, of which only the last may end by a close, and how many octets of them came."""
    sound = [*draw(st.lists(responses(), max_size=3)), draw(responses(last=True))]
    length = sum(len(one.octets) for one in sound)
    return sound, draw(st.just(length) | st.integers(0, length))


def facts(one: ReadResponse) -> tuple[object, ...]:
    return one.status, one.framing, one.content, one.start, one.body_at, one.end


def complete(reading: ResponseReading) -> list[tuple[object, ...]]:
    return [facts(one) for one in reading.responses if one.complete]


@settings(deadline=None, max_examples=200)
@given(streams(), st.booleans())
def test_ours_and_h11_agree_on_sound_responses(stream: tuple[list[Sound], int], ended: bool) -> None:
    sound, cut = stream
    octets = b"".join(one.octets for one in sound)[:cut]
    methods = [one.method for one in sound]
    ours = read_responses(octets, methods, ended)
    theirs = h11_oracle.read_responses(octets, methods, ended)
    assert complete(ours) == complete(theirs)
    assert (ours.end, ours.consumed) == (theirs.end, theirs.consumed)


@settings(deadline=None, max_examples=100)
@given(streams(), st.booleans())
def test_ours_and_llhttp_agree_on_sound_responses(stream: tuple[list[Sound], int], ended: bool) -> None:
    sound, cut = stream
    octets = b"".join(one.octets for one in sound)[:cut]
    methods = [one.method for one in sound]
    ours = read_responses(octets, methods, ended)
    theirs = llhttp_oracle.read_responses(octets, methods, ended)
    assert complete(ours) == complete(theirs)
    assert (ours.end, ours.consumed) == (theirs.end, theirs.consumed)


@settings(deadline=None, max_examples=100)
@given(streams())
def test_whole_sound_responses_have_no_anomaly_and_all_their_content(stream: tuple[list[Sound], int]) -> None:
    sound, _ = stream
    reader = ResponseReader([one.method for one in sound])
    for one in sound:
        reader.feed(one.octets)
    reader.end(closed=True)
    reading = reader.reading()
    assert (reading.end, reading.anomalies) == (End.COMPLETE, ())
    assert [one.content for one in reading.finals] == [one.content for one in sound]
    assert reader.finals == len(sound)
