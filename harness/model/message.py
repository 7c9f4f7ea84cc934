"""HTTP/1.1 messages as their octets make them up (RFC 9112).

Every value is lossless: joined in order, its parts are the octets it stands for. So a builder can
state a malformed message exactly, and a reader can return what it saw without tidying it. Nothing
here is decoded, stripped or lower-cased; `FieldLine.named` compares names as RFC 9110 5.1 says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

CRLF = b"\r\n"


@dataclass(frozen=True, slots=True)
class RequestLine:
    """method SP request-target SP HTTP-version CRLF (RFC 9112 3), with whatever stood between them."""

    method: bytes
    target: bytes
    version: bytes = b"HTTP/1.1"
    after_method: bytes = b" "
    after_target: bytes = b" "
    end: bytes = CRLF


_STATUSES: Final = {b"%03d" % status: status for status in range(1000)}


@dataclass(frozen=True, slots=True)
class StatusLine:
    """HTTP-version SP status-code SP [ reason-phrase ] CRLF (RFC 9112 4)."""

    version: bytes
    status_code: bytes
    reason: bytes = b""
    after_version: bytes = b" "
    after_status_code: bytes = b" "
    end: bytes = CRLF

    @property
    def status(self) -> int:
        """The status code as a number; 0 when it is not three digits."""
        return _STATUSES.get(self.status_code, 0)


@dataclass(frozen=True, slots=True)
class FieldLine:
    """field-name ":" OWS field-value OWS CRLF (RFC 9112 5). `value` excludes the outer whitespace.

    A line without a colon has an empty `colon`, and all of it stands in `name`.
    """

    name: bytes
    value: bytes = b""
    before_colon: bytes = b""
    colon: bytes = b":"
    before_value: bytes = b" "
    after_value: bytes = b""
    end: bytes = CRLF

    def named(self, name: bytes) -> bool:
        """Whether this is a line of the field `name` (field names are case-insensitive, RFC 9110 5.1)."""
        return len(self.name) == len(name) and self.name.lower() == name.lower()


@dataclass(frozen=True, slots=True)
class Chunk:
    """chunk-size [ chunk-ext ] CRLF chunk-data CRLF (RFC 9112 7.1); `extension` begins with its ";"."""

    size: bytes
    data: bytes
    extension: bytes = b""
    end_of_size: bytes = CRLF
    end_of_data: bytes = CRLF


@dataclass(frozen=True, slots=True)
class ChunkedBody:
    """*chunk last-chunk trailer-section CRLF (RFC 9112 7.1). An empty `last_chunk` leaves it out."""

    chunks: tuple[Chunk, ...] = ()
    last_chunk: bytes = b"0\r\n"
    trailer_section: tuple[FieldLine, ...] = ()
    end: bytes = CRLF


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands, or is to stand, on the wire."""

    line: RequestLine
    field_lines: tuple[FieldLine, ...] = ()
    body: bytes | ChunkedBody = b""
    end_of_fields: bytes = CRLF

    def values(self, name: bytes) -> tuple[bytes, ...]:
        """The values of all field lines with that name, in order."""
        return values(self.field_lines, name)


@dataclass(frozen=True, slots=True)
class Response:
    """The head of a response as it stood on the wire, and its trailer section."""

    line: StatusLine
    field_lines: tuple[FieldLine, ...] = ()
    end_of_fields: bytes = CRLF
    trailer_section: tuple[FieldLine, ...] = ()

    @property
    def status(self) -> int:
        """The status code as a number; 0 when it is not three digits."""
        return self.line.status

    def values(self, name: bytes) -> tuple[bytes, ...]:
        """The values of all field lines with that name, in order."""
        return values(self.field_lines, name)


def values(field_lines: Iterable[FieldLine], name: bytes) -> tuple[bytes, ...]:
    """The values of those field lines that bear the name, in order."""
    size, wanted = len(name), name.lower()  # most lines differ in length already
    return tuple(
        [
            line.value
            for line in field_lines
            if len(line.name) == size and line.colon and line.name.lower() == wanted
        ]
    )


class FramingKind(StrEnum):
    """How the end of a message's content is found (RFC 9112 6.3)."""

    NONE = "none"
    LENGTH = "content-length"
    CHUNKED = "chunked"
    UNTIL_CLOSE = "until-close"
    TUNNEL = "tunnel"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Framing:
    """One outcome of RFC 9112 6.3: the kind, the length in octets for LENGTH, and the step that decided."""

    kind: FramingKind
    length: int | None = None
    step: int = 0
