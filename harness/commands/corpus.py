"""`wireproof corpus`: cases that last, as files."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import click

from harness.errors import BadCase, ExitCode, UsageError

_place = click.argument("place", required=False, type=click.Path(path_type=Path))
_to = click.option(
    "--to", type=click.Path(path_type=Path), required=True, metavar="DIR", help="The folder to write to."
)


@click.group()
def corpus() -> None:
    """Keep cases as files: check, add, import, export, find doubles.

    Without PLACE the bundled corpus is meant.
    """


@corpus.command()
@_place
@click.option("--fix", is_flag=True, help="Rewrite files that are not in the canonical form.")
def lint(place: Path | None, fix: bool) -> int:
    """Check case files: form, ids, rules that they name, tokens in counted content, doubles."""
    from harness.engine.lint import lint as linted
    from harness.store.case_file import read
    from harness.store.corpus import bundled, paths, save

    root = place or bundled()
    found = linted(root)
    if fix:
        for path in sorted({one.path for one in found if one.fixable}):
            save(path, read(path))
            click.echo(f"{path}: rewritten")
        found = linted(root)
    for one in found:
        click.echo(str(one))
    click.echo(f"{_counted(len(paths(root)), 'case')}, {_counted(len(found), 'complaint')}")
    return ExitCode.FAILED if found else ExitCode.OK


@corpus.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--to", type=click.Path(path_type=Path), metavar="DIR", help="Another corpus than the bundled one."
)
def add(files: tuple[Path, ...], to: Path | None) -> int:
    """Put case files, such as a fuzz run saves, into a corpus, each in the folder of its section.

    Nothing is added that is there already, or about which lint would complain.
    """
    from harness.engine.lint import complaints
    from harness.store.case_file import read
    from harness.store.corpus import bundled, entries, home, save

    root = to or bundled()
    known = {one.case.identity: one.path for one in entries(root)} if root.is_dir() else {}
    refused = 0
    for file in files:
        case = read(file)
        path = home(root, case)
        wrong = list(complaints(case))
        if case.identity in known:
            wrong.append(f"does the same as {known[case.identity]}")
        elif path.exists():
            wrong.append(f"{path} is there already, and is another case: give it another id")
        for text in wrong:
            click.echo(f"{file}: {text}", err=True)
        if wrong:
            refused += 1
            continue
        save(path, case)
        known[case.identity] = path
        click.echo(f"{path}: added")
    return ExitCode.FAILED if refused else ExitCode.OK


@corpus.command("import")
@click.argument("raw", type=click.Path(exists=True, path_type=Path), metavar="DIR|FILE")
@_to
def import_(raw: Path, to: Path) -> int:
    """Make cases of raw files, each the octets of one connection. Doubles are left out, and told."""
    from harness.store.corpus import from_raw, home, raw_files, save

    files = raw_files(raw)
    if not files:
        raise UsageError(f"{raw}: no file in it")
    written: dict[str, Path] = {}
    ids: set[str] = set()
    refused = 0
    for file in files:
        try:
            case = from_raw(file, _free(_name(file, raw), ids))
        except BadCase as error:
            click.echo(str(error), err=True)
            refused += 1
            continue
        if case.identity in written:
            click.echo(f"{file}: does the same as {written[case.identity]}, left out", err=True)
            continue
        save(home(to, case), case)
        ids.add(case.id)
        written[case.identity] = file
    click.echo(f"{_counted(len(written), 'case')} in {to}, {len(files) - len(written)} left out")
    return ExitCode.FAILED if refused else ExitCode.OK


@corpus.command()
@_place
@_to
@click.option("--host", default="localhost", show_default=True, help="What {host} is filled with.")
@click.option("--path", default="/", show_default=True, help="What {path} is filled with.")
def export(place: Path | None, to: Path, host: str, path: str) -> int:
    """Write the octets of each case as one raw file; pauses, cuts and markers cannot be told by octets."""
    from harness.store.corpus import bundled, entries, to_raw, write_raw

    written = 0
    for entry in entries(place or bundled()):
        octets = to_raw(entry.case, host.encode(), path.encode())
        write_raw(to / f"{entry.case.id}.http", octets)
        written += 1
    click.echo(f"{_counted(written, 'file')} in {to}")
    return ExitCode.OK


@corpus.command()
@_place
@click.option("--delete", is_flag=True, help="Delete the later one of each pair.")
def dedup(place: Path | None, delete: bool) -> int:
    """Find cases that do the same, whatever they are called."""
    from harness.store.corpus import bundled, duplicates, entries, remove

    found = duplicates(entries(place or bundled()))
    for first, later in found:
        if delete:
            remove(later.path)
        click.echo(f"{later.path}: {'deleted, it did' if delete else 'does'} the same as {first.path}")
    click.echo(_counted(len(found), "double"))
    return ExitCode.FAILED if found and not delete else ExitCode.OK


@corpus.command()
def schema() -> None:
    """The JSON Schema of a case file, for editors."""
    from harness.store.case_file import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _name(path: Path, root: Path) -> str:
    """An id from the place below the folder that is imported, so that equal names do not collide."""
    from harness.store.corpus import slug

    return slug("-".join(path.relative_to(root).parts) if root.is_dir() else path.name)


def _free(name: str, taken: set[str]) -> str:
    """The name, or the first NAME-2, NAME-3 ... that is free."""
    if name not in taken:
        return name
    return next(one for one in (f"{name[:74]}-{number}" for number in count(2)) if one not in taken)
