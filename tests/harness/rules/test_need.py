"""Needs are what rules really need, and a user is told what for."""

from harness.rules.need import Need
from harness.rules.rule import catalogue


def test_every_need_is_a_probes_need():
    """A need that nothing has would have calibration look for what no verdict rests on."""
    needed = {need for rule in catalogue().values() for probe in rule.probes for need in probe.needs}
    assert needed == set(Need)


def test_every_need_is_a_sentence():
    assert all(need.sentence.endswith(".") for need in Need)
