"""What the server serves: one resource per module, called `RESOURCE`, found by walking this package."""

import importlib
import pkgutil
from functools import cache

from server.resource import Resources


@cache
def all_resources() -> Resources:
    """Every resource of this package."""
    modules = (
        importlib.import_module(module.name) for module in pkgutil.iter_modules(__path__, f"{__name__}.")
    )
    return Resources(module.RESOURCE for module in modules)
