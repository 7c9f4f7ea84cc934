"""The short cut: one plain request, come whole and alone, is read in one pass of one pattern.

Plain is what nearly every client says: HTTP/1.1, an origin-form target, one sound Host before all other
field lines, where RFC 9110 7.2 wants it, these to the letter of the grammar, no content. `_PLAIN_HEAD` is
made of the same productions as the careful way, so that it reads the same values. What is not plain may be
sound or not: `RequestReader` reads it with care, and says what is wrong with it. The tests hold both ways
against each other.
"""

import re

from server import grammar
from server.reading import FRAMING_FIELDS
from server.request import NO_CONTENT, FieldLine, RequestHead, RequestLine, TargetForm, new

_PLAIN_HEAD = re.compile(
    rb"(?!CONNECT )(" + grammar.TOKEN + rb") ((" + grammar.PATH + rb")(?:\?(" + grammar.QUERY + rb"))?)"
    rb" HTTP/1\.1\r\n"
    rb"((?i:Host)):[ \t]*+(" + grammar.HOST_VALUE + rb")\r\n"
    rb"((?:" + grammar.TOKEN + rb":" + grammar.FIELD_OCTETS + rb"(?<![ \t])\r\n)*+)"
    rb"\r\n"
)
"""Method, request-target with its path and query, Host, and field lines with no whitespace at their ends."""

_FIELD_LINES = re.compile(rb"([^:]++):[ \t]*+([^\r]*+)\r\n")
"""Each of the field lines that `_PLAIN_HEAD` has matched."""

_ORIGIN = TargetForm.ORIGIN


PlainRequest = tuple[bytes, bytes, bytes, bytes | None, tuple[FieldLine, ...], dict[bytes, list[bytes]]]
"""Method, request-target, path, query, field lines, and their values by lower-case name."""


def read_plain_request(octets: bytes, room: int, field_lines: int) -> PlainRequest | None:
    """The request, if the octets are a plain one and no more; else None, which says nothing of them.

    It has at most `room` octets in all, and at most so many `field_lines`.
    """
    if len(octets) > room:
        return None
    match = _PLAIN_HEAD.fullmatch(octets)
    if match is None:
        return None
    method, target, path, query, host_name, host, further = match.groups()
    lines: tuple[FieldLine, ...] = ((host_name, host),)
    values = {b"host": [host]}
    if further:
        lines += tuple(_FIELD_LINES.findall(further))
        for name, value in lines[1:]:
            values.setdefault(name.lower(), []).append(value)
        if len(values[b"host"]) > 1 or not FRAMING_FIELDS.isdisjoint(values):
            return None
    if len(lines) > field_lines:
        return None
    return method, target, path, query, lines, values


def head_of(request: PlainRequest) -> RequestHead:
    """The same as any other request has it."""
    method, target, path, query, lines, values = request
    request_line = new(RequestLine, (method, target, 1, _ORIGIN, path, query))
    return new(RequestHead, (request_line, lines, values, NO_CONTENT))
