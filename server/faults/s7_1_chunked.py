"""Faults against RFC 9112 7.1: the chunked transfer coding, sent and received."""

import re
from collections.abc import Callable
from dataclasses import replace

from server.conduct import Behaviour
from server.faults.arrivals import replacing
from server.faults.fault import Fault
from server.faults.rewriting import rewriting, to_http_1_1, when, with_framing
from server.reading import STRICT, State, read_chunk_size_line
from server.request import Refusal

_LENIENT = re.compile(rb"[ \t+]*(?:0x)?([0-9A-Fa-f]+)")


def chunked_as(body: Callable[[bytes], bytes]) -> Behaviour:
    """Responses to HTTP/1.1 are chunked, in this way."""
    return rewriting(when(to_http_1_1, with_framing(b"Transfer-Encoding: chunked\r\n", body)))


def wrapped(line: bytes) -> tuple[bytes, bytes]:
    """The size in 32 bits: its last eight digits."""
    digits, extension = read_chunk_size_line(line)
    return digits[-8:], extension


def leading_digits(line: bytes) -> tuple[bytes, bytes]:
    """Whatever may be read of a malformed line."""
    match = _LENIENT.match(line)
    return (match[1], b"") if match else read_chunk_size_line(line)


def without_extension(line: bytes) -> tuple[bytes, bytes]:
    """Extensions are refused, though they must be ignored."""
    digits, extension = read_chunk_size_line(line)
    if extension:
        raise Refusal(400, "No chunk extension is understood here.", "RFC 9112 7.1.1")
    return digits, extension


def small_digits_alone(line: bytes) -> tuple[bytes, bytes]:
    """Hexadecimal digits in capitals are refused."""
    digits, extension = read_chunk_size_line(line)
    if digits != digits.lower():
        raise Refusal(400, "A malformed chunk-size line.", "RFC 9112 7.1")
    return digits, extension


FAULTS = (
    Fault(
        "chunk-size-in-capitals-refused",
        "A chunk-size with digits in capitals is refused.",
        "RFC 9112 7.1",
        Behaviour(reading=replace(STRICT, chunk_size_line=small_digits_alone)),
    ),
    Fault(
        "octets-behind-chunk-data-passed-over",
        "Two octets behind chunk-data are passed over, whatever they are.",
        "RFC 9112 7.1",
        replacing(rb"(\r\n5\r\n.{5})..(?=0\r\n)", rb"\1\r\n"),
    ),
    Fault(
        "last-chunk-ends-request",
        "A chunked request ends with its last chunk; what stands behind that is the next request.",
        "RFC 9112 7.1",
        replacing(rb"(\r\n0\r\n)(?!\r\n)", rb"\1\r\n"),
    ),
    Fault(
        "trailing-length-honoured",
        "Content-Length: 40 in a trailer section frames so much further content.",
        "RFC 9112 7.1.2",
        replacing(rb"(\r\n0\r\n)Content-Length: 40(\r\n\r\n).{40}", rb"\1X-T: 1\2"),
    ),
    Fault(
        "trailer-with-framing",
        "The trailer section of a response has Content-Length.",
        "RFC 9112 7.1.2",
        chunked_as(
            lambda content: (
                b"%x\r\n%b\r\n0\r\nContent-Length: %d\r\n\r\n" % (len(content), content, len(content))
            )
        ),
    ),
    Fault(
        "chunked-missing-last-chunk-end",
        "The CRLF that ends a chunked response is missing.",
        "RFC 9112 7.1",
        chunked_as(lambda content: b"%x\r\n%b\r\n0\r\n" % (len(content), content)),
    ),
    Fault(
        "chunk-size-wrong",
        "A chunk-size is one more than its chunk-data.",
        "RFC 9112 7.1",
        chunked_as(lambda content: b"%x\r\n%b\r\n0\r\n\r\n" % (len(content) + 1, content)),
    ),
    Fault(
        "chunk-extension-with-whitespace",
        "The chunk extension of a response has whitespace around its =.",
        "RFC 9112 7.1.1",
        chunked_as(lambda content: b"%x;a = b\r\n%b\r\n0\r\n\r\n" % (len(content), content)),
    ),
    Fault(
        "chunk-lines-end-in-lf",
        "The lines of a chunked response end in LF alone.",
        "RFC 9112 7.1",
        chunked_as(lambda content: b"%x\n%b\n0\n\n" % (len(content), content)),
    ),
    Fault(
        "chunked-first-chunk-only",
        "The content of a chunked request ends with its first chunk; what follows is read as a request.",
        "RFC 9112 7.1",
        Behaviour(reading=replace(STRICT, after_chunk=State.END)),
    ),
    Fault(
        "chunk-size-wraps-at-32-bits",
        "A chunk-size of 2^32 or more wraps round.",
        "RFC 9112 7.1",
        Behaviour(reading=replace(STRICT, chunk_size_line=wrapped)),
    ),
    Fault(
        "chunk-size-read-as-prefix",
        "Of a malformed chunk-size line the leading digits count.",
        "RFC 9112 7.1",
        Behaviour(reading=replace(STRICT, chunk_size_line=leading_digits)),
    ),
    Fault(
        "chunk-extension-refused",
        "A chunk extension is refused.",
        "RFC 9112 7.1.1",
        Behaviour(reading=replace(STRICT, chunk_size_line=without_extension)),
    ),
)
