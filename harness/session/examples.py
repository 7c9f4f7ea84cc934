"""What a failing example of a property is told as: a wire story and a kept case, not a repr of octets.

    @given(plans())
    def test_only_permitted_reactions(plan):
        examination = examiner.examine(...)
        must_not_violate(examination, rules, keep_in=out)

Hypothesis shrinks the plan, and runs the smallest one last: so the story and the case in the message are its.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.engine.fuzzing.finding import case_id
from harness.model.case import Case
from harness.model.plan import AwaitEnd, AwaitResponse, Plan, Send, Step
from harness.model.verdict import Examination, Verdict
from harness.narrate.escape import as_text
from harness.narrate.finding import Told, reproducer, story
from harness.rules.rule import Rule, Views
from harness.store.finding_files import FOLDER, keep

_MOST_SHOWN = 72


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan that Hypothesis prints in one line: its name, its size, and how it begins.

    `plans().map(Shown)` draws them.
    """

    plan: Plan

    def __repr__(self) -> str:
        octets = self.plan.octets
        begin = as_text(octets, _MOST_SHOWN, glyphs=False)
        return f"<plan {self.plan.provenance.name}, {len(octets)} octets: {begin}>"


def told(examination: Examination, verdicts: Iterable[Verdict] = (), demand: str = "") -> str:
    """The wire story of an examination, under what is said of it."""
    said = [f"{one.rule}: {one.observed}" for one in verdicts]
    facts = [("observed", one) for one in said[1:]]
    heading = examination.plan.title or str(examination.plan.provenance)
    return "\n".join(story(Told(heading, demand, said[0] if said else "", facts), examination))


def must_not_violate(
    examination: Examination, rules: Sequence[Rule], *, keep_in: Path | None = None, address: str = ""
) -> None:
    """AssertionError with the story where a rule sees a violation; its case is kept in `keep_in`/findings."""
    views = Views(examination)
    verdicts = [one for rule in rules for one in rule.violations(examination, views)]
    if verdicts:
        fail(examination, verdicts, keep_in=keep_in, address=address)


def fail(
    examination: Examination,
    verdicts: Sequence[Verdict] = (),
    demand: str = "",
    *,
    keep_in: Path | None = None,
    address: str = "",
) -> None:
    """AssertionError with the story of an examination; its case is kept where a folder is given."""
    text = told(examination, verdicts, demand)
    if keep_in:
        case = _case(examination, verdicts)
        program = reproducer(examination, address, case.title)
        path = keep(keep_in / FOLDER, case, [text, "", program], program)
        text = f"{text}\n  case      {path}"
    raise AssertionError(text)


def _case(examination: Examination, verdicts: Sequence[Verdict]) -> Case:
    """What was sent, as it was: its tokens are filled in, its marker is left out, and so are our waits."""
    steps = _own_steps(examination.plan)
    rules = tuple(dict.fromkeys(one.rule for one in verdicts))
    return Case(
        id=case_id(rules[0] if rules else "example", steps),
        title=(verdicts[0].observed if verdicts else examination.plan.title)[:120] or "an example",
        steps=steps,
        provokes=rules,
        provenance="Hypothesis, minimised",
    )


def _own_steps(plan: Plan) -> tuple[Step, ...]:
    if plan.marker_at is None:
        return plan.steps
    kept: list[Step] = []
    left = plan.marker_at
    for step in plan.steps:
        if isinstance(step, Send) and len(step.octets) > left:
            if left:
                cuts = tuple(cut for cut in step.cuts if cut < left)
                kept.append(Send(step.octets[:left], cuts))
            break
        left -= len(step.octets) if isinstance(step, Send) else 0
        kept.append(step)
    while kept and isinstance(kept[-1], AwaitResponse | AwaitEnd):
        kept.pop()
    return tuple(kept)
