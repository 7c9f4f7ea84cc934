"""Plans of a seed, plans of any octets: the same again, within bounds, told where they came from."""

import statistics
from collections import Counter
from difflib import SequenceMatcher
from itertools import islice
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.http1 import serialize
from harness.http1.build import get
from harness.model.case import Case
from harness.model.plan import Origin, Pause, Send
from harness.strategies.decoded import DecodedDraw
from harness.strategies.delivery import Kind
from harness.strategies.mutation import families
from harness.strategies.planning import EVERYTHING, MUTATED, Scope, decoded_plan, generate, seeded_plans
from harness.strategies.repertoire import Repertoire
from harness.strategies.seeded import SeededDraw
from harness.transport.base import check_plan

MANY = list(islice(seeded_plans(31), 1500))


def test_the_same_seed_gives_the_same_plans_in_the_same_order():
    assert list(islice(seeded_plans(31), 200)) == MANY[:200]
    assert list(islice(seeded_plans(32), 200)) != MANY[:200]


def test_workers_share_the_plans_of_a_seed():
    shares = [list(islice(seeded_plans(31, first=worker, every=3), 20)) for worker in range(3)]
    assert [one for row in zip(*shares, strict=True) for one in row] == MANY[:60]
    assert next(seeded_plans(31, first=1234)) == MANY[1234]


def test_every_plan_can_be_carried_out():
    for one in MANY:
        check_plan(one.plan, None)
        assert all(step.seconds <= EVERYTHING.max_pause for step in one.plan.steps if isinstance(step, Pause))


def test_a_plan_tells_where_it_came_from():
    for one in MANY:
        provenance = one.plan.provenance
        assert provenance.origin is Origin.FUZZ
        assert Case("", "", one.plan.steps).identity.startswith(provenance.name)
        assert provenance.detail == "; ".join(one.notes)
        assert provenance.detail in one.plan.title


def test_plans_with_one_id_do_the_same():
    by_id = {one.plan.provenance.name: one.plan.steps for one in MANY}
    assert all(by_id[one.plan.provenance.name] == one.plan.steps for one in MANY)
    assert len(by_id) > 1450


def test_what_is_mutated_at_least_once_knows_its_sound_twin():
    assert all(1 <= len(one.notes) <= MUTATED.max_mutations for one in MANY)
    assert {len(one.notes) for one in MANY} == {1, 2}
    assert all(one.sound == b"".join(map(serialize.request, one.requests)) for one in MANY)
    whole = [one for one in MANY if one.plan.title.endswith("; whole")]
    assert sum(one.plan.octets != one.sound for one in whole) > 0.99 * len(whole)


def test_every_family_is_used_alike():
    used = Counter(note.partition("/")[0] for one in MANY for note in one.notes)
    assert set(used) == set(families())
    assert max(used.values()) < 2 * min(used.values())


def test_no_mutation_undoes_another():
    framing = {family for family, mutations in families().items() if mutations[0].frames}
    assert framing == {"chunks", "content-length", "oversize", "transfer-encoding"}
    for one in MANY:
        used = [note.partition("/")[0] in framing for note in one.notes]
        assert used in ([True], [False], [True, False], [False, False])


def test_a_scope_bounds_the_plans():
    scope = Scope(
        uses=Repertoire(methods=[b"GET"], host=b"example.org", path=b"/x", max_requests=1),
        mutations=["host/twice", "octets/delete"],
        min_mutations=2,
        kinds=[Kind.WHOLE],
    )
    for one in islice(seeded_plans(5, scope), 100):
        (request,) = one.requests
        assert request.line.method == b"GET"
        assert {note.partition(":")[0] for note in one.notes} <= {"host/twice", "octets/delete"}
        assert len(one.notes) == 2
        assert [type(step) for step in one.plan.steps] == [Send]
        assert b"{host}" not in one.plan.octets


def test_without_mutations_a_plan_is_sound():
    for one in islice(seeded_plans(5, Scope(max_mutations=0, kinds=[Kind.WHOLE])), 100):
        assert one.notes == ()
        assert one.plan.octets == one.sound
        assert one.plan.provenance.detail == "sound"


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_octets_decode_to_a_plan(octets):
    one = decoded_plan(octets)
    check_plan(one.plan, None)
    assert decoded_plan(octets) == one


def test_no_octets_decode_to_the_plainest_plan():
    one = decoded_plan(b"")
    assert one.plan.steps == (Send(serialize.request(get())),)
    assert one.notes == ()


def test_octets_reach_all_that_dice_reach():
    dice = Random(8)
    decoded = [decoded_plan(dice.randbytes(120), MUTATED) for _ in range(400)]
    assert {note.partition("/")[0] for one in decoded for note in one.notes} == set(families())
    assert len({one.plan.provenance.name for one in decoded}) > 390


def likeness(one, other):
    before, after = (decoded_plan(octets, SMALL).plan.octets for octets in (one, other))
    return SequenceMatcher(None, before, after, autojunk=False).ratio()


def test_small_edits_of_octets_are_small_edits_of_plans():
    """One bit of a decision is changed, and nine plans of ten keep most of their octets."""
    dice = Random(9)
    edited, others = [], []
    for _ in range(200):
        octets = dice.randbytes(120)
        at = dice.randrange(96, 120)
        flipped = bytes([octets[at] ^ 1 << dice.randrange(8)])
        edited.append(likeness(octets, octets[:at] + flipped + octets[at + 1 :]))
        others.append(likeness(octets, dice.randbytes(120)))
    assert sorted(edited)[20] > 0.7
    assert statistics.median(others) < 0.5
    assert sum(one < 1 for one in edited) > 40


SMALL = Scope(mutations=[family for family in families() if family != "oversize"])


def test_a_generator_counts_what_it_draws():
    events = []

    class Counting(SeededDraw):
        def event(self, name):
            events.append(name)

    one = generate(Counting(31, 1), MUTATED)
    assert [note.partition(":")[0] for note in one.notes] == [name for name in events if "/" in name]


@pytest.mark.parametrize("octets", [b"\0" * 50, b"\xff" * 300])
def test_decoding_ends(octets):
    generate(DecodedDraw(octets))
