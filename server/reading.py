"""What the server holds to be a sound request, as tables of named functions.

The reader knows how octets arrive; this module knows what they mean. Each entry is one rule with its
section. A deliberate fault is a `Reading` with an entry missing or replaced, so that this code never
mentions faults.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache

from server import grammar
from server.grammar import WHITESPACE
from server.request import (
    CHUNKED,
    NO_CONTENT,
    FieldLine,
    Framing,
    Refusal,
    RequestHead,
    RequestLine,
    TargetForm,
)

HOST = "RFC 9112 3.2, Host"
CONTENT_LENGTH = "RFC 9112 6.3, Content-Length"
"""Sections of refusals by which policies may tell them apart."""

HeadCheck = Callable[[RequestHead], None]
"""Raises a Refusal if the head is unsound."""

LengthStep = Callable[[RequestHead], Framing | None]
"""One step of RFC 9112 6.3: the framing, or None if the step does not apply; raises a Refusal."""


class State(Enum):
    """Where in a request the reader stands; each row of its table reads one of these."""

    REQUEST_LINE = auto()
    FIELD_LINE = auto()
    CONTENT = auto()
    CHUNK_SIZE = auto()
    CHUNK_DATA = auto()
    CHUNK_END = auto()
    TRAILER = auto()
    END = auto()
    REFUSED = auto()
    SKIPPED_HEAD = auto()

    __hash__ = object.__hash__  # members are single; the hash of an Enum is a call in Python


REMEMBERED = 256  # lines; clients say the same again and again, and a line means the same each time


@lru_cache(maxsize=REMEMBERED)
def read_request_line(line: bytes) -> RequestLine:
    """RFC 9112 3: method, request-target and version, a single SP between them."""
    match = grammar.REQUEST_LINE.fullmatch(line)
    if match is None:
        raise Refusal(400, "The request-line is malformed.", "RFC 9112 3")
    method, target, major, minor = match.groups()
    if major != b"1":
        raise Refusal(505, "Only major version 1 of HTTP is spoken here.", "RFC 9110 15.6.6")
    origin = grammar.ORIGIN_FORM.fullmatch(target)
    if origin is not None and method != b"CONNECT":
        return RequestLine(method, target, int(minor), TargetForm.ORIGIN, origin[1], origin[2])
    form, path, query = _read_rarer_target(method, target)
    return RequestLine(method, target, int(minor), form, path, query)


def refused_head_request(line: bytes) -> RequestLine | None:
    """A request-line that is refused for its target or version, if its method is HEAD: its answer has no
    content whatever else is wrong (RFC 9112 6.3)."""
    match = grammar.REQUEST_LINE.fullmatch(line)
    if match is None or match[1] != b"HEAD":
        return None
    return RequestLine(b"HEAD", match[2], int(match[4]), TargetForm.ORIGIN, match[2], None)


def _read_rarer_target(method: bytes, target: bytes) -> tuple[TargetForm, bytes, bytes | None]:
    """RFC 9112 3.2.2 to 3.2.4: the forms an origin server seldom sees; path and query as in RFC 9112 3.3."""
    if method == b"CONNECT":
        if grammar.AUTHORITY_FORM.fullmatch(target):
            return TargetForm.AUTHORITY, b"", None
    elif target == b"*":
        if method == b"OPTIONS":
            return TargetForm.ASTERISK, b"", None
    elif match := grammar.HTTP_URI.fullmatch(target):
        return _read_http_uri(method, target, match)
    elif (match := grammar.ABSOLUTE_URI.fullmatch(target)) and match[1].lower() not in (b"http", b"https"):
        raise Refusal(421, "This server answers for http URIs only.", "RFC 9110 7.4")
    raise Refusal(400, "The request-target has none of the forms its method allows.", "RFC 9112 3.2")


def _read_http_uri(
    method: bytes, target: bytes, match: re.Match[bytes]
) -> tuple[TargetForm, bytes, bytes | None]:
    """RFC 9112 3.2.2, RFC 9110 4.2.1: an empty host is refused, and https where nothing is secured."""
    authority, path, query = match.groups()
    if not authority or authority.startswith(b":"):
        raise Refusal(400, "An http URI has a host.", "RFC 9110 4.2.1")
    if target[:6].lower() == b"https:":
        raise Refusal(421, "This connection is not secured.", "RFC 9110 7.4")
    if path is None and query is None and method == b"OPTIONS":
        return TargetForm.ABSOLUTE, b"", None
    return TargetForm.ABSOLUTE, path or b"/", query


FIELD_LINE_FLAWS = (
    (re.compile(rb"[ \t]"), "A line folded, or whitespace before the first field line.", "RFC 9112 2.2, 5.2"),
    (re.compile(grammar.TOKEN + rb"[ \t]+:"), "Whitespace before the colon of a field line.", "RFC 9112 5.1"),
    (re.compile(grammar.TOKEN + rb":"), "A control character in a field value.", "RFC 9110 5.5"),
    (re.compile(rb""), "A line that is no field line.", "RFC 9112 5"),
)
"""What is wrong with a line that is no field line: the first pattern that fits tells."""


@lru_cache(maxsize=REMEMBERED)
def read_field_line(line: bytes) -> FieldLine | None:
    """RFC 9112 5: field name and value; None would drop the line, which this server never does."""
    match = grammar.FIELD_LINE.fullmatch(line)
    if match is None:
        why, section = next((why, section) for flaw, why, section in FIELD_LINE_FLAWS if flaw.match(line))
        raise Refusal(400, why, section)
    return match[1], match[2].strip(WHITESPACE)


def host_is_present(head: RequestHead) -> None:
    """RFC 9112 3.2: HTTP/1.1 requires Host; HTTP/1.0 does not know it."""
    if b"host" not in head.values and not head.is_http_1_0:
        raise Refusal(400, "The Host field is missing.", HOST)


def host_is_single(head: RequestHead) -> None:
    """RFC 9112 3.2: more than one Host line is refused, whatever the lines say."""
    if len(head.values.get(b"host", ())) > 1:
        raise Refusal(400, "More than one Host field line.", HOST)


def host_is_valid(head: RequestHead) -> None:
    """RFC 9112 3.2, RFC 9110 7.2: every Host value follows its grammar; an empty one does (reg-name is *)."""
    for value in head.values.get(b"host", ()):
        if not grammar.HOST.fullmatch(value):
            raise Refusal(400, "The Host field is malformed.", HOST)


def read_chunk_size_line(line: bytes) -> tuple[bytes, bytes]:
    """RFC 9112 7.1, 7.1.1: the hexadecimal digits of the size, and its extensions, which are ignored."""
    match = grammar.CHUNK_SIZE_LINE.fullmatch(line)
    if match is None:
        raise Refusal(400, "A malformed chunk-size line.", "RFC 9112 7.1")
    return match[1], match[2]


HEAD_CHECKS: Mapping[str, HeadCheck] = {
    "host is present": host_is_present,
    "host is single": host_is_single,
    "host is valid": host_is_valid,
}
"""What is asked of a header section as a whole, in this order."""


def transfer_encoding_in_http_1_0(head: RequestHead) -> Framing | None:
    """RFC 9112 6.1: an HTTP/1.0 message with Transfer-Encoding has faulty framing, come what may."""
    if head.is_http_1_0 and b"transfer-encoding" in head.values:
        raise Refusal(400, "Transfer-Encoding in an HTTP/1.0 request.", "RFC 9112 6.1")
    return None


def transfer_encoding_with_content_length(head: RequestHead) -> Framing | None:
    """RFC 9112 6.1, 6.3 step 3: the pair may be a try at smuggling; of the two permitted ways, refusal."""
    if b"transfer-encoding" in head.values and b"content-length" in head.values:
        raise Refusal(400, "Both Transfer-Encoding and Content-Length.", "RFC 9112 6.1")
    return None


def transfer_encoding(head: RequestHead) -> Framing | None:
    """RFC 9112 6.1, 6.3 steps 4 and 5, 7.1: chunked alone is known; last, once, without parameters."""
    values = head.values.get(b"transfer-encoding")
    if values is None:
        return None
    matches = [grammar.TRANSFER_CODING.fullmatch(member) for member in head.members(b"transfer-encoding")]
    codings = [(match[1], match[2]) for match in matches if match is not None]
    if len(codings) < len(matches) or not codings or codings[-1][0] != b"chunked":
        raise Refusal(400, "The final transfer coding of a request is chunked.", "RFC 9112 6.3")
    if codings[-1][1] or any(name == b"chunked" for name, _ in codings[:-1]):
        raise Refusal(400, "Chunked is applied once and has no parameters.", "RFC 9112 6.1, 7.1")
    if len(codings) > 1:
        raise Refusal(501, "No transfer coding but chunked is understood here.", "RFC 9112 6.1")
    return CHUNKED


def content_length(head: RequestHead) -> Framing | None:
    """RFC 9112 6.3 steps 6 and 7, RFC 9110 8.6: one line of digits.

    A list of equal values may be taken or refused; it is refused, since a sender of one is not to be trusted.
    """
    values = head.values.get(b"content-length")
    if values is None:
        return None
    if len(values) > 1 or not grammar.CONTENT_LENGTH.fullmatch(values[0]):
        raise Refusal(400, "The Content-Length field is malformed.", CONTENT_LENGTH)
    return Framing(exact_length(values[0]))


def exact_length(digits: bytes) -> int:
    """RFC 9110 8.6: digits to a number without wrapping; beyond 18 digits 413, whatever they are."""
    significant = digits.lstrip(b"0")
    if len(significant) > 18:
        raise Refusal(413, "More content than this server takes.", "RFC 9110 15.5.14")
    return int(significant or b"0")


BODY_LENGTH: Mapping[str, LengthStep] = {
    "transfer-encoding in HTTP/1.0": transfer_encoding_in_http_1_0,
    "transfer-encoding with content-length": transfer_encoding_with_content_length,
    "transfer-encoding": transfer_encoding,
    "content-length": content_length,
}
"""RFC 9112 6.3 as it binds a server reading requests; the first step that yields a framing decides."""


FRAMING_FIELDS = frozenset((b"transfer-encoding", b"content-length"))
"""A request with neither has no content (RFC 9112 6.3 step 8)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand requests; the defaults are the exemplary one."""

    request_line: Callable[[bytes], RequestLine] = read_request_line
    field_line: Callable[[bytes], FieldLine | None] = read_field_line
    head_checks: Mapping[str, HeadCheck] = field(default_factory=lambda: HEAD_CHECKS)
    body_length: Mapping[str, LengthStep] = field(default_factory=lambda: BODY_LENGTH)
    chunk_size_line: Callable[[bytes], tuple[bytes, bytes]] = read_chunk_size_line
    leading_empty_lines: int = 1
    after_chunk: State = State.CHUNK_SIZE

    def framing(self, head: RequestHead) -> Framing:
        """The framing of the content that follows this head; raises a Refusal (RFC 9112 6.3)."""
        if FRAMING_FIELDS.isdisjoint(head.values):
            return NO_CONTENT
        for step in self.body_length.values():
            framing = step(head)
            if framing is not None:
                return framing
        return NO_CONTENT


STRICT = Reading()
