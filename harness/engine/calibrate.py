"""What a target is like, found out with sound requests before anything is judged.

The baseline must be answered by a final response that can be delimited, however badly; its anomalies
are verdicts, not a stop. Then: which second request is told apart from the first by its answer (the
marker), where content can be sent, whether connections persist and pipelined requests are served.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from harness.engine.examine import Examiner
from harness.engine.plans import Surroundings
from harness.errors import TargetUnavailable
from harness.http1 import serialize
from harness.http1.build import field, fill, get, post, request
from harness.model.message import Request
from harness.model.plan import AwaitResponse, Origin, Plan, Provenance, Send, Step
from harness.model.reading import ReadResponse
from harness.model.transcript import ConnectFailed, DeadlinePassed, Transcript
from harness.model.verdict import Examination
from harness.targets.base import Target
from harness.transport.base import Transport

ECHO_PATHS = ("/echo",)
"""Where content is tried, beside the path of the target."""


FOILS = (b"wireproof\r\n\r\n", b"\x16\x03\x01\x00\x2f\r\n\r\n", b"\x00\xff\x00\xff\r\n\r\n")
"""What is no request by any reading; answered as the baseline is, it shows that answers show nothing."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What makes an answer known again: its status, and its content where that is stable."""

    status: int
    content: bytes | None

    def matches(self, response: ReadResponse) -> bool:
        """Whether this is that answer."""
        return self.status == response.status and self.content in (None, response.content)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The findings: `facts` are told to the user in this order; `examinations` are judged like all others.

    `indiscriminate`: what is no request at all is answered as the baseline is.
    """

    target: Target
    around: Surroundings
    marker: Signature | None
    facts: tuple[tuple[str, str], ...]
    examinations: tuple[Examination, ...]
    indiscriminate: bool = False

    def recognise(self, response: ReadResponse) -> bool:
        """Whether a response is the answer to the marker."""
        return self.marker is None or self.marker.matches(response)


class _Calibrator:
    def __init__(self, target: Target, transport: Transport) -> None:
        self.target = target
        self.examiner = Examiner(target.name, transport)
        self.seen: list[Examination] = []
        self.host = target.authority.encode("ascii", "backslashreplace")

    def ask(self, name: str, *requests: Request, path: str = "", at_once: bool = False) -> list[ReadResponse]:
        """The complete final responses to some requests on one connection, one after the other."""
        octets = [
            fill(serialize.request(one), self.host, (path or self.target.path).encode()) for one in requests
        ]
        steps = (
            (Send(b"".join(octets)), AwaitResponse(len(octets)))
            if at_once
            else tuple(step for one in octets for step in (Send(one), AwaitResponse(1)))
        )
        return self.carry_out(name, steps)

    def carry_out(
        self, name: str, steps: tuple[Step, ...], marker_at: int | None = None
    ) -> list[ReadResponse]:
        """The complete final responses to some steps; what carries a marker has the baseline as its twin."""
        provenance = Provenance(Origin.CALIBRATION, "calibration", name)
        plan = Plan(steps, provenance, f"Calibration: {name}", marker_at)
        examination = self.examiner.examine(plan, None if marker_at is None else self.seen[0])
        self.seen.append(examination)
        return list(examination.responses.finals)


def calibrate(target: Target, transport: Transport) -> Calibration:
    """Find out what the target is like. TargetUnavailable if its baseline gets no answer."""
    ask = _Calibrator(target, transport)
    first = ask.ask("baseline", get())
    if not first:
        raise TargetUnavailable(_why_unanswered(target, ask.seen[-1].transcript))
    baseline = _signature(first + ask.ask("baseline again", get()))
    marker_request, marker = _marker(ask, baseline)
    content_path, content_fact = _content_path(ask)
    indiscriminate = _is_indiscriminate(ask, baseline, marker_request)
    kept = len(ask.ask("two requests, one after the other", get(), get())) == 2
    pipelined = len(ask.ask("two requests at once", get(), get(), at_once=True)) == 2
    told = "told apart by its answer" if marker else "not told apart from the baseline: only counted"
    line = marker_request.partition(b"\r\n")[0].decode("ascii", "backslashreplace")
    server = _server_field(first[0])
    return Calibration(
        target=target,
        around=Surroundings(ask.host, target.path.encode(), content_path.encode(), marker_request),
        marker=marker,
        facts=(
            ("server", server or "does not name itself"),
            ("baseline", f"GET {target.path} is answered {first[0].status}"),
            ("marker", f"{line}, {told}"),
            ("content", content_fact),
            ("persistence", "a second request is served" if kept else "a second request is not served"),
            ("foil", "answered as the baseline is" if indiscriminate else "told apart from a request"),
            (
                "pipelining",
                "two requests at once are served" if pipelined else "only the first of two is served",
            ),
        ),
        examinations=tuple(ask.seen),
        indiscriminate=indiscriminate,
    )


def _is_indiscriminate(ask: _Calibrator, baseline: Signature, marker: bytes) -> bool:
    """Whether every foil is answered with the status of the baseline; asked no longer than that may be."""
    for number, foil in enumerate(FOILS, 1):
        steps = (Send(foil), AwaitResponse(1), Send(marker), AwaitResponse(1))
        answers = ask.carry_out(f"foil {number}", steps, marker_at=len(foil))
        if [one.status for one in answers[:1]] != [baseline.status]:
            return False
    return True


def _signature(responses: list[ReadResponse]) -> Signature:
    """The content counts where it is stable, and is not left out because of HEAD."""
    contents = {one.content for one in responses if one.method != b"HEAD"}
    stable = len(responses) > 1 and len(contents) == 1
    return Signature(responses[0].status, responses[0].content if stable else None)


def _marker(ask: _Calibrator, baseline: Signature) -> tuple[bytes, Signature | None]:
    """A request whose answer differs from the baseline's, and that answer; else the baseline again."""
    elsewhere = f"/wireproof-{secrets.token_hex(4)}"
    marked = [field(b"X-Wireproof", b"marker")]
    candidates: Iterable[tuple[str, Request, str]] = (
        ("a path that nothing is at", get(fields=marked), elsewhere),
        ("HEAD", request(b"HEAD", fields=marked), ask.target.path),
        ("OPTIONS", request(b"OPTIONS", fields=marked), ask.target.path),
    )
    for name, asked, path in candidates:
        answers = ask.ask(f"marker: {name}", asked, path=path) + ask.ask(
            f"marker: {name}, again", asked, path=path
        )
        if len(answers) == 2 and answers[0].status == answers[1].status:
            signature = _signature(answers)
            if _differ(signature, baseline):
                return fill(serialize.request(asked), ask.host, path.encode()), signature
    return fill(serialize.request(get(fields=marked)), ask.host, ask.target.path.encode()), None


