"""`wireproof targets`: real servers by name, listed, installed, started."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from harness.targets.recipe_file import Recipe

into_option = click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where pip and npm install.  [env: WIREPROOF_TARGETS; default: ~/.cache/wireproof/targets]",
)


@click.group()
def targets() -> None:
    """Real servers by name: list, install, start. `wireproof run --recipe NAME` judges them."""


@targets.command("list")
@into_option
def list_targets(into: Path | None) -> None:
    """Every server there is a recipe for: its version where it is installed, else how it is."""
    from harness.targets.install import how
    from harness.targets.installed import Place, cache_folder
    from harness.targets.recipe_file import recipes

    root = cache_folder(into)
    wide = max(map(len, recipes()))
    for name, recipe in recipes().items():
        place = Place(recipe, root)
        state = place.version() or "installed" if place.is_there else f"not installed ({how(recipe)})"
        click.echo(f"{name:{wide}}  {recipe.title}: {state}")


@targets.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@into_option
def install(names: tuple[str, ...], into: Path | None) -> int:
    """Install servers; `all` is every one. What is there already is left alone.

    Python servers go into virtual environments of their own, those of npm into folders, both in the user's
    cache; Debian packages are installed by apt-get as root, else the command for it is told.
    """
    from harness.errors import ExitCode
    from harness.targets.install import NotInstalled
    from harness.targets.installed import cache_folder
    from harness.targets.recipe_file import find

    failed = 0
    for recipe in find(names):
        try:
            click.echo(_installed(recipe, cache_folder(into)))
        except NotInstalled as error:
            failed += 1
            click.echo(f"wireproof: {error}", err=True)
    return ExitCode.TARGET_UNREACHABLE if failed else ExitCode.OK


def _installed(recipe: Recipe, root: Path) -> str:
    from harness.targets.install import install as install_one
    from harness.targets.installed import Place

    began = time.monotonic()
    fresh = install_one(recipe, root)
    took = f" in {time.monotonic() - began:.1f} s" if fresh else ", was there"
    return f"{recipe.name} {Place(recipe, root).version()}{took}"


@targets.command()
@click.argument("name")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one."
)
@into_option
def start(name: str, port: int, into: Path | None) -> int:
    """Start a server and leave it running until Ctrl-C; what it prints is shown once it ends by itself."""
    from harness.commands.terminal import terminable
    from harness.errors import TargetDied
    from harness.targets.recipe import find, started

    (recipe,) = find([name])
    with terminable(), started(recipe, port=port, into=into) as running:
        target, process = running.target, running.process
        assert process
        try:
            click.echo(f"{target.name} {target.version}  {recipe.note}".rstrip())
            click.echo(f"listening on {target.address}")
            process.wait()
        except KeyboardInterrupt:
            return 0
        raise TargetDied(f"{target.name} ended by itself.{process.output}")
