"""RFC 9112 6.3: how the end of a message is found, as pure functions of its fields.

The steps are numbered as in the RFC, and the Framing names the one that decided. Where the RFC
leaves the recipient a choice, one recovery is taken here, always the same, and it is stated; which
other choices are permitted is not for this module.

- Content-Length beside Transfer-Encoding (step 3): Transfer-Encoding alone is used; the other choice
  is to refuse (6.1). The decision is then that of step 4.
- Equal Content-Length values, on one line or several (step 5): used as that one value. Values are
  compared as numbers ("5, 05" is 5) and empty list elements are ignored ("5," is 5), since the text
  decides neither.
- Parameters on chunked (7.1, SHOULD be an error), and chunked applied twice: the final coding is
  chunked all the same, and the outer layer delimits the message.
- Transfer-Encoding in an HTTP/1.0 message is faulty (6.1) however it is framed: read as under HTTP/1.1.
- An empty Transfer-Encoding is present, and chunked is not its final coding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from harness.http1.grammar import CONTENT_LENGTH, WHITESPACE, decimal, list_elements
from harness.model.message import Framing, FramingKind

CHUNKED: Final = b"chunked"


def request_framing(transfer_encoding: Sequence[bytes], content_length: Sequence[bytes]) -> Framing:
    """The framing of a request whose fields of these two names have these values, in order.

    Never UNTIL_CLOSE or TUNNEL. INVALID at step 4 (chunked is not final) and at step 5 (Content-Length):
    both are for 400 and a close.
    """
    if transfer_encoding:
        return Framing(
            FramingKind.CHUNKED if ends_in_chunked(transfer_encoding) else FramingKind.INVALID, step=4
        )
    return _by_content_length(content_length) or Framing(FramingKind.NONE, step=7)


def response_framing(
    method: bytes, status: int, transfer_encoding: Sequence[bytes], content_length: Sequence[bytes]
) -> Framing:
    """The framing of a response with that status to a request with that method (case-sensitive).

    INVALID only at step 5: a user agent discards the response and closes. The TUNNEL of step 2 begins
    behind the empty line. A 101 ends at its empty line like any 1xx; that the connection then speaks
    another protocol is not a matter of framing (RFC 9110 15.2.2).
    """
    if method == b"HEAD" or 100 <= status < 200 or status in {204, 304}:
        return Framing(FramingKind.NONE, step=1)
    if method == b"CONNECT" and 200 <= status < 300:
        return Framing(FramingKind.TUNNEL, step=2)
    if transfer_encoding:
        return Framing(
            FramingKind.CHUNKED if ends_in_chunked(transfer_encoding) else FramingKind.UNTIL_CLOSE, step=4
        )
    return _by_content_length(content_length) or Framing(FramingKind.UNTIL_CLOSE, step=8)


def transfer_codings(values: Iterable[bytes]) -> tuple[bytes, ...]:
    """The transfer-codings of all Transfer-Encoding lines in the order they were applied, unchecked."""
    return tuple(element for value in values for element in list_elements(value))


def coding_name(transfer_coding: bytes) -> bytes:
    """The name of a transfer-coding in lower case, without its parameters (RFC 9112 7)."""
    return transfer_coding.partition(b";")[0].rstrip(WHITESPACE).lower()


def ends_in_chunked(values: Iterable[bytes]) -> bool:
    """Whether chunked is the final coding of these Transfer-Encoding values."""
    codings = transfer_codings(values)
    return bool(codings) and coding_name(codings[-1]) == CHUNKED


def content_length(values: Sequence[bytes]) -> int | None:
    """The one length that these Content-Length values agree on; None when any is invalid, when they
    differ, or when there is none. Numerals longer than 640 digits count as UNREACHABLE."""
    if len(values) == 1 and CONTENT_LENGTH.fullmatch(values[0]):
        return decimal(values[0])
    members = [member for value in values for member in value.split(b",")]
    numerals = {member.lstrip(b"0") for one in members if (member := one.strip(WHITESPACE))}
    if len(numerals) != 1 or not CONTENT_LENGTH.fullmatch(numeral := b"0" + numerals.pop()):
        return None
    return decimal(numeral)


def _by_content_length(values: Sequence[bytes]) -> Framing | None:
    """Steps 5 and 6; None when there is no Content-Length at all."""
    if not values:
        return None
    length = content_length(values)
    if length is None:
        return Framing(FramingKind.INVALID, step=5)
    return Framing(FramingKind.LENGTH, length, step=6)
