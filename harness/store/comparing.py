"""Stored runs held against a baseline, and against each other: what of their records counts there."""

from __future__ import annotations

from harness.model.baseline import Baseline, Held, hold
from harness.model.comparison import Comparison, Side, Trouble, compared
from harness.store.records import PlanRecord
from harness.store.run_store import RunReader


def held(run: RunReader, baseline: Baseline | None = None) -> Held | None:
    """A run held against a baseline, or against its own; None where it has none."""
    head = run.run
    baseline = baseline or head.baseline
    if baseline is None:
        return None
    probes = {
        rule.id: [f"{rule.id}/{number}" for number, _ in enumerate(rule.probes, 1)] for rule in head.rules
    }
    return hold(baseline, list(run.verdicts()), probes)


def compare(before: RunReader, after: RunReader) -> Comparison:
    """Two runs compared: what is new, fixed and changed on the targets that both judged."""

    def same_plan(target: str, plan: str) -> bool:
        one, other = before.plan(target, plan), after.plan(target, plan)
        return one is not None and other is not None and sent[0](one) == sent[1](other)

    sent = _Sent(before), _Sent(after)
    return compared(_side(before), _side(after), same_plan)


def _side(run: RunReader) -> Side:
    head, end = run.run, run.end
    names = [*(one.name for one in head.targets), *(one.name for one in run.targets())]
    return Side(
        id=head.id,
        started=head.started,
        version=head.wireproof,
        command=head.command,
        fail_on=head.fail_on,
        finished=end is not None,
        targets=tuple(dict.fromkeys(names)),
        rules={rule.id: rule.title for rule in head.rules},
        verdicts=list(run.verdicts()),
        troubles=tuple(Trouble(one.target, one.kind, one.cause) for one in run.findings() if not one.rule),
    )


class _Sent:
    """What the plans of a run send, with the place of its target left open: that may differ."""

    def __init__(self, run: RunReader) -> None:
        self._places = {
            one.name: one.address.partition("://")[2].partition("/")[0].encode() for one in run.targets()
        }

    def __call__(self, plan: PlanRecord) -> tuple[tuple[str, ...], bytes]:
        """Its steps, and its octets without our marker, which is another one in every run."""
        octets = b"".join(one.octets for one in plan.steps)[: plan.marker_at]
        place = self._places.get(plan.target, b"")
        return tuple(one.do for one in plan.steps), octets.replace(place, b"{host}") if place else octets
