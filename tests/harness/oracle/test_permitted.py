"""Laws of the nondeterministic reader: one reading of what is sound, ours among those of what is not, and
an end within its own bounds whatever comes."""

from __future__ import annotations

import itertools
import random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.http1.request_reader import read_requests
from harness.model.message import ChunkedBody, FieldLine
from harness.model.reading import End, Reading
from harness.oracle import h11_oracle, llhttp_oracle
from harness.oracle.compare import agree, differences
from harness.oracle.departure import Direction
from harness.oracle.permitted import permitted_readings
from harness.oracle.permitted_budget import Budget, TooManyReadings
from harness.oracle.permitted_walk import walk
from tests.harness.oracle.sound import sound_stream
from tests.harness.oracle.tricky import TRICKY

G = b"GET / HTTP/1.1\r\nHost: x\r\n"
MiB = 1024 * 1024


seeds = st.integers(0, 2**32).map(random.Random)


@given(seeds)
@settings(deadline=None, max_examples=200)
def test_what_is_sound_has_exactly_one_reading_and_it_is_ours(dice: random.Random) -> None:
    stream = sound_stream(dice)
    strict = read_requests(stream)
    assert [one.kind for one in strict.anomalies if one.kind != "octets-behind-close"] == []
    permitted = permitted_readings(stream)
    assert permitted.readings == (strict,)
    assert (permitted.more, permitted.too_many) == (0, False)


BEYOND_THEIR_TABLES = {
    # llhttp refuses methods that it does not know, as any server may with 501 (RFC 9110 9.1).
    "Invalid method encountered",
}


def _complaints(oracle: ModuleType) -> set[str]:
    """What a parser says, by the first words, over its own table of departures."""
    rows = [row for row in oracle.DEPARTURES if row.direction is Direction.REQUESTS]
    said = {oracle.read_requests(row.octets, row.ended).complaint for row in rows}
    return {one.partition(":")[0] for one in said if one}


@pytest.mark.parametrize("oracle", [h11_oracle, llhttp_oracle], ids=["h11", "llhttp"])
@given(dice=seeds)
@settings(deadline=None, max_examples=150)
def test_others_read_what_is_sound_as_we_do_or_the_departure_is_known(
    oracle: ModuleType, dice: random.Random
) -> None:
    stream = sound_stream(dice)
    strict, theirs = read_requests(stream), oracle.read_requests(stream, True)
    known = theirs.complaint.partition(":")[0] in _complaints(oracle) | BEYOND_THEIR_TABLES
    assert known or agree(strict, theirs), differences(strict, theirs)


# --- What is not sound ----------------------------------------------------------------------------------


def _mutated(seed: int) -> bytes:
    """A tricky stream with a few octets cut out, doubled, or replaced by dangerous ones."""
    dice = random.Random(seed)
    octets = bytearray(b"".join(one.octets for one in dice.choices(TRICKY, k=dice.choice([1, 1, 2]))))
    for _ in range(dice.randint(0, 4)):
        at = dice.randrange(len(octets) + 1)
        length = dice.choice([0, 1, 1, 2, 5])
        octets[at : at + length] = dice.choice(
            [
                b"",
                b"\r",
                b"\n",
                b"\r\n",
                b" ",
                b"\t",
                b"\x00",
                b":",
                b",",
                b"0",
                b"\xff",
                bytes(octets[at : at + 7]) * 2,
            ]
        )
    return bytes(octets)


def _boundaries(reading: Reading) -> tuple[object, ...]:
    whole = tuple((one.start, one.body_at, one.end, one.content) for one in reading.requests if one.complete)
    return whole, reading.end


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=300)
def test_our_own_reading_is_one_of_the_walked_ones(seed: int) -> None:
    stream = _mutated(seed)
    strict = read_requests(stream)
    wanted = tuple((one.start, one.body_at, one.end, one.content) for one in strict.requests if one.complete)
    found = set()
    try:
        for terminal in walk(stream, Budget()):
            chain = terminal.node.chain() if terminal.node else []
            whole = tuple(
                (n.request.start, n.request.body_at, n.request.end, n.request.content) for n in chain
            )
            found.add((whole, terminal.end))
    except TooManyReadings:
        return
    assert (wanted, strict.end) in found


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=200)
def test_every_reading_covers_the_stream_without_a_gap(seed: int) -> None:
    stream = _mutated(seed)
    for reading in permitted_readings(stream).readings:
        assert [one.start for one in reading.requests] == [0, *(one.end for one in reading.requests)][
            : len(reading.requests)
        ]
        assert all(one.complete for one in reading.requests[:-1])
        assert reading.end is not End.COMPLETE or all(one.complete for one in reading.requests)


