"""A real server by name, started for the length of a block: `--recipe NAME`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.errors import TargetUnavailable
from harness.targets.base import Running, Target
from harness.targets.installed import Place, cache_folder
from harness.targets.process import Process
from harness.targets.ready import free_port, wait_until_it_answers
from harness.targets.recipe_file import APPS, Recipe, filled, find, recipes, words_of
from harness.targets.reference import reference

__all__ = ["Recipe", "find", "recipes", "started"]


LONG_AGO = 784_111_777
"""When the files of recipes were changed, in seconds since 1970. Servers derive a strong validator only from
a time that is past (RFC 9110 8.8.1), and the same run is to see the same octets."""


@contextmanager
def started(
    recipe: Recipe, *, path: str = "", name: str = "", port: int = 0, into: Path | None = None
) -> Iterator[Running]:
    """Start it on a loopback port, a free one without `port`; it ends with the block, or with us.

    A proxy gets a reference server behind it. TargetUnavailable says how to install what is not there.
    """
    place = Place(recipe, cache_folder(into))
    if not place.is_there:
        raise TargetUnavailable(f"{recipe.name} is not installed: wireproof targets install {recipe.name}")
    with ExitStack() as stack:
        work = Path(stack.enter_context(TemporaryDirectory(prefix=f"wireproof-{recipe.name}-")))
        work.chmod(0o755)  # a server that gives up being root is to read its files
        values = {**place.values(), "apps": str(APPS), "work": str(work), "port": str(port or free_port())}
        if recipe.has_backend:
            values["backend_port"] = str(stack.enter_context(reference()).target.port)
        _write_files(recipe, work, values)
        settings = {key: filled(text, values) for key, text in recipe.settings.items()}
        process = Process(words_of(recipe.start, values), cwd=work, environment=settings)
        stack.callback(process.stop)
        target = Target(
            name=name or recipe.name,
            host="127.0.0.1",
            port=int(values["port"]),
            path=path or recipe.path,
            again=f"--recipe {recipe.name}",
            version=place.version(),
            content_path=recipe.content_path,
        )
        wait_until_it_answers(process, target.host, target.port, target.path)
        yield Running(target, process)


def _write_files(recipe: Recipe, work: Path, values: Mapping[str, str]) -> None:
    for name, text in recipe.files.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(filled(text, values), "utf-8")
        os.utime(work / name, (LONG_AGO, LONG_AGO))
