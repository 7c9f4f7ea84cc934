"""Octets as the run store keeps them: once by hash, compressed with a preset dictionary.

The dictionary is the decompression key, so it is kept in each run file: a file made by another
version stays readable.
"""

from __future__ import annotations

import zlib
from hashlib import blake2b

# What most conversations of a run are made of, the commonest last (zlib reaches those cheapest).
DICTIONARY = (
    b"Transfer-Encoding: chunked\r\nContent-Length: \r\nExpect: 100-continue\r\nAllow: GET, HEAD\r\n"
    b"HTTP/1.1 404 Not Found\r\nHTTP/1.1 405 Method Not Allowed\r\nHTTP/1.1 400 Bad Request\r\n"
    b"Connection: close\r\nServer: \r\nDate: Mon, 01 Jan 2026 00:00:00 GMT\r\n"
    b"Content-Type: text/html; charset=utf-8\r\nHTTP/1.1 200 OK\r\n"
    b"POST /echo HTTP/1.1\r\nHEAD / HTTP/1.1\r\nGET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n"
)


def key_of(octets: bytes) -> bytes:
    """A 16-octet name for some octets."""
    return blake2b(octets, digest_size=16).digest()


def pack(octets: bytes, dictionary: bytes = DICTIONARY) -> bytes:
    """Compress octets with the dictionary."""
    packer = zlib.compressobj(zdict=dictionary)
    return packer.compress(octets) + packer.flush()


def unpack(packed: bytes, dictionary: bytes) -> bytes:
    """The octets that `pack` was given."""
    unpacker = zlib.decompressobj(zdict=dictionary)
    return unpacker.decompress(packed) + unpacker.flush()
