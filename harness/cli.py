"""The command line: the group of all commands, and what becomes of errors."""

from __future__ import annotations

import sys

import click

from harness import __version__
from harness.commands.baseline import baseline
from harness.commands.catalogue import explain, list_rules
from harness.commands.compare import compare
from harness.commands.corpus import corpus
from harness.commands.doctor import doctor
from harness.commands.fuzz import fuzz
from harness.commands.judge import judge
from harness.commands.limits import limits
from harness.commands.replay import replay
from harness.commands.report import report
from harness.commands.run import run
from harness.commands.serve import serve
from harness.commands.targets import targets
from harness.errors import ExitCode, HarnessError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="wireproof")
def cli() -> None:
    """Judge HTTP/1.1 servers by raw octets, against RFC 9110 and RFC 9112.

    Exit codes: 0 conforms, 1 violations or nothing decided, 2 interrupted, 3 internal error, 4 usage
    error, 5 nothing selected, 6 target unreachable, 7 target died.
    """


for command in (
    run,
    fuzz,
    list_rules,
    explain,
    doctor,
    limits,
    judge,
    replay,
    corpus,
    report,
    compare,
    baseline,
    serve,
    targets,
):
    cli.add_command(command)


def main() -> None:
    """The `wireproof` command. Errors of ours and of click's get our exit codes, and a line or two."""
    try:
        code = cli.main(standalone_mode=False)
    except click.UsageError as error:
        error.show()
        code = ExitCode.USAGE_ERROR
    except click.Abort:
        click.echo("wireproof: interrupted; what was gathered is kept", err=True)
        code = ExitCode.INTERRUPTED
    except HarnessError as error:
        click.echo(f"wireproof: {error}", err=True)
        code = error.exit_code
    sys.exit(code or ExitCode.OK)
