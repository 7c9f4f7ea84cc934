"""What may go wrong on our side. None of these is ever a verdict about the target.

Each error says what is wrong, shows the value, and says what to do. The command line and the
pytest plugin turn them into one line and a documented exit code; nothing else catches them.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """pytest's 0 to 5, then our own; the same for the command line and for pytest."""

    OK = 0
    FAILED = 1
    INTERRUPTED = 2
    INTERNAL_ERROR = 3
    USAGE_ERROR = 4
    NOTHING_SELECTED = 5
    TARGET_UNREACHABLE = 6
    TARGET_DIED = 7


class HarnessError(Exception):
    """The root: something that is not about the target's conformance went wrong."""

    exit_code = ExitCode.INTERNAL_ERROR


class UsageError(HarnessError):
    """The user asked for something that cannot be: an unknown rule, a bad address, a bad option."""

    exit_code = ExitCode.USAGE_ERROR


class NothingSelected(UsageError):
    """A selector is sound but matches nothing. Never exit 0: nothing was tested."""

    exit_code = ExitCode.NOTHING_SELECTED


class BadPlan(HarnessError):
    """A plan that cannot be carried out: an empty send, a split outside its octets, a negative pause."""


class BadCase(UsageError):
    """A corpus case that cannot be read; the message names file, line and field."""


class TargetUnavailable(HarnessError):
    """The target cannot be connected to, or its baseline request gets no answer that can be delimited."""

    exit_code = ExitCode.TARGET_UNREACHABLE


class TargetDied(HarnessError):
    """The target answered at first and then no more, or the process that we started ended."""

    exit_code = ExitCode.TARGET_DIED


class StoreError(HarnessError):
    """A run file or an output folder that cannot be read or written."""

    exit_code = ExitCode.USAGE_ERROR


class WireproofWarning(UserWarning):
    """A violation of a grade that does not fail a pytest run: a risk, an unmet status, a missed SHOULD."""
