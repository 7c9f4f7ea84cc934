"""Faults against RFC 9112 2.3 and 3, RFC 9110 9.1: the request-line."""

import re
from collections.abc import Callable
from dataclasses import replace

from server.conduct import Behaviour
from server.faults.fault import Fault
from server.faults.tables import with_checks
from server.reading import STRICT, read_request_line
from server.request import Refusal, RequestHead, RequestLine, TargetForm
from server.resource import KNOWN_METHODS


def reads(request_line: Callable[[bytes], RequestLine]) -> Behaviour:
    """Reads strictly, but for the request-line."""
    return Behaviour(reading=replace(STRICT, request_line=request_line))


def any_case_of_method(line: bytes) -> RequestLine:
    """The method in capitals, however it came."""
    method, space, rest = line.partition(b" ")
    return read_request_line(method.upper() + space + rest)


def any_case_of_version(line: bytes) -> RequestLine:
    """The version in capitals, however it came."""
    return read_request_line(line[:-8] + line[-8:].upper())


def any_major_version(line: bytes) -> RequestLine:
    """Every version is taken for HTTP/1.1."""
    start, version, minor = line.rpartition(b" HTTP/")
    return (
        read_request_line(start + b" HTTP/1.1") if version and minor[1:2] == b"." else read_request_line(line)
    )


def any_version(line: bytes) -> RequestLine:
    """Whatever stands last is taken for HTTP/1.1."""
    start, space, _ = line.rpartition(b" ")
    return read_request_line(start + space + b"HTTP/1.1")


def any_method(line: bytes) -> RequestLine:
    """A method that is not known is taken for GET."""
    request_line = read_request_line(line)
    return request_line if request_line.method in KNOWN_METHODS else request_line._replace(method=b"GET")


def short_lines(line: bytes) -> RequestLine:
    """More than 16,384 octets are refused as if they were malformed."""
    if len(line) > 16_384:
        raise Refusal(400, "The request-line is too long.", "RFC 9112 3")
    return read_request_line(line)


def refused_with_404(line: bytes) -> RequestLine:
    """Whatever is wrong with the line, the answer is 404."""
    try:
        return read_request_line(line)
    except Refusal as refusal:
        raise Refusal(404, refusal.why, refusal.section) from None


def lines_up_to(room: int) -> Callable[[bytes], RequestLine]:
    """Longer lines are refused as too long."""

    def read(line: bytes) -> RequestLine:
        if len(line) > room:
            raise Refusal(414, "The request-line is too long.", "RFC 9112 3")
        return read_request_line(line)

    return read


def method_cut(line: bytes) -> RequestLine:
    """Of a long method the three octets that it begins with count."""
    method, space, rest = line.partition(b" ")
    return read_request_line(method[:3] + space + rest if len(method) > 100 else line)


def method_cleaned(line: bytes) -> RequestLine:
    """Octets that are no letters are left out of the method."""
    method, space, rest = line.partition(b" ")
    return read_request_line(re.sub(rb"[^A-Za-z]", b"", method) + space + rest)


def target_cut(line: bytes) -> RequestLine:
    """The request-target ends in front of a control octet."""
    return read_request_line(re.sub(rb"[\x00-\x1f][^ ]*", b"", line))


def one_question_mark(line: bytes) -> RequestLine:
    """A second question mark, or a query that is empty, is refused."""
    if line.count(b"?") > 1 or b"? " in line:
        raise Refusal(400, "The query is malformed.", "RFC 9112 3.2.1")
    return read_request_line(line)


def connect_as_get(line: bytes) -> RequestLine:
    """CONNECT is taken for GET of the home page, whatever it names."""
    connects = line.startswith(b"CONNECT ")
    return read_request_line(b"GET / HTTP/1.1" if connects else line)


def exact_version(line: bytes) -> RequestLine:
    """No minor version but 0 and 1 is served."""
    request_line = read_request_line(line)
    if request_line.minor_version > 1:
        raise Refusal(505, "This version is not served.", "RFC 9110 6.2")
    return request_line


