"""Servers are installed once, completed where that was cut short, and shown where it failed.

pip and npm are the real ones, with packages that lie beside them. apt-get and sudo are scripts of ours: the
real ones would change the machine that the tests run on.
"""

import os
import shlex
import sys

import msgspec
import pytest
from demo_server import wheel

from harness.targets.install import NotInstalled, how, install, pip_commands
from harness.targets.installed import MARK, Place, cache_folder
from harness.targets.recipe_file import Recipe, Source

DEBIAN = Recipe(
    name="demo",
    title="A demo",
    source=Source.DEBIAN,
    start="{program} {port}",
    packages=("demo-server",),
    program="demo-server",
    version="{program} --version",
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    packages = (wheel(tmp_path_factory.mktemp("wheel")),)
    return Recipe(name="demo", title="A demo", source=Source.PYTHON, start="{port}", packages=packages)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("targets")


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A folder that alone is on the path, and how to put a script into it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def script(name, text):
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)

    return script


class TestByPip:
    """In the order in which they stand: environments take seconds to make, so one serves them all."""

    def test_what_is_installed_is_left_alone(self, demo, root):
        place = Place(demo, root)
        assert not place.is_there
        assert install(demo, root)
        assert (place.is_there, place.version()) == (True, "1.2.3")
        assert not install(demo, root)

    def test_what_asks_for_more_is_not_there(self, demo, root):
        more = msgspec.structs.replace(demo, packages=(*demo.packages, "more"))
        assert not Place(more, root).is_there

    def test_what_was_cut_short_is_completed(self, demo, root):
        (Place(demo, root).folder / MARK).unlink(missing_ok=True)
        assert not Place(demo, root).is_there
        assert install(demo, root)
        assert Place(demo, root).is_there

    def test_what_fails_shows_the_end_of_its_log(self, demo, root):
        bad = msgspec.structs.replace(demo, packages=(f"demo @ {(root / 'no.whl').as_uri()}",))
        with pytest.raises(NotInstalled, match=r"(?s)demo could not be installed .*demo\.log.*no\.whl"):
            install(bad, root)
        assert "pip" in (root / "demo.log").read_text()
        assert not Place(bad, root).is_there
        assert Place(bad, root).version() == ""

    def test_an_environment_whose_python_is_gone_is_made_anew(self, demo, root):
        place = Place(demo, root)
        place.python.parent.mkdir(parents=True, exist_ok=True)
        place.python.unlink(missing_ok=True)
        place.python.symlink_to(root / "gone")
        assert not place.is_there
        assert install(demo, root)
        assert place.version() == "1.2.3"

    def test_where_we_have_no_pip_the_environment_gets_one(self, demo, tmp_path):
        """As in an environment of uv's. Not carried out: it takes most of ten seconds."""
        place = Place(demo, tmp_path)
        make, fill = pip_commands(place, has_pip=False)
        assert make == [sys.executable, "-m", "venv", "--clear", str(place.folder)]
        assert fill[:4] == [str(place.python), "-m", "pip", "install"]


class TestByNpm:
    @pytest.fixture
    def module(self, tmp_path):
        folder = tmp_path / "module"
        folder.mkdir()
        (folder / "package.json").write_text('{"name": "demo", "version": "1.2.3"}')
        packages = (f"demo@file:{folder}",)
        return Recipe(name="demo", title="A demo", source=Source.NPM, start="{port}", packages=packages)

    @pytest.mark.needs("npm")
    def test_what_is_installed_is_left_alone(self, module, tmp_path):
        place = Place(module, tmp_path / "root")
        assert not place.is_there
        assert install(module, tmp_path / "root")
        assert place.is_there
        assert (place.node_modules / "demo" / "package.json").exists()
        assert not install(module, tmp_path / "root")

    def test_a_version_is_that_of_the_package(self, tmp_path):
        recipe = Recipe(name="demo", title="", source=Source.NPM, start="{port}", packages=("demo@^1",))
        place = Place(recipe, tmp_path)
        assert place.version() == ""
        (place.node_modules / "demo").mkdir(parents=True)
        (place.node_modules / "demo" / "package.json").write_text('{"version": "1.2.3"}')
        assert place.version() == "1.2.3"

    def test_npm_that_is_not_here_is_told(self, module, tmp_path, path):
        with pytest.raises(NotInstalled, match="npm is not here: apt-get install npm"):
            install(module, tmp_path / "root")


