"""Which profile of Hypothesis the fuzz suite takes."""

import pytest
from hypothesis import Phase, settings
from hypothesis.errors import InvalidArgument

from harness.properties.profiles import PROFILES, chosen, provide


@pytest.fixture(autouse=True)
def same_profile_as_before():
    before = settings.get_current_profile_name()
    yield
    settings.load_profile(before)


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_of_ours_is_ours_whoever_registered_another_by_its_name(name):
    provide(name)
    settings.load_profile(name)
    assert chosen().max_examples == PROFILES[name].max_examples
    assert chosen().derandomize == (name == "ci")
    assert chosen().deadline is None


def test_a_profile_of_the_users_own_counts_but_for_what_servers_need():
    provide("theirs")
    with pytest.raises(InvalidArgument):
        settings.get_profile("theirs")
    settings.register_profile("theirs", max_examples=7, deadline=1, phases=[Phase.generate, Phase.explain])
    settings.load_profile("theirs")
    assert (chosen().max_examples, chosen().deadline, chosen().phases) == (7, None, (Phase.generate,))


@pytest.mark.parametrize(("value", "name"), [("", "dev"), ("true", "ci")])
def test_without_a_word_the_environment_decides(monkeypatch, value, name):
    monkeypatch.setenv("CI", value)
    settings.load_profile("default")
    assert chosen().max_examples == PROFILES[name].max_examples