def _differ(one: Signature, other: Signature) -> bool:
    if one.status != other.status:
        return True
    return None not in (one.content, other.content) and one.content != other.content


def _content_path(ask: _Calibrator) -> tuple[str, str]:
    """Where a POST is best sent: the first place that takes it, else the target's own path."""
    refused = ""
    for path in dict.fromkeys((*ECHO_PATHS, ask.target.path)):
        answers = ask.ask(f"POST {path}", post(content=b"wireproof"), path=path)
        if answers and answers[0].status < 300:
            echo = ", and echoed" if answers[0].content == b"wireproof" else ""
            return path, f"POST {path} is answered {answers[0].status}{echo}"
        refused = (
            f"POST {path} is answered {answers[0].status}" if answers else f"POST {path} is not answered"
        )
    return ask.target.path, f"{refused}: content is sent there all the same"


def _server_field(response: ReadResponse) -> str:
    values = response.response.values(b"Server")
    return values[0].decode("ascii", "backslashreplace")[:80] if values else ""


def _why_unanswered(target: Target, transcript: Transcript) -> str:
    """What came instead of an answer to the baseline, and what to do about it."""
    events = transcript.events
    failed = next((event for event in events if isinstance(event, ConnectFailed)), None)
    if failed:
        return f"cannot connect to {target.address}: {failed.error}. Is the server running, on this port?"
    if transcript.received:
        shown = transcript.received[:60].decode("ascii", "backslashreplace")
        return (
            f"{target.address} does not answer GET {target.path} in HTTP/1.1: it sent {shown!r}. "
            "Is this the port of a plain http server?"
        )
    if any(isinstance(event, DeadlinePassed) for event in events):
        return (
            f"{target.address} accepts connections but did not answer GET {target.path} within "
            f"{transcript.seconds:.1f} s. Give a slow server more time with --timeout."
        )
    return f"{target.address} {transcript.ended} the connection without an answer to GET {target.path}."
