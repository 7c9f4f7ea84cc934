"""Requests with one part in place of another: a new value each time, nothing else changed or checked."""

from __future__ import annotations

from harness.model.message import ChunkedBody, FieldLine, Request, RequestLine


def with_lines(request: Request, *lines: FieldLine) -> Request:
    """The request with these field lines instead of its own."""
    return Request(request.line, lines, request.body, request.end_of_fields)


def with_body(request: Request, body: bytes | ChunkedBody) -> Request:
    """The request with that body; no field line tells of it."""
    return Request(request.line, request.field_lines, body, request.end_of_fields)


def with_line(request: Request, line: RequestLine) -> Request:
    """The request with that request-line."""
    return Request(line, request.field_lines, request.body, request.end_of_fields)


def without(request: Request, *names: bytes) -> Request:
    """The request without the lines of these names."""
    gone = {name.lower() for name in names}
    return with_lines(request, *[line for line in request.field_lines if line.name.lower() not in gone])
