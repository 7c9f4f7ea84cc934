"""Specimens: naive servers, stage by stage, as known-bad targets; found by walking this package.

A module here that has a `SPECIMEN` is one. Its docstring says what it stands for and what is wrong with it.
They are wrong on purpose and stay so: nothing of the reference server is in them, and nothing of them in it.
"""

import importlib
import pkgutil
from functools import cache

from server.specimens.specimen import Specimen
from server.unknown import UnknownName

__all__ = ["Specimen", "UnknownSpecimen", "all_specimens", "named"]


class UnknownSpecimen(UnknownName):
    """No specimen has this name."""

    kind = "specimen"


@cache
def _discovered() -> dict[str, Specimen]:
    modules = [importlib.import_module(one.name) for one in pkgutil.iter_modules(__path__, f"{__name__}.")]
    specimens = [module.SPECIMEN for module in modules if hasattr(module, "SPECIMEN")]
    return {specimen.name: specimen for specimen in specimens}


def all_specimens() -> dict[str, Specimen]:
    """Every specimen by its name."""
    return dict(_discovered())


def named(name: str) -> Specimen:
    """The specimen of this name; raises UnknownSpecimen."""
    specimens = _discovered()
    if name not in specimens:
        raise UnknownSpecimen(name, specimens, few=True)
    return specimens[name]
