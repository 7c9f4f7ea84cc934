"""What came instead of an answer to the baseline, in words, and what to do about it."""

from __future__ import annotations

from harness.model.reading import End
from harness.model.transcript import BudgetSpent, ConnectFailed, DeadlinePassed, Ended, Transcript
from harness.model.verdict import Examination
from harness.narrate.escape import as_text
from harness.targets.base import Target

SHOWN: int = 60
"""Octets of what came that are shown."""


def why_unanswered(target: Target, examination: Examination) -> str:
    """One or two sentences; nothing complete and final came."""
    transcript = examination.transcript
    failed = next((event for event in transcript.events if isinstance(event, ConnectFailed)), None)
    if failed:
        return f"cannot connect to {target.address}: {failed.error}. Is the server running, on this port?"
    if transcript.received:
        return _of_what_came(target, examination)
    if any(isinstance(event, DeadlinePassed) for event in transcript.events):
        return (
            f"{target.address} accepts connections but did not answer GET {target.path} within "
            f"{transcript.seconds:.1f} s. Give a slow server more time with --timeout."
        )
    return f"{target.address} {transcript.ended} the connection without an answer to GET {target.path}."


def _of_what_came(target: Target, examination: Examination) -> str:
    transcript, asked = examination.transcript, f"{target.address} answers GET {target.path}"
    shown = as_text(transcript.received[:SHOWN], glyphs=False)
    responses = examination.responses.responses
    interim = [one.status for one in responses if one.complete and one.interim]
    if interim:
        more = " and more" if examination.responses.end is End.REJECTED else ""
        some = f"{len(interim)}{more} interim response{'' if len(interim) == 1 else 's'} ({interim[0]})"
        return f"{asked} with {some} and no final one {_until(transcript)}."
    if b"HTTP/".startswith(transcript.received[:5].upper()):
        return f"{asked} with '{shown}', and the answer has no end {_until(transcript)}."
    return (
        f"{target.address} does not answer GET {target.path} in HTTP/1.1: it sent '{shown}'. "
        "Is this the port of a plain http server?"
    )


def _until(transcript: Transcript) -> str:
    """How far it was waited for the end that did not come."""
    if any(isinstance(event, BudgetSpent) for event in transcript.events):
        return f"within {len(transcript.received):,} octets"
    if transcript.ended in (Ended.CLOSED, Ended.RESET):
        return f"before the connection is {transcript.ended}"
    return f"within {transcript.seconds:.1f} s (--timeout gives a slow server more)"
