"""The table of tricky streams, against the nondeterministic reader."""

from __future__ import annotations

import pytest

from harness.http1.request_head import bare_words
from harness.model.reading import End, Reading, ReadRequest
from harness.oracle.permitted import permitted_readings
from tests.harness.oracle.tricky import TRICKY, Tricky


def _octets(octets: bytes) -> str:
    return octets.decode("latin-1").encode("unicode_escape").decode("ascii")


def _request(request: ReadRequest) -> str:
    method, target, _ = bare_words(request.request.line)
    content = f" ={_octets(request.content)}" if request.content else ""
    return f"{_octets(method)} {_octets(target)}{content}"


def notation(reading: Reading) -> str:
    """A reading as the table writes it."""
    close = "x" if reading.must_close else ""
    end = {
        End.COMPLETE: "." + close,
        End.NEEDS_MORE: "...",
        End.REJECTED: "!" + ",".join(map(str, reading.statuses)) + close,
    }[reading.end]
    requests = [_request(one) for one in reading.requests if one.complete]
    separator = " " if reading.end is End.COMPLETE else " ; "
    return separator.join(filter(None, [" ; ".join(requests), end]))


@pytest.mark.parametrize("case", TRICKY, ids=lambda case: case.name)
def test_the_permitted_readings_are_those_written_by_hand(case: Tricky) -> None:
    permitted = permitted_readings(case.octets)
    assert not permitted.too_many
    assert not permitted.more
    assert sorted(map(notation, permitted.readings)) == sorted(case.readings)
