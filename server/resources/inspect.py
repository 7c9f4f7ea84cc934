"""`/inspect`: tells as JSON what was understood of a request. Octets are the characters U+0000 to U+00FF."""

from base64 import b64encode
from collections.abc import Sequence

from server.request import FieldLine, Request
from server.resource import Resource, collected
from server.response import Response, document


def _text(octets: bytes) -> str:
    return octets.decode("latin-1")


def _listed(field_lines: Sequence[FieldLine]) -> list[list[str]]:
    return [[_text(name), _text(value)] for name, value in field_lines]


def inspected(request: Request) -> Response:
    """The request as the reader understood it, nothing folded, joined or added."""
    head = request.head
    method = b"GET" if head.method == b"HEAD" else head.method  # the length is that of GET (RFC 9110 8.6)
    return document(
        {
            "method": _text(method),
            "target": _text(head.line.target),
            "target_form": head.line.form.value,
            "path": _text(head.line.path),
            "query": None if head.line.query is None else _text(head.line.query),
            "version": f"HTTP/1.{head.line.minor_version}",
            "fields": _listed(head.field_lines),
            "framing": head.framing.name,
            "content_length": head.framing.length if head.framing.declared else None,
            "content": _text(request.content),
            "content_base64": b64encode(request.content).decode("ascii"),
            "trailer_fields": _listed(request.trailer_fields),
        }
    )


RESOURCE = Resource(
    b"/inspect", dict.fromkeys((b"GET", b"POST", b"PUT", b"PATCH", b"DELETE"), collected(inspected))
)
