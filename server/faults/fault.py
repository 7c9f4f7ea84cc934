"""A deliberate fault as a value."""

from dataclasses import dataclass

from server.conduct import Behaviour


@dataclass(frozen=True, slots=True)
class Fault:
    """A named way in which the server breaks exactly one thing, so that a rule of the harness can be seen
    to fail.

    `name` says what the faulty server does, `section` which rule that breaks, `summary` tells it in one
    sentence.
    """

    name: str
    summary: str
    section: str
    behaviour: Behaviour
