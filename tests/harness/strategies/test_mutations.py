"""Every named mutation is reached, changes the octets, and causes the anomaly that it says it causes."""

import pytest

from harness.http1 import serialize
from harness.http1.build import get, post
from harness.http1.request_anomalies import ANOMALY_KINDS
from harness.strategies.mutation import On, as_parts, changed, families, mutate, select, serialized
from harness.strategies.seeded import SeededDraw
from tests.harness.strategies.mutation_contract import check, filled

MUTATIONS = [mutation for family in families().values() for mutation in family]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_a_mutation_changes_the_octets_and_breaks_what_it_says(mutation):
    check(mutation)


def test_what_a_mutation_breaks_is_a_kind_of_anomaly():
    assert {kind for one in MUTATIONS for kind in one.breaks} <= set(ANOMALY_KINDS)


def test_nearly_every_kind_of_anomaly_is_what_some_mutation_is_for():
    missed = set(ANOMALY_KINDS) - {kind for one in MUTATIONS for kind in one.breaks}
    assert missed == {"http-1.0"}  # which is sound, and generated as such


def test_names_are_used_once():
    assert len({str(one) for one in MUTATIONS}) == len(MUTATIONS)


def test_families_are_what_lies_in_the_folder():
    assert list(families()) == [
        "chunks",
        "content-length",
        "field-lines",
        "host",
        "octets",
        "oversize",
        "request-line",
        "stream",
        "transfer-encoding",
    ]


def test_mutations_are_selected_by_name():
    assert [len(family) for family in select("chunks/recut", "host")] == [1, len(families()["host"])]
    assert select() == tuple(families().values())
    with pytest.raises(KeyError, match="'chunk'; there are chunks, content-length"):
        select("chunk")
    with pytest.raises(KeyError, match="there are chunks/recut"):
        select("chunks/none")


def test_several_mutations_are_applied_in_the_order_of_what_they_take():
    (insert, *_), (another, *_), (missing, *_) = select("octets/insert", "stream/another", "host/missing")
    mutant = mutate(SeededDraw(4), [get(), get()], insert, another, missing)
    assert [note.partition(":")[0] for note in mutant.note.split("; ")] == [
        "host/missing",
        "stream/another",
        "octets/insert",
    ]
    assert mutant.octets.count(b"GET ") + mutant.octets.count(b"\nHost: ") >= 4


def test_octets_are_read_before_they_are_mutated():
    octets = b"\r\n" + serialize.request(get()) + serialize.request(post(content=b"{}")) + b"rest"
    parts = as_parts(octets)
    assert serialized(parts) == octets
    assert [type(part).__name__ for part in parts] == ["bytes", "Request", "bytes"]
    ((plus,),) = select("content-length/plus")
    mutant = mutate(SeededDraw(1), octets, plus)
    assert mutant.octets == octets.replace(b"Length: 2", b"Length: +2")
    assert mutant.octets[slice(*mutant.span)] == b"+"
    assert mutant.note == "content-length/plus: request 2, field line 2: b'+2'"


def test_octets_without_a_request_take_only_mutations_of_octets():
    with pytest.raises(ValueError, match="host/empty mutates a request"):
        mutate(SeededDraw(1), b"no request", *select("host/empty")[0])
    for one in select("octets")[0]:
        assert mutate(SeededDraw(1), b"no request", one).octets != b"no request"
        assert mutate(SeededDraw(1), b"", one).octets != b""


@pytest.mark.parametrize(
    ("before", "after", "span"),
    [
        (b"abcd", b"abXcd", (2, 3)),
        (b"abcd", b"acd", (1, 1)),
        (b"abcd", b"abcd", (4, 4)),
        (b"aaaa", b"aaa", (3, 3)),
        (b"", b"xyz", (0, 3)),
        (b"abcd", b"XbcY", (0, 4)),
    ],
)
def test_the_span_is_the_least_that_differs(before, after, span):
    assert changed(before, after) == span


def test_no_mutation_cuts_a_token():
    """Whoever fills in the tokens later finds each whole."""
    for mutation in (one for one in MUTATIONS if one.family != "oversize"):
        for number in range(6):
            octets = filled(mutate(SeededDraw(6, number), post(content=b"abc"), mutation).octets)
            assert not any(part in octets for part in (b"{host", b"host}", b"{path", b"path}")), octets


def test_octets_are_put_where_readers_decide():
    special = select("octets/insert-special")[0][0]
    places = [mutate(SeededDraw(7, number), get(), special).span[0] for number in range(300)]
    octets = serialize.request(get())
    beside = sum(octets[max(at - 1, 0) : at + 1].strip(b"GETPHosthtp1./{}a") != b"" for at in places)
    assert beside > 150


def test_every_level_has_mutations():
    assert {one.on for one in MUTATIONS} == set(On)
