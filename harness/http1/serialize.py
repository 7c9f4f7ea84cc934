"""Messages as values -> octets: the parts joined in their order, and nothing else.

Nothing is added, checked or repaired, so a malformed message goes out exactly as it was built; reading
a message and serializing it gives the octets that were read.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.model.message import Chunk, ChunkedBody, FieldLine, Request, RequestLine, Response, StatusLine


def request(message: Request) -> bytes:
    """All octets of a request (RFC 9112 2.1)."""
    body = message.body if isinstance(message.body, bytes) else chunked_body(message.body)
    return request_line(message.line) + field_lines(message.field_lines) + message.end_of_fields + body


def response_head(message: Response) -> bytes:
    """The octets of a response up to and with the empty line (RFC 9112 2.1)."""
    return status_line(message.line) + field_lines(message.field_lines) + message.end_of_fields


def request_line(line: RequestLine) -> bytes:
    """The octets of a request-line, its line end among them (RFC 9112 3)."""
    return b"".join((line.method, line.after_method, line.target, line.after_target, line.version, line.end))


def status_line(line: StatusLine) -> bytes:
    """The octets of a status-line, its line end among them (RFC 9112 4)."""
    parts = (
        line.version,
        line.after_version,
        line.status_code,
        line.after_status_code,
        line.reason,
        line.end,
    )
    return b"".join(parts)


def field_lines(lines: Iterable[FieldLine]) -> bytes:
    """The octets of field lines, one behind the other (RFC 9112 5)."""
    return b"".join(map(field_line, lines))


def field_line(line: FieldLine) -> bytes:
    """The octets of a field line, its line end among them (RFC 9112 5)."""
    parts = (
        line.name,
        line.before_colon,
        line.colon,
        line.before_value,
        line.value,
        line.after_value,
        line.end,
    )
    return b"".join(parts)


def chunk(one: Chunk) -> bytes:
    """The octets of a chunk (RFC 9112 7.1); its size is what it says, right or wrong."""
    return b"".join((one.size, one.extension, one.end_of_size, one.data, one.end_of_data))


def chunked_body(body: ChunkedBody) -> bytes:
    """The octets of a chunked body (RFC 9112 7.1)."""
    chunks = b"".join(map(chunk, body.chunks))
    return chunks + body.last_chunk + field_lines(body.trailer_section) + body.end
