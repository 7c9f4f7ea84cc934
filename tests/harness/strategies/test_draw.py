"""One interface, three drivers: each keeps what Draw promises, and each has a promise of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from hypothesis import find, given, settings
from hypothesis import strategies as st

from harness.strategies.decoded import DecodedDraw
from harness.strategies.draw import ANY_OCTET, several, table
from harness.strategies.field_values import TCHAR
from harness.strategies.hypothesis_draw import HypothesisDraw, drawn
from harness.strategies.seeded import SeededDraw

ROOT = Path(__file__).resolve().parents[3]


def answers(draw):
    """One of every question, so that their laws are seen together."""
    return (
        draw.integer(3, 900),
        draw.integer(5, 5),
        draw.choice("simplest first"),
        draw.boolean(0.25),
        draw.octets(1, 4, TCHAR),
        draw.octets(0, 3),
        several(draw, 3, lambda asked: asked.integer(0, 9)),
        draw.event("asked"),
    )


SIMPLEST = (3, 5, "s", False, b"a", b"", [], None)


def check(answered):
    first, only, letter, flag, token, octets, numbers, _ = answered
    assert 3 <= first <= 900
    assert only == 5
    assert letter in "simplest first"
    assert flag in (True, False)
    assert 1 <= len(token) <= 4
    assert set(token) <= set(TCHAR)
    assert len(octets) <= 3
    assert len(numbers) <= 3
    assert all(0 <= one <= 9 for one in numbers)


@settings(deadline=None)
@given(st.data())
def test_hypothesis_answers_within_bounds(data):
    check(answers(HypothesisDraw(data.draw)))


def test_hypothesis_shrinks_to_the_simplest_answers():
    assert find(drawn(answers), lambda _: True) == SIMPLEST


@settings(deadline=None)
@given(st.integers(), st.integers())
def test_dice_answer_within_bounds_and_the_same_again(seed, number):
    draw = SeededDraw(seed, number)
    first = answers(draw)
    check(first)
    draw.restart(seed, number)
    assert answers(draw) == first == answers(SeededDraw(seed, number))


def test_dice_fall_as_they_always_fell():
    """Recorded plans are had again from a seed, whatever Python runs."""
    draw = SeededDraw(7, 11)
    assert [draw.integer(0, 999) for _ in range(4)] == [346, 760, 766, 747]
    assert draw.octets(6, 6).hex() == "6371465d7339"
    assert [draw.boolean() for _ in range(6)] == [False, True, False, True, False, False]


def test_each_number_of_a_seed_has_dice_of_its_own():
    fallen = {SeededDraw(seed, number).integer(0, 2**32 - 1) for seed in (0, 1) for number in range(50)}
    assert len(fallen) == 100


def test_dice_spread_their_answers():
    draw = SeededDraw(1)
    assert {draw.integer(1, 6) for _ in range(200)} == set(range(1, 7))
    assert {draw.octets(1, 1, b"ab") for _ in range(50)} == {b"a", b"b"}
    assert 120 < sum(draw.boolean(0.75) for _ in range(200)) < 180


def test_dice_do_not_run_out():
    draw = SeededDraw(2)
    assert len({draw.integer(0, 2**32 - 1) for _ in range(1000)}) == 1000


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_any_octets_are_answers(octets):
    first = answers(DecodedDraw(octets))
    check(first)
    assert answers(DecodedDraw(octets)) == first


def test_used_up_octets_answer_the_simplest():
    assert answers(DecodedDraw(b"")) == SIMPLEST


def test_decisions_come_from_the_end_and_contents_from_the_front():
    draw = DecodedDraw(b"front\x05")
    assert draw.octets(0, 9) == b"front"
    draw = DecodedDraw(b"abcd\x07\x01")
    assert [draw.integer(0, 9), draw.integer(0, 9), draw.octets(2, 2, b"xy")] == [1, 7, b"yx"]


def test_every_alphabet_begins_with_its_simplest_octet():
    assert table(ANY_OCTET)[0] == ord("a")
    assert sorted(ANY_OCTET) == list(range(256))
    assert table(b"xyz")[:4] == b"xyzx"


PLANS = """
from hashlib import sha256
from itertools import islice
from harness.strategies.planning import seeded_plans
print(sha256(repr(list(islice(seeded_plans(5), 300))).encode()).hexdigest())
"""


def pythons():
    """This Python twice, since each has its own hashes, and the others that there are."""
    yield from (sys.executable, sys.executable)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for version in ("3.11", "3.12", "3.13"):
        for candidate in (f"python{version}", *pyenv.glob(f"{version}.*/bin/python{version}")):
            if (
                shutil.which(candidate)
                and subprocess.run([candidate, "-V"], capture_output=True, check=False).returncode == 0
            ):
                yield str(candidate)


def test_the_same_seed_gives_the_same_plans_in_every_process_on_every_python():
    digests = {
        subprocess.run(
            [python, "-c", PLANS],
            cwd=ROOT,
            env=dict(os.environ, PYTHONHASHSEED=str(number), PYTHONDONTWRITEBYTECODE="1"),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for number, python in enumerate(pythons())
    }
    assert len(digests) == 1
    assert len(digests.pop()) == 65
