"""Words for faults of requests: what is taken for something else as it arrives, before it is read."""

import re
from collections.abc import Callable
from dataclasses import replace

from server.conduct import EXEMPLARY, Behaviour


def arriving(arrives: Callable[[bytes], bytes]) -> Behaviour:
    """Exemplary, but for what one arrival of octets is taken for."""
    return Behaviour(conduct=replace(EXEMPLARY.conduct, arrives=arrives))


def replacing(pattern: bytes, replacement: bytes) -> Behaviour:
    """Whatever arrives is rewritten before it is read; `.` is any octet."""
    compiled = re.compile(pattern, re.DOTALL)
    return arriving(lambda octets: compiled.sub(replacement, octets))
