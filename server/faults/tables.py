"""Words for faults of reading: tables of rules with one of them missing or replaced."""

from collections.abc import Mapping
from dataclasses import replace

from server.conduct import Behaviour
from server.reading import BODY_LENGTH, HEAD_CHECKS, STRICT, HeadCheck, LengthStep


def without_check(name: str) -> Behaviour:
    """Reads strictly, but for one check of the head."""
    checks = {known: check for known, check in HEAD_CHECKS.items() if known != name}
    return Behaviour(reading=replace(STRICT, head_checks=checks))


def with_checks(checks: Mapping[str, HeadCheck]) -> Behaviour:
    """Reads strictly, but with other checks under the same names."""
    return Behaviour(reading=replace(STRICT, head_checks={**HEAD_CHECKS, **checks}))


def without_step(name: str) -> Behaviour:
    """Finds the body length as it should, but for one step."""
    steps = {known: step for known, step in BODY_LENGTH.items() if known != name}
    return Behaviour(reading=replace(STRICT, body_length=steps))


def with_step(name: str, step: LengthStep) -> Behaviour:
    """Finds the body length as it should, but for another step under the same name."""
    return Behaviour(reading=replace(STRICT, body_length={**BODY_LENGTH, name: step}))
