"""What rules say makes no difference, taken out of requests: that alone, and leaving them sound."""

from itertools import islice

import pytest

from harness.http1 import serialize
from harness.http1.request_reader import read_requests
from harness.rules import plain
from harness.rules.agreement import REMARKS
from harness.rules.rule import catalogue
from harness.strategies.planning import MUTATED, seeded_plans
from harness.strategies.tokens import fill_plan

COMPARING = {one.id: one.plain for one in catalogue().values() if one.plain}

END = b" HTTP/1.1\r\nHost: x\r\n\r\n"
GET = b"GET /a HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n"
CASES = [
    (
        "in_origin_form",
        b"GET HTTP://x/a?b" + END,
        b"GET /a?b" + END,
    ),
    ("in_origin_form", b"GET http://x?b" + END, b"GET /?b" + END),
    ("in_origin_form", b"GET http://x" + END, b"GET /" + END),
    (
        "with_host_of_target",
        b"GET http://x:8/ HTTP/1.1\r\nhost:y\r\n\r\n",
        b"GET http://x:8/ HTTP/1.1\r\nhost:x:8\r\n\r\n",
    ),
    (
        "of_the_resource",
        b"OPTIONS *" + END,
        b"OPTIONS {path}" + END,
    ),
    ("without_query", b"GET /a?b?c" + END, GET + b"\r\n"),
    ("without_query", b"GET /a?%00" + END, None),
    (
        "with_short_query",
        b"GET /a?" + b"q" * 1025 + b"" + END,
        b"GET /a?q" + END,
    ),
    ("in_version_1_1", b"GET /a HTTP/1.0\r\nHost: x\r\n\r\n", GET + b"\r\n"),
    ("as_get", b"HEAD /a" + END, GET + b"\r\n"),
    ("as_get", POST + b"Content-Length: 1\r\n\r\na", None),
    ("in_ascii", GET + b"A: b\xe9\xff\r\n\r\n", GET + b"A: baa\r\n\r\n"),
    ("with_plain_whitespace", GET + b"A:b\tc \r\nB:\t d\r\n\r\n", GET + b"A: b c\r\nB: d\r\n\r\n"),
    (
        "with_names_in_title_case",
        b"POST /a HTTP/1.1\r\nhOST: x\r\nX-a: b\r\ncontent-length: 0\r\n\r\n",
        b"POST /a HTTP/1.1\r\nHost: x\r\nX-a: b\r\nContent-Length: 0\r\n\r\n",
    ),
    ("unconditional", GET + b"If-None-Match: *\r\nA: b\r\n\r\n", GET + b"A: b\r\n\r\n"),
    ("without_leading_zeros", POST + b"Content-Length: 001\r\n\r\na", POST + b"Content-Length: 1\r\n\r\na"),
    ("without_leading_zeros", POST + b"Content-Length: 00\r\n\r\n", POST + b"Content-Length: 0\r\n\r\n"),
    (
        "with_coding_in_lower_case",
        POST + b"Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
        CHUNKED + b"\r\n0\r\n\r\n",
    ),
    (
        "without_empty_elements",
        POST + b"Transfer-Encoding: ,chunked\r\nTransfer-Encoding: \r\n\r\n0\r\n\r\n",
        CHUNKED + b"\r\n0\r\n\r\n",
    ),
    (
        "with_plain_sizes",
        CHUNKED + b"\r\n0A\r\naaaaaaaaaa\r\n000\r\n\r\n",
        CHUNKED + b"\r\na\r\naaaaaaaaaa\r\n0\r\n\r\n",
    ),
    ("with_plain_sizes", CHUNKED + b"\r\n" + b"0" * 16 + b"1\r\na\r\n0\r\n\r\n", None),
    (
        "without_extensions",
        CHUNKED + b'\r\n1 ; b="c;d"\r\na\r\n0;e\r\n\r\n',
        CHUNKED + b"\r\n1\r\na\r\n0\r\n\r\n",
    ),
    (
        "without_bad_whitespace",
        CHUNKED + b'\r\n1 ; b\t= "c ; d";e\r\na\r\n0 ;f\r\n\r\n',
        CHUNKED + b'\r\n1;b="c ; d";e\r\na\r\n0;f\r\n\r\n',
    ),
    (
        "without_trailer_section",
        CHUNKED + b"\r\n1\r\na\r\n0\r\nA: b\r\n\r\n",
        CHUNKED + b"\r\n1\r\na\r\n0\r\n\r\n",
    ),
    ("without_trailer_section", CHUNKED + b"\r\n1\r\na\r\n0\r\nA: \xe9\r\n\r\n", None),
    ("counted", CHUNKED + b"\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", POST + b"Content-Length: 3\r\n\r\nabc"),
    ("counted", CHUNKED + b"\r\n1;a\r\na\r\n0\r\n\r\n", None),
    ("counted", POST + b"Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n", None),
    (
        "on_one_line",
        POST + b"Content-Length: 3\r\n\r\na\nb",
        POST + b"Content-Length: 3\r\n\r\naab",
    ),
]


@pytest.mark.parametrize(("name", "octets", "twin"), CASES)
def test_one_thing_is_taken_out(name, octets, twin):
    (read,) = read_requests(octets).requests
    made = serialize.request(getattr(plain, name)(read.request))
    assert made == (octets if twin is None else twin)


def test_every_way_is_shown_here_and_used_by_a_rule():
    shown = {name for name, *_ in CASES} | {"as_it_is"}
    assert {one.__name__ for one in COMPARING.values()} == shown


def sound_requests(count):
    """Requests with nothing amiss, as campaigns send them."""
    for one in islice(seeded_plans(4, MUTATED), count):
        for read in read_requests(fill_plan(one.plan, b"x.invalid", b"/").octets).requests:
            if read.complete:
                yield read


def amiss(octets):
    """The kinds of what is amiss."""
    return {one.kind for one in read_requests(octets).anomalies} - REMARKS


def test_a_twin_has_no_more_amiss_than_its_request():
    changed = set()
    for read in sound_requests(1500):
        octets = serialize.request(read.request)
        kinds = amiss(octets)
        for rule, make in COMPARING.items():
            twin = serialize.request(make(read.request)).replace(b"{path}", b"/")
            if twin != octets and not kinds:
                changed.add(rule)
                assert amiss(twin) == set(), (rule, octets, twin)
    assert changed == {rule for rule, make in COMPARING.items() if make is not plain.as_it_is}
