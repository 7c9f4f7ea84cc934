"""How a target's answers are told apart: the marker, and the foil that shows whether they are."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from harness.engine.calibration.asking import Asker
from harness.engine.calibration.fact import Fact, Signature
from harness.http1.build import field, get, request
from harness.model.message import Request
from harness.model.plan import AwaitResponse, Send

FOILS: Final = (b"wireproof\r\n\r\n", b"\x16\x03\x01\x00\x2f\r\n\r\n", b"\x00\xff\x00\xff\r\n\r\n")
"""What is no request by any reading; answered as the baseline is, it shows that answers show nothing."""


@dataclass(frozen=True, slots=True)
class Marker:
    """The engine's own request, and how its answer is known again; None where it is not."""

    octets: bytes
    signature: Signature | None
    fact: Fact


@dataclass(frozen=True, slots=True)
class Foil:
    """Whether what is no request at all is answered as the baseline is."""

    indiscriminate: bool
    fact: Fact


def marker(ask: Asker, baseline: Signature) -> Marker:
    """A request whose answer differs from the baseline's, and that answer; else the baseline again."""
    elsewhere = f"/wireproof-{secrets.token_hex(4)}"
    marked = [field(b"X-Wireproof", b"marker")]
    candidates: Iterable[tuple[str, Request, str]] = (
        ("a path that nothing is at", get(fields=marked), elsewhere),
        ("HEAD", request(b"HEAD", fields=marked), ask.target.path),
        ("OPTIONS", request(b"OPTIONS", fields=marked), ask.target.path),
    )
    for name, asked, path in candidates:
        answers = ask.ask(f"marker: {name}", asked, path=path)
        if answers:
            answers += ask.ask(f"marker: {name}, again", asked, path=path)
        if len(answers) == 2 and answers[0].status == answers[1].status:
            signature = Signature.of(answers)
            if signature.differs(baseline):
                return _told(ask.octets(asked, path), signature)
    return _told(ask.octets(get(fields=marked)), None)


def _told(octets: bytes, signature: Signature | None) -> Marker:
    line = octets.partition(b"\r\n")[0].decode("ascii", "backslashreplace")
    how = "told apart by its answer" if signature else "not told apart from the baseline: only counted"
    return Marker(octets, signature, Fact("marker", f"{line}, {how}"))


def foil(ask: Asker, baseline: Signature, marker: bytes) -> Foil:
    """Whether every foil is answered with the status of the baseline; asked no longer than that may be."""
    for number, octets in enumerate(FOILS, 1):
        steps = (Send(octets), AwaitResponse(1), Send(marker), AwaitResponse(1))
        seen = ask.carry_out(f"foil {number}", steps, marker_at=len(octets), sound=False)
        if [one.status for one in seen.responses.finals[:1]] != [baseline.status]:
            return Foil(False, Fact("foil", "told apart from a request"))
    return Foil(True, _alike(ask.target.path, baseline.status))


def _alike(path: str, status: int) -> Fact:
    alike = f"what is no request is answered {status}, as GET {path} is"
    if status < 400:
        remedy = "No answer of this server proves anything: test the server itself, not a stand-in."
        return Fact("foil", f"answers everything alike: {alike}", remedy)
    remedy = "Give the --path of something that is served; a server may also refuse the Host of its address."
    return Fact("foil", f"refuses everything: {alike}", remedy)
