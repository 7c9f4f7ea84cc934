"""JSON Schemas of what we write, the same on every Python."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import msgspec


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of a type, its descriptions undented, as Python 3.13 alone has docstrings."""
    schema: dict[str, Any] = _undented(msgspec.json.schema(kind))
    return schema


def _undented(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: cleandoc(value) if key == "description" and isinstance(value, str) else _undented(value)
            for key, value in schema.items()
        }
    if isinstance(schema, list):
        return [_undented(one) for one in schema]
    return schema
