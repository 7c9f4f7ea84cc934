"""Verdicts, and the examination that they are about."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.conversation import Conversation, Explanation
from harness.model.plan import Plan
from harness.model.reading import Reading, ResponseReading, Span
from harness.model.transcript import Transcript


class Outcome(StrEnum):
    """What a rule says of one examination. Not knowing is INCONCLUSIVE, never CONFORMS."""

    CONFORMS = "CONFORMS"
    VIOLATES = "VIOLATES"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    INCONCLUSIVE = "INCONCLUSIVE"


class Grade(StrEnum):
    """How bad a VIOLATES is.

    BAD: a breach. RISK: accepts what the grammar excludes though no keyword forbids it (a security
    finding). UNMET: the required status was not seen, nothing unsafe. SOFT: only a SHOULD is missed.
    """

    BAD = "bad"
    RISK = "risk"
    UNMET = "unmet"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Reaction:
    """Something a target may do under a rule: a short name, and what it means in our words."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one examination, with what shows it.

    `covers` are the ledger rows it speaks for; `observed` is what was seen, in words; `permitted` the
    name of the permitted reaction that matched; `sent_span` and `received_span` are the octets that
    show it, in the octets of that direction. `confirmed` tells that it was seen again, alone and with more
    patience, `flaky` that it was not: such a one is shown and never a failure.
    """

    rule: str
    outcome: Outcome
    covers: tuple[str, ...]
    observed: str
    grade: Grade | None = None
    permitted: str = ""
    sent_span: Span | None = None
    received_span: Span | None = None
    flaky: bool = False
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an independent parser says of both directions."""

    oracle: str
    requests: Reading
    responses: ResponseReading


@dataclass(frozen=True, slots=True)
class Examination:
    """One plan carried out against one target, and read.

    `explanations` are the permitted readings of what we sent that fit what came back, each with its own
    conversation, and `explanation` says how far they do; with `open_ended` there are more of them than
    stand here. Where none fits, `nearest` are the permitted readings that come closest. `strict` is the
    conversation under our strict reading, whether it fits or not. `control` is the examination of the sound
    twin, where the plan has one. `patient` tells that the end of the connection was waited for as long as it
    ever will be.
    """

    target: str
    plan: Plan
    transcript: Transcript
    responses: ResponseReading
    strict: Conversation
    explanations: tuple[Conversation, ...]
    explanation: Explanation = Explanation.FITS
    open_ended: bool = False
    nearest: tuple[Reading, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    control: Examination | None = None
    patient: bool = False

    @property
    def told(self) -> Conversation:
        """The conversation to tell a reader: the likeliest that fits, else the strict one."""
        return self.explanations[0] if self.explanations else self.strict


@dataclass(frozen=True, slots=True)
class Finding:
    """A VIOLATES (or a crash or hang) told once for all examinations that show the same cause."""

    rule: str
    target: str
    cause: str
    example: str
    count: int = 1
    notes: tuple[str, ...] = field(default=())
