"""Data that the script of the page unfolds on demand: blocks, deflated, in base64, each a <script> of data.

A browser does not run such an element, and base64 has no character that could end it. Chunks gather
small items into blocks of a size that unfolds in milliseconds; Octets keep equal octets once.
"""

from __future__ import annotations

import base64
import zlib
from hashlib import blake2b
from typing import IO, Any

import msgspec

from harness.narrate.escape import Span, kept

CHUNK_OCTETS = 1 << 18
KEPT_OCTETS = 1 << 14

Reference = tuple[Any, ...]
"""Where octets are: (chunk, offset, length), and where they were cut also (total, ranges that are kept)."""


class Blocks:
    """Writes blocks into a file, one after another."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def add(self, name: str, data: bytes) -> None:
        """Write one block; `name` is ours and has nothing to escape."""
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = base64.b64encode(packer.compress(data) + packer.flush()).decode()
        self._file.write(f'<script type="application/octet-stream" id="block-{name}">{packed}</script>\n')

    def add_json(self, name: str, value: object) -> None:
        """Write one block of JSON."""
        self.add(name, msgspec.json.encode(value))


class Chunks:
    """Items of JSON in blocks `NAME-0`, `NAME-1` ...; `starts` has the number of the first item of each."""

    def __init__(self, name: str, blocks: Blocks) -> None:
        self.starts: list[int] = []
        self.count = 0
        self._name, self._blocks = name, blocks
        self._items: list[bytes] = []
        self._size = 0

    def add(self, value: object) -> None:
        """Take one item."""
        item = msgspec.json.encode(value)
        self._items.append(item)
        self._size += len(item)
        self.count += 1
        if self._size >= CHUNK_OCTETS:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered."""
        if self._items:
            self._blocks.add(f"{self._name}-{len(self.starts)}", b"[" + b",".join(self._items) + b"]")
            self.starts.append(self.count - len(self._items))
            self._items, self._size = [], 0


class Octets:
    """Octets in blocks `octets-0`, `octets-1` ..., each once; what is too long is cut in the middle."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._known: dict[bytes, tuple[int, int, int]] = {}
        self._chunk = bytearray()
        self._number = 0

    def keep(self, octets: bytes, span: Span | None = None) -> Reference:
        """Keep the octets, if need be only their head, their tail and what surrounds the span."""
        if len(octets) <= KEPT_OCTETS:
            return self._keep(octets)
        ranges = kept(octets, KEPT_OCTETS, span)
        return (*self._keep(b"".join(octets[a:b] for a, b in ranges)), len(octets), ranges)

    def _keep(self, octets: bytes) -> tuple[int, int, int]:
        key = blake2b(octets, digest_size=16).digest()
        if key not in self._known:
            if len(self._chunk) + len(octets) > CHUNK_OCTETS:
                self.flush()
            self._known[key] = (self._number, len(self._chunk), len(octets))
            self._chunk += octets
        return self._known[key]

    def flush(self) -> None:
        """Write what has gathered."""
        if self._chunk:
            self._blocks.add(f"octets-{self._number}", bytes(self._chunk))
            self._number += 1
            self._chunk.clear()
