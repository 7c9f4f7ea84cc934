"""How long and how the fuzz suite searches: profiles of Hypothesis, chosen by --hypothesis-profile.

`dev` looks at other examples each time and keeps what failed in Hypothesis's database (`.hypothesis/`), `ci`
at the same ones always, `soak` at very many. Without a word it is `ci` where the environment has CI set, else
`dev`. A profile of the user's own counts as it is, but that an exchange may take its time.
"""

from __future__ import annotations

import os
from typing import Any, Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import InvalidArgument

_ANY: Final[dict[str, Any]] = {
    "deadline": None,
    "suppress_health_check": (
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ),
    "phases": (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    "report_multiple_bugs": False,
    "print_blob": True,
}
"""Servers take their time, and so does drawing megabytes; one failure of a property is told at a time. Which
lines of ours a failing example runs through (Phase.explain) says nothing about a server."""

PROFILES: Final = {
    "dev": settings(max_examples=50, stateful_step_count=12, derandomize=False, **_ANY),
    "ci": settings(max_examples=100, stateful_step_count=12, derandomize=True, **_ANY),
    "soak": settings(max_examples=5000, stateful_step_count=30, derandomize=False, **_ANY),
}


def provide(name: str) -> None:
    """Register one of ours under its name, unless somebody registered another before."""
    if name in PROFILES:
        try:
            settings.get_profile(name)
        except InvalidArgument:
            settings.register_profile(name, PROFILES[name])


def chosen() -> settings:
    """The settings of the suite."""
    said, current = settings.get_current_profile_name().partition("-with-")[0], settings()
    name = {"default": "ci" if os.environ.get("CI") else "dev"}.get(said, said)
    if name in PROFILES:
        return settings(PROFILES[name], verbosity=current.verbosity)
    return settings(current, **{**_ANY, "phases": set(current.phases) - {Phase.explain}})
