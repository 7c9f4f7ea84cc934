"""Tokens stay whole under mutations and cuts, and are filled in without moving a cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.plan import HalfClose, Origin, Pause, Plan, Provenance, Send
from harness.strategies.tokens import every_cut, fill_plan, outside_tokens, unit

OCTETS = b"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"
PATH_AT, HOST_AT = OCTETS.index(b"{path}"), OCTETS.index(b"{host}")


@given(st.integers(0, len(OCTETS)))
def test_no_offset_lies_within_a_token(at):
    moved = outside_tokens(OCTETS, at)
    inside = any(begin < at < begin + 6 for begin in (PATH_AT, HOST_AT))
    assert moved == at if not inside else moved in (PATH_AT, HOST_AT)


def test_a_brace_is_no_token():
    assert outside_tokens(b"a{host b", 3) == 3
    assert outside_tokens(b"{{host}}", 4) == 1


def test_a_token_counts_as_one_octet():
    assert unit(OCTETS, PATH_AT + 3) == (PATH_AT, PATH_AT + 6)
    assert unit(OCTETS, 0) == (0, 1)
    assert len(every_cut(OCTETS)) == len(OCTETS) - 1 - 2 * 5


def plan(*steps):
    return Plan(steps, Provenance(Origin.FUZZ, "id", "sound"))


def test_cuts_stay_where_they_were_in_the_text():
    cut = plan(Send(OCTETS, (4, PATH_AT + 6, HOST_AT, HOST_AT + 6)), Pause(0.1), HalfClose())
    filled = fill_plan(cut, b"example.org", b"/a/long/path")
    assert filled.steps[0].pieces == (
        b"GET ",
        b"/a/long/path",
        b" HTTP/1.1\r\nHost: ",
        b"example.org",
        b"\r\n\r\n",
    )
    assert filled.steps[1:] == cut.steps[1:]
    assert filled.provenance == cut.provenance


def test_octet_by_octet_stays_so():
    filled = fill_plan(plan(Send(OCTETS, every_cut(OCTETS))), b"h:1", b"/p")
    assert set(map(len, filled.steps[0].pieces)) == {1}


@pytest.mark.parametrize("octets", [b"GET / HTTP/1.1\r\n", b"{", b"{host"])
def test_without_tokens_nothing_changes(octets):
    assert fill_plan(plan(Send(octets, (1,))), b"h", b"/p") == plan(Send(octets, (1,)))
