"""A specimen as a value: a naive server, kept because it is wrong in known ways."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""Serves one connection. What it raises is its death: the connection closes without another octet."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """A named server of the kind that people write on their way to a real one.

    `summary` tells in one sentence what it does; what is wrong with it stands in its module's docstring.
    """

    name: str
    summary: str
    handle: Handler
