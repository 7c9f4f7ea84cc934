"""The catalogue is whole: every rule says what it covers, sends what it means to, and can be told apart."""

import re

import pytest

from harness.http1.build import fill
from harness.http1.request_reader import read_requests
from harness.model.reading import End
from harness.rules.ledger import ledger
from harness.rules.rule import catalogue, rule
from harness.rules.vocabulary import REMARKS

RULES = list(catalogue().values())
PROBES = [(one, probe) for one in RULES for probe in one.probes]


def told(octets: bytes) -> bytes:
    """The octets as some target gets them, with a host and a path whose lengths nothing was made for."""
    return fill(octets, b"a-host.invalid:12345", b"/a/long/path?and=query")


def by_title(value):
    return getattr(value, "title", None) or getattr(value, "id", None)


ABOUT_NO_SECTION = {"9112-permitted-reading"}
"""The rule behind all others, which any octets are judged by."""


@pytest.mark.parametrize("one", RULES, ids=by_title)
def test_a_rule_is_called_after_the_section_of_its_foremost_requirement(one):
    named = one.id.startswith(f"{one.citation.rfc}-{one.citation.section}-")
    assert named or one.id in ABOUT_NO_SECTION
    assert re.fullmatch(r"[0-9a-z.-]+", one.id)


@pytest.mark.parametrize("one", RULES, ids=by_title)
def test_a_rule_says_in_one_paragraph_what_it_demands(one):
    assert one.title.endswith(".")
    assert len(one.title) < 200
    assert one.permitted


@pytest.mark.parametrize("one", RULES, ids=by_title)
def test_a_rule_covers_what_binds_a_server_and_can_be_seen_from_outside(one):
    for row in one.covers:
        assert ledger()[row].testable.startswith("black-box"), row


@pytest.mark.parametrize(("one", "probe"), PROBES, ids=by_title)
def test_a_probe_with_nothing_amiss_is_read_as_sound_on_any_target(one, probe):
    reading = read_requests(told(probe.octets), ended=True)
    if probe.control is None:
        assert [found.kind for found in reading.anomalies if found.kind not in REMARKS] == []
        assert reading.end is End.COMPLETE
        assert len(reading.requests) == probe.requests


@pytest.mark.parametrize(("one", "probe"), PROBES, ids=by_title)
def test_a_sound_twin_is_sound(one, probe):
    if probe.control is not None:
        reading = read_requests(told(probe.control), ended=True)
        assert reading.anomalies == ()
        assert (len(reading.requests), reading.end) == (1, End.COMPLETE)


def test_rules_stand_in_the_order_of_the_sections():
    sections = [[int(part) for part in one.citation.section.split(".")] for one in RULES]
    rfcs = [one.citation.rfc for one in RULES]
    assert rfcs == sorted(rfcs, reverse=True)
    assert all(a <= b for a, b, c, d in zip(sections, sections[1:], rfcs, rfcs[1:], strict=False) if c == d)


def test_a_rule_cannot_cover_what_is_no_row():
    with pytest.raises(LookupError, match="9112-99-z, which is no row"):
        rule("9112-99-x", covers=["9112-99-z"], area="a", permitted=[])(lambda seen: [])


def test_every_row_has_a_level_and_a_place():
    assert len(ledger()) == 577
    assert all(row.citation.section and row.summary for row in ledger().values())
