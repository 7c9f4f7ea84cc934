"""Probes made into plans: tokens filled in, the marker added where the probe wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from zlib import crc32

from harness.http1.build import fill
from harness.model.plan import AwaitEnd, AwaitResponse, HalfClose, Origin, Pause, Plan, Provenance, Send, Step
from harness.rules.need import Need
from harness.rules.probe import Marker, Probe
from harness.rules.rule import Rule

MOMENT_SECONDS = 0.02
"""How long to look for one response too many; those that come late are told by the marker's answer."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What calibration found out for plans: how to address the target, and which request marks.

    `lacks` is what probes may need and the target does not have, each with the reason in words.
    """

    host: bytes
    path: bytes
    content_path: bytes
    marker: bytes
    lacks: Mapping[Need, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the plan of its sound twin, and the rule that it is for: empty for a twin itself."""

    rule: str
    plan: Plan
    control: Plan | None


PlannedFor = Callable[[Surroundings], Planned]
"""What is to be sent, once it is known how to address the target."""


def planned(rule: Rule, around: Surroundings) -> Iterator[Planned]:
    """All plans of a rule that prove anything here, in the order of its probes, named RULE/1, RULE/2 ..."""
    for number, probe in enumerate(rule.probes, 1):
        if lacking(probe, around):
            continue
        provenance = Provenance(Origin.PROBE, rule.id, str(number))
        plan = _plan(probe, provenance, around)
        control = _control(probe, around) if probe.control is not None else None
        yield Planned(rule.id, plan, control)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A probe that is not sent: its name as a plan, and why not."""

    plan: str
    why: str


def left_out(rule: Rule, around: Surroundings) -> Iterator[LeftOut]:
    """The probes of a rule that would prove nothing here; all others are `planned`."""
    for number, probe in enumerate(rule.probes, 1):
        if why := lacking(probe, around):
            yield LeftOut(f"{rule.id}/{number}", why)


def lacking(probe: Probe, around: Surroundings) -> str:
    """Why a probe would prove nothing against this target, in sentences; empty where it may be sent."""
    needs = sorted(probe.needs & set(around.lacks))
    whys = [(around.lacks[need], need.sentence) for need in needs]
    return " ".join(f"{why[:1].upper()}{why[1:]}. {sentence}" for why, sentence in whys)


def _control(probe: Probe, around: Surroundings) -> Plan:
    assert probe.control is not None
    return control_plan(_filled(probe, probe.control, around), around)


def control_plan(octets: bytes, around: Surroundings) -> Plan:
    """The plan of a sound twin: sent alone and asked again after its answer, whatever the other one does.

    Equal twins get equal names, and no others do, so that each is carried out once.
    """
    line = octets.partition(b"\r\n")[0].decode("ascii", "replace")
    provenance = Provenance(Origin.CONTROL, "control", f"{line} ({len(octets)} octets, {crc32(octets):08x})")
    bare = Plan((Send(octets),), provenance, f"Sound twin: {line}")
    return with_marker(bare, 1, Marker.AFTER, around)


def _plan(probe: Probe, provenance: Provenance, around: Surroundings) -> Plan:
    octets = _filled(probe, probe.octets, around)
    behind = around.marker if probe.marker is Marker.BEHIND else b""
    bare = Plan(_sending(probe, octets, behind, around), provenance, probe.title)
    plan = with_marker(bare, probe.requests, probe.marker, around)
    return _half_closed(plan, probe) if probe.half_close else plan


def _half_closed(plan: Plan, probe: Probe) -> Plan:
    """With our side closed: behind the octets, or once the marker behind them was waited for."""
    waits: tuple[Step, ...] = (HalfClose(), AwaitResponse(probe.requests), AwaitEnd())
    if probe.marker is Marker.BEHIND:
        waits = (AwaitResponse(probe.requests + 1), HalfClose(), AwaitEnd())
    sends = tuple(step for step in plan.steps if isinstance(step, Send | Pause))
    return replace(plan, steps=(*sends, *waits))


def _sending(probe: Probe, octets: bytes, behind: bytes, around: Surroundings) -> tuple[Step, ...]:
    """The octets in the pieces that the probe wants, a marker behind them in the last piece."""
    if probe.every_octet:
        cuts = tuple(range(1, len(octets)))
    else:
        cuts = tuple(len(_filled(probe, probe.octets[:cut], around)) for cut in probe.cuts)
    whole = Send(octets + behind, cuts)
    if not probe.pause:
        return (whole,)
    first, *others = (Send(piece) for piece in whole.pieces)
    return (first, *(step for one in others for step in (Pause(probe.pause), one)))


def _filled(probe: Probe, octets: bytes, around: Surroundings) -> bytes:
    return fill(octets, around.host, around.content_path if probe.takes_content else around.path)


def with_marker(bare: Plan, requests: int, marker: Marker, around: Surroundings) -> Plan:
    """The bare plan, which sends, with its waits; the marker is part of the octets that the oracles read."""
    steps: tuple[Step, ...]
    length = len(bare.octets)
    match marker:
        case Marker.BEHIND:
            steps = (AwaitResponse(requests + 1), AwaitEnd(MOMENT_SECONDS))
            length -= len(around.marker)
        case Marker.AFTER:
            steps = (AwaitResponse(requests), Send(around.marker), AwaitResponse(1))
        case Marker.NONE:
            return replace(bare, steps=(*bare.steps, AwaitResponse(requests), AwaitEnd()))
    return replace(bare, steps=(*bare.steps, *steps), marker_at=length)
