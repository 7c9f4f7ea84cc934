"""Deliberate faults: one module per section of the RFCs, found by walking this package.

A module lists its faults in `FAULTS`. A fault never touches the server's code: it is a `Behaviour` in which
one check, one policy, or the octets of the response are other than they should be.
"""

import importlib
import pkgutil
from functools import cache

from server.faults.fault import Fault
from server.unknown import UnknownName

__all__ = ["Fault", "UnknownFault", "all_faults", "named"]


class UnknownFault(UnknownName):
    """No fault has this name."""

    kind = "fault"


@cache
def _discovered() -> dict[str, Fault]:
    faults: dict[str, Fault] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        for fault in getattr(importlib.import_module(module.name), "FAULTS", ()):
            if fault.name in faults:
                raise ValueError(f"two faults are named {fault.name!r}")
            faults[fault.name] = fault
    return faults


def all_faults() -> dict[str, Fault]:
    """Every fault by its name."""
    return dict(_discovered())


def named(name: str) -> Fault:
    """The fault of this name; raises UnknownFault."""
    faults = _discovered()
    if name not in faults:
        raise UnknownFault(name, faults)
    return faults[name]