def _field_lines(lines: tuple[FieldLine, ...]) -> bytes:
    return b"".join(
        one.name + one.before_colon + one.colon + one.before_value + one.value + one.after_value + one.end
        for one in lines
    )


def _body(body: bytes | ChunkedBody) -> bytes:
    if isinstance(body, bytes):
        return body
    chunks = (one.size + one.extension + one.end_of_size + one.data + one.end_of_data for one in body.chunks)
    return b"".join(chunks) + body.last_chunk + _field_lines(body.trailer_section) + body.end


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=300)
def test_every_reading_is_lossless(seed: int) -> None:
    stream = _mutated(seed)
    for reading in permitted_readings(stream).readings:
        for one in reading.requests:
            if one.complete:
                head = one.request
                line = head.line
                made = (
                    (
                        line.method
                        + line.after_method
                        + line.target
                        + line.after_target
                        + line.version
                        + line.end
                    )
                    + _field_lines(head.field_lines)
                    + head.end_of_fields
                    + _body(head.body)
                )
                whole = stream[one.start : one.end]
                assert whole.endswith(made)
                assert not whole.removesuffix(made).strip(b"\r\n")


def test_a_recovered_trailer_section_has_the_lines_of_its_own_reading() -> None:
    stream = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\nZ: z\r\n\r\n"
    trailers = {
        tuple(line.name for line in one.requests[0].trailer_section)
        for one in permitted_readings(stream).readings
        if one.requests and one.requests[0].complete
    }
    assert trailers == {(b"X",), (b"X", b"Z")}


# --- Bounds ---------------------------------------------------------------------------------------------

HOSTILE = {
    "a megabyte of CR": b"\r" * MiB,
    "empty lines of LF": b"\n" * 100_000,
    "10,000 field lines": G + b"X: y\r\n" * 10_000 + b"\r\n",
    "10,000 field lines that end in LF": G + b"X: y\n" * 10_000 + b"\r\n",
    "1,000 lines of Host that end in LF": b"GET / HTTP/1.1\r\n" + b"Host: x\n" * 1_000 + b"\r\n",
    "10,000 folds": G + b"X: y\r\n" + b" z\r\n" * 10_000 + b"\r\n",
    "10,000 lines that are none": G + b"x\r\n" * 10_000 + b"\r\n",
    "a CR in each of 10,000 values": G + b"X: a\rb\r\n" * 10_000 + b"\r\n",
    "a megabyte of CR in a value": G + b"X: " + b"\r" * MiB + b"\r\n\r\n",
    "a megabyte of blanks in a value": G + b"X: " + b" \t" * (MiB // 2) + b"\x00\r\n\r\n",
    "a megabyte of quotation marks": G + b"Transfer-Encoding: " + b'"' * MiB + b"\r\n\r\n",
    "a megabyte of commas": G + b"Content-Length: " + b"," * MiB + b"\r\n\r\n",
    "2,000 requests": (G + b"\r\n") * 2_000,
    "2,000 requests with LF": b"GET / HTTP/1.1\nHost: x\n\n" * 2_000,
    "folds, LF and framing fields": G
    + b"Content-Length: 5\n Transfer-Encoding: chunked\nConnection: close\n" * 500,
    "30,000 chunks": G + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 30_000 + b"0\r\n\r\n",
    "20,000 trailer lines with LF": G
    + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"
    + b"X: y\n" * 20_000
    + b"\r\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_octets_are_judged_or_declared_too_many(name: str) -> None:
    """Each look at the clock is a step: at most 400 of them, so within the reader's own bounds."""
    ticks = itertools.count()
    permitted = permitted_readings(HOSTILE[name], seconds=400, clock=lambda: float(next(ticks)))
    assert permitted.too_many or permitted.readings
    assert permitted.states <= 64 or permitted.too_many
    assert next(ticks) <= 403


def test_at_most_sixteen_readings_are_shown_and_the_others_counted() -> None:
    permitted = permitted_readings((b"\r\n" + G + b"\r\n") * 30)
    assert (len(permitted.readings), permitted.more, permitted.too_many) == (16, 15, False)
