"""Generated requests and plans: one grammar, three drivers.

For Hypothesis these are public, composable strategies:

    from hypothesis import given
    from harness.strategies import plans, requests

    @given(requests(methods=[b"GET"], host=b"localhost"))
    def test_my_server(request): ...

`requests`, `field_lines`, `request_targets`, `chunked_bodies`, `pipelines`, `deliveries` and `plans` are
told in `hypothesis_strategies.py`; Hypothesis is loaded when one of them is first asked for. Without it
campaigns take `planning.seeded_plans`, and fuzzers that mutate octets `planning.decoded_plan`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.strategies.hypothesis_strategies import (
        chunked_bodies,
        deliveries,
        field_lines,
        pipelines,
        plans,
        request_targets,
        requests,
    )

__all__ = [
    "chunked_bodies",
    "deliveries",
    "field_lines",
    "pipelines",
    "plans",
    "request_targets",
    "requests",
]


def __getattr__(name: str) -> Any:
    """The strategies above, imported when they are first asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from harness.strategies import hypothesis_strategies  # noqa: PLC0415 - loads Hypothesis

    return getattr(hypothesis_strategies, name)
