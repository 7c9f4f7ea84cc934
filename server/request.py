"""What a request is once it has been read: values only, octets kept as they came.

The values are named tuples: as immutable as frozen dataclasses, and made several times faster; by `new` even
faster.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from server.grammar import WHITESPACE

new = tuple.__new__
"""Makes a named tuple of its class and all its values, without going through Python code of the class."""

FieldLine = tuple[bytes, bytes]
"""Field name as received, field value without its surrounding whitespace (RFC 9112 5.1)."""


class TargetForm(Enum):
    """The four forms of the request-target (RFC 9112 3.2)."""

    ORIGIN = "origin-form"
    ABSOLUTE = "absolute-form"
    AUTHORITY = "authority-form"
    ASTERISK = "asterisk-form"


class RequestLine(NamedTuple):
    """Method, request-target and version; `path` and `query` as the target spells them (RFC 9112 3)."""

    method: bytes
    target: bytes
    minor_version: int
    form: TargetForm
    path: bytes
    query: bytes | None = None


class Framing(NamedTuple):
    """How a request's content is delimited: `length` octets, or chunked if None (RFC 9112 6.3)."""

    length: int | None
    declared: bool = True

    @property
    def has_content(self) -> bool:
        """Whether content is announced at all."""
        return self.length != 0

    @property
    def name(self) -> str:
        """The field that frames the content, or "none"."""
        if self.length is None:
            return "chunked"
        return "content-length" if self.declared else "none"


CHUNKED = Framing(length=None)
NO_CONTENT = Framing(length=0, declared=False)


class RequestHead(NamedTuple):
    """A request-line with its header section; `values` has every field value by lower-case name, in order."""

    line: RequestLine
    field_lines: Sequence[FieldLine]
    values: Mapping[bytes, Sequence[bytes]]
    framing: Framing = NO_CONTENT

    @property
    def method(self) -> bytes:
        """The method, case kept (RFC 9112 3.1)."""
        return self.line.method

    @property
    def is_http_1_0(self) -> bool:
        """Whether the message says HTTP/1.0; a higher minor version is served as HTTP/1.1 (RFC 9110 6.2)."""
        return self.line.minor_version == 0

    def members(self, name: bytes) -> list[bytes]:
        """The lower-case members of a list field over all its lines, empty ones dropped (9110 5.6.1.2)."""
        lines = self.values.get(name, ())
        members = [member.strip(WHITESPACE).lower() for line in lines for member in line.split(b",")]
        return [member for member in members if member]


def values_by_name(field_lines: Sequence[FieldLine]) -> dict[bytes, list[bytes]]:
    """Every field value by lower-case name, in order (RFC 9110 5.1, 5.3)."""
    values: dict[bytes, list[bytes]] = {}
    for name, value in field_lines:
        values.setdefault(name.lower(), []).append(value)
    return values


class ContentOctets(NamedTuple):
    """A piece of the content, transfer coding removed; how content is cut into pieces means nothing."""

    octets: bytes


class EndOfRequest(NamedTuple):
    """The request is complete; trailer fields stand apart from the header section (RFC 9112 7.1.2)."""

    trailer_fields: Sequence[FieldLine] = ()


class Request(NamedTuple):
    """A whole request, as a resource gets it."""

    head: RequestHead
    content: bytes = b""
    trailer_fields: Sequence[FieldLine] = ()


class Refusal(Exception):
    """The octets are no request this server takes: the status to answer with, the reason in our own words."""

    def __init__(self, status: int, why: str, section: str) -> None:
        super().__init__(f"{status}: {why} ({section})")
        self.status = status
        self.why = why
        self.section = section

    def __eq__(self, other: object) -> bool:
        """Two refusals are the same if they say the same."""
        return isinstance(other, Refusal) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


Event = RequestHead | ContentOctets | EndOfRequest | Refusal
"""What the reader makes of the octets, in the order in which it came."""
