"""Faults against RFC 9112 6.3: how long a message is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from server.conduct import EXEMPLARY, Behaviour
from server.faults.arrivals import arriving
from server.faults.fault import Fault
from server.faults.rewriting import chunked, rewriting, to_head_request, to_http_1_1, when, with_framing
from server.faults.tables import with_step, without_step
from server.reading import CONTENT_LENGTH, LengthStep, content_length
from server.request import NO_CONTENT, Framing, Refusal, RequestHead

_DIGITS = re.compile(rb"[0-9]*")
_DECLARED = re.compile(rb"\r\nContent-Length: ([0-9]+)\r\n")


def length_or(fall_back: Callable[[Sequence[bytes]], Framing | None]) -> LengthStep:
    """Content-Length as it should be read; where that is refused, what is made of its values instead."""

    def step(head: RequestHead) -> Framing | None:
        try:
            return content_length(head)
        except Refusal as refusal:
            if refusal.section != CONTENT_LENGTH:
                raise
            framing = fall_back(head.members(b"content-length"))
            if framing is None:
                raise
            return framing

    return step


def leading_digits(values: Sequence[bytes]) -> Framing | None:
    """Of one malformed value, the digits it begins with."""
    match = _DIGITS.match(values[0].lstrip(b"+")) if len(set(values)) == 1 else None
    return Framing(int(match[0][:18] or b"0")) if match else None


def nothing(values: Sequence[bytes]) -> Framing | None:
    """A malformed value is as good as none; values that differ are still refused."""
    return NO_CONTENT if len(set(values)) < 2 else None


def chosen(index: int) -> Callable[[Sequence[bytes]], Framing | None]:
    """One of several values, if all are numbers."""

    def choose(values: Sequence[bytes]) -> Framing | None:
        several = len(values) > 1 and all(value.isdigit() for value in values)
        return Framing(int(values[index][:18])) if several else None

    return choose


def one_less(head: RequestHead) -> Framing | None:
    """The length, less one octet."""
    framing = content_length(head)
    return Framing(framing.length - 1) if framing and framing.length else framing


def wrapped(head: RequestHead) -> Framing | None:
    """The length in 32 bits."""
    values = head.values.get(b"content-length", ())
    if len(values) == 1 and values[0].isdigit():
        return Framing(int(values[0][-4000:]) % (1 << 32))
    return content_length(head)


def with_content(response: bytes, request: RequestHead | None) -> bytes:
    """As much content as Content-Length says."""
    match = _DECLARED.search(response)
    return response + b"x" * int(match[1]) if match else response


def to_post(response: bytes, request: RequestHead | None) -> bool:
    """Whether this is a response to POST in HTTP/1.1."""
    return to_http_1_1(response, request) and request is not None and request.method == b"POST"


def of_last_line(content: bytes) -> bytes:
    """What an answer would be, had the request's content been its last line alone."""
    return chunked(content.rpartition(b"\n")[2] or b"-")


def alike_ignored(head: RequestHead) -> Framing | None:
    """Values that are alike count as none."""
    values = head.members(b"content-length")
    alike = len(values) > 1 and len(set(values)) == 1
    return NO_CONTENT if alike else content_length(head)


def octal(head: RequestHead) -> Framing | None:
    """A length that begins with a zero is octal."""
    values = head.values.get(b"content-length", ())
    if len(values) == 1 and re.fullmatch(rb"0[0-7]+", values[0]):
        return Framing(int(values[0], 8))
    return content_length(head)


def as_much_as_came(octets: bytes) -> bytes:
    """Content is what came with the head; its length is corrected to that."""
    head, end, content = octets.partition(b"\r\n\r\n")
    match = _DECLARED.search(head + b"\r\n")
    if not match or len(match[1]) > 4 or int(match[1]) <= len(content):
        return octets
    return head[: match.start(1)] + b"%d" % len(content) + head[match.end(1) :] + end + content


def chunks_as_they_came(octets: bytes) -> bytes:
    """Chunks that come without a last one are given one."""
    cut = b"\r\nTransfer-Encoding: chunked\r\n" in octets and b"\r\n0\r\n" not in octets
    return octets + b"0\r\n\r\n" if cut else octets


def unread_where_refused(head: RequestHead) -> Framing | None:
    """The content of a request that is refused by its path is not read."""
    return NO_CONTENT if head.line.path == b"/wireproof-not-there" else content_length(head)


FAULTS = (
    Fault(
        "content-length-alike-ignored",
        "A Content-Length that says the same several times counts as none.",
        "RFC 9112 6.3",
        with_step("content-length", alike_ignored),
    ),
    Fault(
        "content-length-octal",
        "A Content-Length that begins with a zero is octal.",
        "RFC 9112 6.3",
        with_step("content-length", octal),
    ),
    Fault(
        "first-read-taken-for-content",
        "The content that came with the head is all of it, whatever Content-Length says.",
        "RFC 9112 6.3",
        arriving(as_much_as_came),
    ),
    Fault(
        "first-read-ends-chunks",
        "The chunks that came with the head are all of them.",
        "RFC 9112 8",
        arriving(chunks_as_they_came),
    ),
    Fault(
        "refused-content-read-as-request",
        "The content of a request for what is not there is read as the next request.",
        "RFC 9112 9.3",
        with_step("content-length", unread_where_refused),
    ),
    Fault(
        "last-line-taken-as-content",
        "Of a request's content the last line alone counts.",
        "RFC 9112 6",
        rewriting(when(to_post, with_framing(b"Transfer-Encoding: chunked\r\n", of_last_line))),
    ),
    Fault(
        "head-with-content",
        "A response to HEAD has content.",
        "RFC 9112 6.3",
        rewriting(when(to_head_request, with_content)),
    ),
    Fault(
        "no-length-kept-open",
        "A response has neither Content-Length nor Transfer-Encoding, and the connection stays open.",
        "RFC 9112 6.3",
        rewriting(with_framing(b"", bytes)),
    ),
    Fault(
        "content-length-invalid-accepted-as-prefix",
        "Of a malformed Content-Length the leading digits count.",
        "RFC 9112 6.3",
        with_step("content-length", length_or(leading_digits)),
    ),
    Fault(
        "content-length-invalid-ignored",
        "A malformed Content-Length counts as none.",
        "RFC 9112 6.3",
        with_step("content-length", length_or(nothing)),
    ),
    Fault(
        "content-length-differing-first-wins",
        "Of Content-Length values that differ the first counts.",
        "RFC 9112 6.3",
        with_step("content-length", length_or(chosen(0))),
    ),
    Fault(
        "content-length-differing-last-wins",
        "Of Content-Length values that differ the last counts.",
        "RFC 9112 6.3",
        with_step("content-length", length_or(chosen(-1))),
    ),
    Fault(
        "content-length-error-keeps-open",
        "A malformed Content-Length gets its 400, but the connection stays open.",
        "RFC 9112 6.3",
        Behaviour(
            conduct=replace(EXEMPLARY.conduct, survives=lambda refusal: refusal.section == CONTENT_LENGTH)
        ),
    ),
    Fault(
        "content-length-ignored",
        "Content-Length in a request is ignored, so that its content is read as the next request.",
        "RFC 9112 6.3",
        without_step("content-length"),
    ),
    Fault(
        "content-length-off-by-one",
        "One octet less than Content-Length says is taken as content.",
        "RFC 9112 6.3",
        with_step("content-length", one_less),
    ),
    Fault(
        "content-length-wraps-at-32-bits",
        "A Content-Length of 2^32 or more wraps round.",
        "RFC 9110 8.6",
        with_step("content-length", wrapped),
    ),
)
