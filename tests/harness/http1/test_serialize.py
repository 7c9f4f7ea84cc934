"""Serializing joins the parts, adds nothing, and undoes reading."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.http1 import serialize
from harness.http1.response_reader import read_responses
from harness.model.message import Chunk, ChunkedBody, FieldLine, Request, RequestLine


def test_a_sound_request() -> None:
    request = Request(RequestLine(b"POST", b"/a"), (FieldLine(b"Host", b"b"),), b"content")
    assert serialize.request(request) == b"POST /a HTTP/1.1\r\nHost: b\r\n\r\ncontent"


def test_every_part_stands_where_it_belongs() -> None:
    line = RequestLine(b"1", b"3", b"5", b"2", b"4", b"6")
    field = FieldLine(b"a", b"e", b"b", b"c", b"d", b"f", b"g")
    body = ChunkedBody((Chunk(b"A", b"D", b"B", b"C", b"E"),), b"F", (field,), b"G")
    assert (
        serialize.request(Request(line, (field, field), body, b"7")) == b"123456abcdefgabcdefg7ABCDEFabcdefgG"
    )


def test_an_empty_last_chunk_leaves_it_out() -> None:
    assert serialize.chunked_body(ChunkedBody((Chunk(b"1", b"a"),), last_chunk=b"", end=b"")) == b"1\r\na\r\n"


LINES = st.lists(
    st.sampled_from(
        [b"X: a", b"Y:b ", b"no colon", b" folded", b"Z : c", b"\tw", b":", b"V:", b"U: \t d\re \t"]
    ).flatmap(lambda text: st.sampled_from([text + b"\r\n", text + b"\n"])),
    max_size=8,
).map(b"".join)


@settings(deadline=None)
@given(
    st.sampled_from([b"HTTP/1.1 200 OK\r\n", b"http/1.1\t200\n", b"HTTP/1.1  404  a\r b\r\n"]),
    LINES,
    st.sampled_from([b"\r\n", b"\n"]),
)
def test_a_head_that_was_read_serializes_to_its_octets(line: bytes, lines: bytes, end: bytes) -> None:
    octets = line + lines + end
    reading = read_responses(octets, [b"HEAD"], ended=False)
    assert serialize.response_head(reading.responses[0].response) == octets
