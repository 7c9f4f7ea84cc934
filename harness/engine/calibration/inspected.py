"""What an inspect resource says of a request: docs/echo-contract.md.

The octets are a target's own word and may be anything; what does not keep to the contract is None.
"""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Inspected:
    """A request as the target understood it. `content` is None where the target does not tell it."""

    method: bytes
    target: bytes
    fields: tuple[tuple[bytes, bytes], ...]
    content: bytes | None = None

    def values(self, name: bytes) -> tuple[bytes, ...]:
        """The values of that field, in the order in which the target tells them; `_` stands for `-` too."""
        return tuple(value for said, value in self.fields if plain(said) == plain(name))


def plain(name: bytes) -> bytes:
    """A field name without what gateways do to it: letter case (RFC 9110 5.1), and `_` for `-`."""
    return name.lower().replace(b"_", b"-")


def inspected(content: bytes) -> Inspected | None:
    """The request that the content of an answer tells of, or None."""
    try:
        told = json.loads(content)
        encoded = told.get("content_base64")
        return Inspected(
            _octets(told["method"]),
            _octets(told["target"]),
            tuple((_octets(name), _octets(value)) for name, value in told["fields"]),
            None if encoded is None else b64decode(encoded, validate=True),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _octets(text: Any) -> bytes:
    """UnicodeEncodeError, which is a ValueError, where a character stands for no octet."""
    if not isinstance(text, str):
        raise TypeError(f"not a string: {text!r:.40}")
    return text.encode("latin-1")
