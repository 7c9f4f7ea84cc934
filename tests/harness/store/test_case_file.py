"""The codec of corpus cases: what is written is read back, and what is wrong is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadCase
from harness.model.case import Case, Expectation
from harness.model.conversation import Fate
from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Send
from harness.store.case_file import parse, read, write

TE_VT = r"""
id = "te-vt-before-chunked"
title = "Vertical tab before the chunked coding"
why = "A front end that trims VT sees chunked; one that does not sees Content-Length."
provokes = ["9112-6.1-unknown-coding"]
provenance = "fuzz, minimised"
[[step]]
send = [
  "POST {path} HTTP/1.1\r\n", "Host: {host}\r\n", "Transfer-Encoding: \u000bchunked\r\n",
  "Content-Length: 4\r\n", "\r\n", "0\r\n\r\n",
]
"""


def test_octets_are_what_the_escapes_say() -> None:
    case = parse(TE_VT)
    assert case.octets.endswith(b"Transfer-Encoding: \x0bchunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n")
    assert case.provokes == ("9112-6.1-unknown-coding",)


octets = st.binary(min_size=1, max_size=40) | st.builds(
    lambda one, times, tail: one * times + tail,
    st.binary(min_size=1, max_size=1),
    st.integers(60, 70),
    st.binary(),
)


@st.composite
def sends(draw: st.DrawFn) -> Send:
    sent = draw(octets)
    cuts = draw(st.sets(st.integers(1, len(sent) - 1))) if len(sent) > 1 else set()
    return Send(sent, draw(st.sampled_from([tuple(sorted(cuts)), tuple(range(1, len(sent)))])))


steps = (
    sends()
    | st.builds(Pause, st.floats(0.001, 60))
    | st.builds(AwaitResponse, st.integers(1, 9))
    | st.builds(AwaitEnd, st.none() | st.floats(0.001, 60))
    | st.just(HalfClose())
    | st.just(Abort())
)
texts = st.text(max_size=40)
cases = st.builds(
    Case,
    id=st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True).filter(lambda one: len(one) <= 80),
    title=st.text(min_size=1, max_size=40),
    steps=st.lists(steps, min_size=1, max_size=6).map(tuple),
    why=texts,
    cites=texts,
    provokes=st.lists(texts, max_size=3).map(tuple),
    provenance=texts,
    expect=st.none()
    | st.builds(
        Expectation,
        st.none() | st.lists(st.integers(100, 999), max_size=3).map(tuple),
        st.none() | st.sampled_from(Fate),
    ),
)


@given(cases)
def test_what_is_written_is_read_back(case: Case) -> None:
    text = write(case)
    assert parse(text) == case
    assert write(parse(text)) == text
    assert text.isascii()


@given(cases, cases)
def test_the_same_steps_are_the_same_case_whatever_they_are_called(one: Case, other: Case) -> None:
    assert (one.identity == other.identity) == (one.steps == other.steps)


def test_long_runs_are_told_as_repetitions() -> None:
    text = write(Case("long", "Long", (Send(b"GET /" + b"A" * 70_000 + b" HTTP/1.1\r\n"),)))
    assert len(text) < 200
    assert '{ text = "A", times = 70000 }' in text


def head(step: str) -> str:
    return f'id = "one"\ntitle = "One"\n[[step]]\n{step}\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "missing required field `id`"),
        ('id = "A b"\ntitle = "t"\n[[step]]\nabort = true', "id"),
        ('id = "a"\ntitle = "t"\nstep = []', "step"),
        (head('send = ["x"]\ncolour = "red"'), "colour"),
        (head('send = ["\\u0100"]'), "U+0100"),
        (head('send = ["""x\n"""]'), "multi-line"),
        (head("send = []"), "nothing to send"),
        (head('send = ["abc"]\nsplit = [3]'), "within the 3 octets"),
        (head('send = ["abc"]\nsplit = [2, 1]'), "rising"),
        (head("pause = 1\nabort = true"), "here is pause and abort"),
        (head("count = 1"), "none of them"),
        (head("abort = false"), "none of them"),
        (head("pause = 1\nsplit = [1]"), "split goes with send"),
        (head('await = "end"\ncount = 2'), "count"),
        (head('await = "response"\nseconds = 2'), "seconds"),
        (head('await = "spring"'), "spring"),
        (head('send = [{ text = "AAAA", times = 99999999 }]'), "at most"),
        (head('send = [{ text = "A", times = 40000000 }, { text = "B", times = 40000000 }]'), "at most"),
        (head('send = ["x"'), "no TOML"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str) -> None:
    with pytest.raises(BadCase, match="case") as raised:
        parse(text)
    assert told in str(raised.value)


def test_a_file_is_named_that_cannot_be_read(tmp_path) -> None:
    with pytest.raises(BadCase, match=r"none\.toml"):
        read(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'id = "\xff"')
    with pytest.raises(BadCase, match="not UTF-8 at octet 6"):
        read(tmp_path / "latin.toml")
