"""A representation with its validators, and the preconditions on it (RFC 9110 8.8, 13)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from server.clock import imf_fixdate, read_http_date
from server.request import RequestHead
from server.resource import Opener, by_head
from server.response import HTML, Response, error

_ENTITY_TAG = re.compile(rb'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_CONDITIONS = frozenset((b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since"))


@dataclass(frozen=True, slots=True)
class Representation:
    """Content with its media type; a strong entity tag and a date of last change, where it has them."""

    content: bytes
    content_type: bytes = HTML
    entity_tag: bytes | None = None
    modified: int | None = None

    @property
    def validators(self) -> tuple[tuple[bytes, bytes], ...]:
        """ETag and Last-Modified, as far as there are any."""
        fields = []
        if self.entity_tag is not None:
            fields.append((b"ETag", self.entity_tag))
        if self.modified is not None:
            fields.append((b"Last-Modified", imf_fixdate(self.modified)))
        return tuple(fields)


def served(representation: Representation) -> Opener:
    """Answers GET and HEAD with this representation, or with 304 or 412 where a precondition says so."""
    fields = ((b"Content-Type", representation.content_type), *representation.validators)
    whole = Response(200, fields, representation.content)

    def answer(head: RequestHead) -> Response:
        if _CONDITIONS.isdisjoint(head.values):
            return whole
        status = precondition_status(head, representation)
        if status == 304:
            return Response(304, representation.validators)
        return whole if status is None else error(412, "A precondition does not hold.", head)

    return by_head(answer, whole, unless=_CONDITIONS)


def precondition_status(head: RequestHead, representation: Representation) -> int | None:
    """RFC 9110 13.2.2 for GET and HEAD, steps 1 to 4: 412, 304, or None if the method may go on."""
    values = head.values
    if b"if-match" in values:
        if not _matches(values[b"if-match"], representation, strongly=True):
            return 412
    elif _changed_after(_date(head, b"if-unmodified-since"), representation) is True:
        return 412
    if b"if-none-match" in values:
        return 304 if _matches(values[b"if-none-match"], representation, strongly=False) else None
    return 304 if _changed_after(_date(head, b"if-modified-since"), representation) is False else None


def _matches(lines: Sequence[bytes], representation: Representation, strongly: bool) -> bool:
    """RFC 9110 8.8.3.2, 13.1.1, 13.1.2: whether `*`, or a tag of the list, stands for this representation."""
    value = b",".join(lines)
    if value.strip(b" \t,") == b"*":
        return True
    tags = _ENTITY_TAG.findall(value)
    return any(tag == representation.entity_tag and not (weak and strongly) for weak, tag in tags)


def _changed_after(date: int | None, representation: Representation) -> bool | None:
    """Whether the representation changed after the date; None if that cannot be known."""
    if date is None or representation.modified is None:
        return None
    return representation.modified > date


def _date(head: RequestHead, name: bytes) -> int | None:
    """RFC 9110 13.1.3, 13.1.4: the date in a field that says one; anything else is ignored."""
    lines = head.values.get(name, ())
    return read_http_date(lines[0]) if len(lines) == 1 else None
