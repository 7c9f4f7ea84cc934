"""Probes become plans: tokens filled in, pieces where they were wanted, markers behind, twins told apart."""

from dataclasses import replace

from harness.engine.plans import LeftOut, Surroundings, lacking, left_out, planned
from harness.http1.build import get, post
from harness.model.plan import AwaitEnd, AwaitResponse, Pause, Send
from harness.rules.need import Need
from harness.rules.probe import Marker, probe
from harness.rules.rule import catalogue

AROUND = Surroundings(b"a-host.invalid:12345", b"/a/path", b"/echo", b"MARKER")


def plans(*probes):
    """The plans of a rule that sends these."""
    rule = next(iter(catalogue().values()))
    return [one.plan for one in planned(replaced(rule, probes), AROUND)]


def replaced(rule, probes):
    return type(rule)(
        rule.id, rule.check, rule.requirements, rule.area, rule.permitted, probes, rule.security, rule.passive
    )


def test_octets_go_out_in_one_piece_with_the_marker_after_the_answer():
    (plan,) = plans(probe("GET", get()))
    octets = b"GET /a/path HTTP/1.1\r\nHost: a-host.invalid:12345\r\n\r\n"
    assert plan.steps == (Send(octets), AwaitResponse(1), Send(b"MARKER"), AwaitResponse(1))
    assert plan.marker_at == len(octets)


def test_a_cut_stands_where_it_stood_before_the_tokens_were_filled_in():
    octets = b"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"
    (plan,) = plans(probe("cut", octets, cuts=[octets.index(b"\r\nHost")], marker=Marker.NONE))
    assert isinstance(plan.steps[0], Send)
    assert plan.steps[0].pieces == (b"GET /a/path HTTP/1.1", b"\r\nHost: a-host.invalid:12345\r\n\r\n")
    assert plan.marker_at is None


def test_pieces_that_are_apart_are_sends_with_pauses_between():
    (plan,) = plans(probe("apart", b"abc", cuts=[1, 2], pause=0.5))
    sent = (Send(b"a"), Pause(0.5), Send(b"b"), Pause(0.5), Send(b"c"))
    assert plan.steps == (*sent, AwaitResponse(1), Send(b"MARKER"), AwaitResponse(1))


def test_the_marker_behind_is_part_of_the_last_piece():
    apart, at_once = plans(
        probe("apart", b"abc", cuts=[1], pause=0.5, marker=Marker.BEHIND),
        probe("at once", b"abc", cuts=[1], marker=Marker.BEHIND),
    )
    assert apart.steps[:3] == (Send(b"a"), Pause(0.5), Send(b"bcMARKER"))
    assert at_once.steps[0] == Send(b"abcMARKER", (1,))
    assert apart.marker_at == at_once.marker_at == 3
    assert apart.steps[3:] == (AwaitResponse(2), AwaitEnd(0.02))


def test_every_octet_is_a_piece():
    (plan,) = plans(probe("octets", b"GET {path}", every_octet=True))
    assert isinstance(plan.steps[0], Send)
    assert plan.steps[0].pieces == tuple(bytes([one]) for one in b"GET /a/path")


def test_twins_that_are_as_long_but_not_alike_have_names_of_their_own():
    """Once they had not: one of the two was carried out, and stood for the other too."""
    first, second = post(content=b"hello"), post(content=b"world")
    rule = replaced(
        next(iter(catalogue().values())),
        (probe("1", b"x", control=first), probe("2", b"x", control=second), probe("3", b"x", control=first)),
    )
    names = [str(one.control.provenance) for one in planned(rule, AROUND)]
    assert names[0] == names[2] != names[1]


def test_a_probe_that_would_prove_nothing_is_left_out_and_the_others_keep_their_names():
    around = replace(AROUND, lacks={Need.ECHO: "nothing echoes"})
    rule = replaced(
        next(iter(catalogue().values())),
        (probe("1", b"x", needs=[Need.ECHO]), probe("2", b"x"), probe("3", b"x", needs=[Need.HALF_CLOSE])),
    )
    assert [str(one.plan.provenance) for one in planned(rule, around)] == [f"{rule.id}/2", f"{rule.id}/3"]
    assert list(left_out(rule, around)) == [LeftOut(f"{rule.id}/1", f"Nothing echoes. {Need.ECHO.sentence}")]
    assert list(left_out(rule, AROUND)) == []


def test_every_reason_is_told():
    around = replace(AROUND, lacks={Need.HALF_CLOSE: "nothing answers", Need.ECHO: "nothing echoes"})
    both = probe("1", b"x", needs=[Need.HALF_CLOSE, Need.ECHO])
    assert lacking(both, around) == (
        f"Nothing echoes. {Need.ECHO.sentence} Nothing answers. {Need.HALF_CLOSE.sentence}"
    )


def test_an_answer_behind_a_half_close_needs_a_target_that_gives_it():
    assert probe("1", b"x", half_close=True, marker=Marker.NONE).needs == {Need.HALF_CLOSE}
    assert not probe("2", b"x", half_close=True, marker=Marker.BEHIND).needs  # answered before it
    assert not probe("3", b"x", marker=Marker.NONE).needs
