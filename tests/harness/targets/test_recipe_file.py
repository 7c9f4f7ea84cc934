"""Recipes are read, checked, and told apart from what is none."""

import re

import pytest

from harness.errors import UsageError
from harness.targets.recipe_file import APPS, PLACEHOLDERS, Recipe, Source, find, load, recipes, words_of

WHOLE = """
title = "A server"
source = "debian"
packages = ["a-server"]
program = "a-server"
version = "{program} --version"
start = "{program} -c {work}/a.conf"
files."a.conf" = "listen {port}; location / { root {work}; }"
"""


@pytest.fixture
def write(tmp_path):
    def written(text):
        (tmp_path / "a-server.toml").write_text(text)
        return tmp_path / "a-server.toml"

    return written


def test_a_recipe_is_called_as_its_file_is(write):
    recipe = load(write(WHOLE))
    assert (recipe.name, recipe.title, recipe.source) == ("a-server", "A server", Source.DEBIAN)
    assert (recipe.path, recipe.content_path, recipe.venv, recipe.has_backend) == ("/", "", "a-server", False)


def test_a_proxy_is_known_by_the_port_behind_it(write):
    assert load(write(WHOLE.replace("location", "to {backend_port}; location"))).has_backend


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("title =", "titel =", r"unknown field `titel`\. A recipe has title, source, "),
        ('title = "A server"', "", r"missing required field `title`"),
        ('"debian"', '"fedora"', r"source = 'fedora': .*It is one of 'python', 'debian', 'npm', 'bundled"),
        ('["a-server"]', '"a-server"', r"packages = 'a-server': Expected `array`"),
        ('title = "A server"', 'title = "A server"\nname = "b"', r"name = 'b': .*leave it out"),
        ('title = "A server"', 'title = "A server', r"Illegal character.*is a TOML file in UTF-8"),
        ("{program} -c", "{progam} -c", r"start = '{progam} -c .*no {progam}\. There are: {port} the port"),
        ("listen {port}", "listen {prot}", r"files\.a\.conf = 'listen {prot};.*need a space inside"),
        ("listen {port}", "listen 80", r"say where it goes"),
        ("{program} -c", "'{program} -c", r"start = .*quotation"),
        ('start = "{program} -c {work}/a.conf"', 'start = ""', r"start = '': say how"),
        ('program = "a-server"', "", r"its command by program"),
        ('"debian"', '"python"\nlacks = ["tea"]', r"lacks = \['tea'\]: Invalid enum value 'tea'"),
        ('"a.conf"', '"../a.conf"', r"files = \['\.\./a\.conf'\]: give names below {work}"),
    ],
)
def test_what_will_not_do_is_told_with_its_file_key_and_value(write, old, new, says):
    assert old in WHOLE
    path = write(WHOLE.replace(old, new))
    with pytest.raises(UsageError, match=r"(?s)" + re.escape(str(path)) + ": .*" + says):
        load(path)


@pytest.mark.parametrize("source", ["python", "npm"])
def test_what_pip_and_npm_install_is_named(write, source):
    text = WHOLE.replace('"debian"', f'"{source}"').replace('packages = ["a-server"]', "")
    with pytest.raises(UsageError, match="say what is installed"):
        load(write(text))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match=r"none\.toml.*No such file"):
        load(tmp_path / "none.toml")


def test_a_value_with_spaces_stays_one_word():
    values = dict.fromkeys(PLACEHOLDERS, "a b")
    assert words_of("{python} '{work}/c d' --port={port}", values) == ["a b", "a b/c d", "--port=a b"]


def test_every_recipe_that_we_have_can_be_read():
    assert len(recipes()) >= 25
    assert list(recipes()) == sorted(recipes())
    for recipe in recipes().values():
        assert recipe.content_path == "" or recipe.content_path.startswith("/")
        assert "echo" in recipe.lacks or recipe.content_path == "/echo"


def test_recipes_of_one_environment_ask_for_the_same():
    asked: dict[str, set[tuple[str, ...]]] = {}
    for recipe in recipes().values():
        asked.setdefault(recipe.venv, set()).add(recipe.packages)
    assert {venv for venv, packages in asked.items() if len(packages) > 1 and "proxy" not in venv} == set()


def test_every_application_that_a_recipe_starts_is_there():
    named = {name for one in recipes().values() for name in re.findall(r"\w+_app\b", one.start)}
    assert {name for name in named if not list(APPS.glob(f"{name}.*"))} == set()
    assert {path.stem for path in APPS.glob("*_app.*")} == named


def test_all_are_found_by_that_word_and_each_once():
    assert next(one.name for one in find(["node", "all"])) == "node"
    assert sorted(one.name for one in find(["node", "all"])) == sorted(recipes())
    assert isinstance(find(["node"])[0], Recipe)


def test_a_name_that_is_none_is_told_with_those_there_are():
    with pytest.raises(UsageError, match=r"no recipe is called nodejs\. There are: .*node"):
        find(["node", "nodejs"])