def repaired(line: bytes) -> RequestLine:
    """Spaces within the request-target are encoded, and the request is served."""
    method, _, rest = line.partition(b" ")
    target, _, version = rest.rpartition(b" ")
    return read_request_line(b" ".join((method, target.replace(b" ", b"%20"), version)))


def without(form: TargetForm) -> Callable[[bytes], RequestLine]:
    """One form of the request-target is refused."""

    def read(line: bytes) -> RequestLine:
        request_line = read_request_line(line)
        if request_line.form is form:
            raise Refusal(400, "This form of the request-target is not served.", "RFC 9112 3.2")
        return request_line

    return read


def host_agrees(head: RequestHead) -> None:
    """Host is compared with an absolute-form target, though it is to be ignored."""
    hosts = head.values.get(b"host", ())
    absolute = head.line.form is TargetForm.ABSOLUTE
    if absolute and hosts and head.line.target.split(b"/")[2].lower() != hosts[0].lower():
        raise Refusal(400, "Host differs from the request-target.", "RFC 9112 3.2.2")


FAULTS = (
    Fault(
        "bad-request-line-answered-404",
        "A malformed request-line is answered with 404, not 400.",
        "RFC 9112 3.2",
        reads(refused_with_404),
    ),
    Fault(
        "request-line-of-4000-refused",
        "A request-line of more than 4000 octets is refused.",
        "RFC 9112 3",
        reads(lines_up_to(4000)),
    ),
    Fault(
        "long-method-cut",
        "Of a method that is too long the first three octets count.",
        "RFC 9112 3",
        reads(method_cut),
    ),
    Fault(
        "method-cleaned",
        "Octets that no method has are left out of it.",
        "RFC 9112 3.1",
        reads(method_cleaned),
    ),
    Fault(
        "target-cut-at-control-octet",
        "A request-target ends in front of a control octet.",
        "RFC 9112 3.2",
        reads(target_cut),
    ),
    Fault(
        "second-question-mark-refused",
        "A query with a question mark, or without anything, is refused.",
        "RFC 9112 3.2.1",
        reads(one_question_mark),
    ),
    Fault(
        "connect-taken-for-get",
        "CONNECT is answered with the home page, whatever it names.",
        "RFC 9112 3.2.3",
        reads(connect_as_get),
    ),
    Fault(
        "higher-minor-version-refused",
        "HTTP/1.2 and later minor versions are refused.",
        "RFC 9110 6.2",
        reads(exact_version),
    ),
    Fault(
        "method-in-any-case",
        "A method in lower case is taken for the one in capitals.",
        "RFC 9110 9.1",
        reads(any_case_of_method),
    ),
    Fault(
        "version-in-any-case",
        "A version in lower case is accepted.",
        "RFC 9112 2.3",
        reads(any_case_of_version),
    ),
    Fault(
        "long-target-answered-400",
        "A request-target that is too long is answered with 400, not 414.",
        "RFC 9112 3",
        reads(short_lines),
    ),
    Fault(
        "version-not-looked-at",
        "Whatever stands where the version should is taken for HTTP/1.1.",
        "RFC 9112 2.3",
        reads(any_version),
    ),
    Fault(
        "unknown-method-served-as-get",
        "A method that is not known is served as GET is.",
        "RFC 9110 9.1",
        reads(any_method),
    ),
    Fault(
        "any-major-version-served",
        "A request of another major version is served.",
        "RFC 9110 6.2",
        reads(any_major_version),
    ),
    Fault(
        "request-target-repaired",
        "A request-target with spaces is repaired and served.",
        "RFC 9112 3.2",
        reads(repaired),
    ),
    Fault(
        "absolute-form-refused",
        "A request-target in absolute-form is refused.",
        "RFC 9112 3.2.2",
        reads(without(TargetForm.ABSOLUTE)),
    ),
    Fault(
        "asterisk-form-refused",
        "A request-target in asterisk-form is refused.",
        "RFC 9112 3.2.4",
        reads(without(TargetForm.ASTERISK)),
    ),
    Fault(
        "host-compared-with-absolute-form",
        "A Host that differs from an absolute-form request-target is refused, not ignored.",
        "RFC 9112 3.2.2",
        with_checks({"host agrees with request-target": host_agrees}),
    ),
)
