"""wireproof.toml and [tool.wireproof]: what they say, what goes before, how errors are told."""

import pytest

from harness.errors import UsageError
from harness.session import merged


def written(folder, text, name="wireproof.toml"):
    (folder / name).write_text(text)
    return folder


def test_without_a_file_there_is_what_was_given(tmp_path):
    assert merged({"jobs": 3}, tmp_path) == {"jobs": 3}
    assert merged({}, written(tmp_path, "[project]\nname = 'x'\n", "pyproject.toml")) == {}


def test_the_command_line_goes_before_the_file(tmp_path):
    written(tmp_path, "timeout = 5\nselect = '9112-6.3'\nfail-on = 'soft'\n")
    assert merged({"timeout": 1.0}, tmp_path) == {"timeout": 1.0, "select": ("9112-6.3",), "fail-on": "soft"}


def test_a_target_on_the_command_line_stands_for_all_of_the_file(tmp_path):
    written(tmp_path, "url = ['http://127.0.0.1:1/']\nspawn = 'run {port}'\nname = ['a', 'b']\njobs = 2\n")
    assert merged({}, tmp_path)["name"] == ("a", "b")
    assert merged({"recipe": ("nginx",)}, tmp_path) == {"recipe": ("nginx",), "jobs": 2}


def test_its_own_file_goes_before_that_of_the_project(tmp_path):
    written(tmp_path, "[tool.wireproof]\nstrict = true\n[tool.other]\nx = 1\n", "pyproject.toml")
    assert merged({}, tmp_path) == {"strict": True}
    assert merged({}, written(tmp_path, "jobs = 1\n")) == {"jobs": 1}


def test_resources_are_those_that_are_named(tmp_path):
    assert merged({}, written(tmp_path, "[resources]\necho = '/e'\n")) == {"resources": {"echo": "/e"}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("timout = 1\n", "wireproof.toml: there is no key timout. Did you mean timeout? There are: url, "),
        ("timeout = 'x'\n", "wireproof.toml: timeout = 'x': Expected `float`, got `str`"),
        ("timeout = 0\n", "timeout = 0: Expected `float` >= 0.05"),
        ("jobs = 1.5\n", "jobs = 1.5: Expected `int`"),
        ("fail-on = 'worse'\n", "fail-on = 'worse': Invalid enum value 'worse'"),
        ("spawn = 1\n", "spawn = 1: Expected `str | array`"),
        ("[resources]\nechoes = '/'\n", "unknown field `echoes`"),
        ("[resources]\necho = 'echo'\n", "resources.echo: Expected `str` matching"),
        ("timeout = \n", "wireproof.toml: Invalid value"),
    ],
)
def test_what_cannot_be_is_told_with_file_and_key(tmp_path, text, says):
    with pytest.raises(UsageError) as error:
        merged({}, written(tmp_path, text))
    assert says in str(error.value)