class TestByApt:
    def test_root_installs(self, tmp_path, path, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        served = shlex.quote(str(tmp_path / "bin" / "demo-server"))
        path("env", 'while [ "${1%%=*}" != "$1" ]; do shift; done; exec "$@"')
        path("apt-get", f"echo got $@; echo '#!/bin/sh\necho demo 1.2' > {served}; /bin/chmod +x {served}")
        assert install(DEBIAN, tmp_path / "root")
        log = (tmp_path / "root" / "demo.log").read_text()
        assert "got install -y --no-install-recommends demo-server" in log
        assert Place(DEBIAN, tmp_path).version() == "1.2"
        assert not install(DEBIAN, tmp_path / "root")

    def test_lists_of_packages_are_renewed_once(self, tmp_path, path, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        path("env", 'while [ "${1%%=*}" != "$1" ]; do shift; done; exec "$@"')
        path("apt-get", 'echo "got $1"; [ "$1" = update ]')
        with pytest.raises(NotInstalled, match=r"(?s)could not be installed.*got install"):
            install(DEBIAN, tmp_path / "root")
        log = (tmp_path / "root" / "demo.log").read_text()
        assert [line for line in log.splitlines() if line.startswith("got")] == [
            "got install",
            "got update",
            "got install",
        ]

    def test_who_may_not_is_told_the_command(self, tmp_path, path, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        path("apt-get", "exit 0")
        says = "this needs root: sudo apt-get install --no-install-recommends demo-server"
        with pytest.raises(NotInstalled, match=says):
            install(DEBIAN, tmp_path / "root")

    def test_where_there_is_no_apt_get_the_program_is_asked_for(self, tmp_path, path):
        with pytest.raises(NotInstalled, match="apt-get is not here; put demo-server on the path"):
            install(DEBIAN, tmp_path / "root")

    def test_a_package_without_its_program_is_told(self, tmp_path, path, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        path("env", "exit 0")
        path("apt-get", "exit 0")
        with pytest.raises(NotInstalled, match="installed, but demo-server is not on the path"):
            install(DEBIAN, tmp_path / "root")


class TestVersionOfAProgram:
    @pytest.mark.parametrize(
        ("packaged", "told"), [("1:2.3.4-5+deb12u1", "2.3.4-5+deb12u1"), ("9.9-1", "2.3.4"), ("", "2.3.4")]
    )
    def test_debian_tells_the_patches_of_the_same_version(self, path, packaged, told, tmp_path):
        path("demo-server", "echo 'demo version 2.3.4 (x86)' >&2")
        path("dpkg-query", f"printf %s '{packaged}'")
        assert Place(DEBIAN, tmp_path).version() == told

    def test_a_program_that_says_none_has_none(self, path, tmp_path):
        path("demo-server", "echo hello")
        assert Place(DEBIAN, tmp_path).version() == ""


def test_a_bundled_server_is_there():
    recipe = Recipe(name="demo", title="", source=Source.BUNDLED, start="{python} {port}")
    assert Place(recipe, cache_folder()).is_there
    assert Place(recipe, cache_folder()).version()
    assert not install(recipe, cache_folder())
    assert how(recipe) == "comes with Python"


def test_where_servers_are_kept(monkeypatch, tmp_path):
    monkeypatch.delenv("WIREPROOF_TARGETS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache_folder() == tmp_path / "cache" / "wireproof" / "targets"
    monkeypatch.setenv("WIREPROOF_TARGETS", str(tmp_path / "named"))
    assert cache_folder() == tmp_path / "named"
    assert cache_folder(tmp_path / "given") == tmp_path / "given"
