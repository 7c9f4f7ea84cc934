"""Generated requests match the grammar, are read as they were meant, and show all that the grammar has."""

import re

import pytest

from harness.http1 import grammar, serialize
from harness.http1.build import fill
from harness.http1.framing import FramingKind, transfer_codings
from harness.http1.request_reader import read_requests
from harness.model.message import ChunkedBody
from harness.oracle.permitted import permitted_readings
from harness.strategies.messages import pipeline, request
from harness.strategies.repertoire import Repertoire
from harness.strategies.seeded import SeededDraw
from harness.strategies.targets import request_target

REQUESTS = [request(SeededDraw(11, number)) for number in range(3000)]
PIPELINES = [pipeline(SeededDraw(12, number), least=2) for number in range(300)]
HOST, PATH = b"localhost:8080", b"/resource"


def filled(octets):
    return fill(octets, HOST, PATH)


def octets_of(*requests):
    return filled(b"".join(map(serialize.request, requests)))


def test_every_part_matches_its_production():
    for one in REQUESTS:
        assert grammar.METHOD.fullmatch(one.line.method)
        assert grammar.is_request_target(filled(one.line.target)), one.line.target
        assert grammar.HTTP_VERSION.fullmatch(one.line.version)
        for line in one.field_lines:
            assert grammar.FIELD_NAME.fullmatch(line.name)
            assert grammar.FIELD_VALUE.fullmatch(line.value), line.value
            assert grammar.OWS.fullmatch(line.before_value + line.after_value)
        (host,) = one.values(b"Host")
        assert grammar.HOST.fullmatch(filled(host))


def test_every_chunk_matches_its_production():
    bodies = [one.body for one in REQUESTS if isinstance(one.body, ChunkedBody)]
    assert len(bodies) > 100
    for body in bodies:
        assert re.fullmatch(rb"0+(.*)\r\n", body.last_chunk)
        for chunk in body.chunks:
            assert grammar.CHUNK_SIZE.fullmatch(chunk.size)
            assert grammar.hexadecimal(chunk.size) == len(chunk.data) > 0
            assert grammar.CHUNK_EXT.fullmatch(chunk.extension), chunk.extension


def test_a_request_is_read_as_it_was_meant():
    for one in REQUESTS:
        reading = read_requests(octets_of(one))
        (read,) = reading.requests
        assert {anomaly.kind for anomaly in reading.anomalies} <= {"http-1.0"}, octets_of(one)
        assert octets_of(read.request) == octets_of(one)
        assert read.content == content_of(one)


def content_of(one):
    return one.body if isinstance(one.body, bytes) else b"".join(chunk.data for chunk in one.body.chunks)


def test_a_pipeline_is_read_as_its_requests():
    for requests in PIPELINES:
        reading = read_requests(octets_of(*requests))
        assert [one.request.line.method for one in reading.requests] == [one.line.method for one in requests]
        assert {anomaly.kind for anomaly in reading.anomalies} <= {"http-1.0"}


def test_no_recipient_is_left_a_choice():
    for number, requests in enumerate(PIPELINES[:100]):
        octets = octets_of(*requests)
        if b"HTTP/1.0" not in octets:
            assert permitted_readings(octets).readings == (read_requests(octets),), number


SEEN = b"".join(map(serialize.request, REQUESTS))


@pytest.mark.parametrize(
    "shown",
    [
        rb"^GET \{path\} HTTP/1.1\r$",  # origin-form
        rb"^POST \{path\}\?\S* HTTP/1.1\r$",
        rb"^HEAD /\S*%\w\w\S* HTTP/1.1\r$",
        rb"^GET http://\{host\}\{path\} HTTP/1.1\r$",  # absolute-form
        rb"^OPTIONS \* HTTP/1.1\r$",  # asterisk-form
        rb"^CONNECT tunnel.invalid:443 HTTP/1.1\r$",  # authority-form
        rb"^get ",
        rb"^\S+ \S+ HTTP/1.0\r$",
        rb'^X-A: *"[^"]*\\"',  # quoted-pair
        rb'^X-B:[^"]*"[^"]*,[^"]*"',  # a comma in a quoted-string
        rb"^User-Agent: .*\(.*\(.*\).*\)",  # nested comment
        rb"^A:.*, .*,",  # list
        rb"^X-A: [^\r]*[\x80-\xff]",  # obs-text
        rb"^X-A:\S",  # no OWS
        rb"^X-B:\t\S*[ \t]\r$",  # OWS on both sides
        rb"^X-A:[ \t]*\r$",  # no value
        rb"^Expect: 100-continue\r$",
        rb"^Connection: keep-alive\r$",
        rb"^Connection: close\r$",
        rb"^connection: X-A, CLOSE\r$",
        rb"^Content-Length: 0\r$",
        rb"^[0-9a-f]+;[^=\r]+\r$",  # chunk-ext
        rb'^[0-9a-f]+ ; [^=\r]+ = ("|\w)',  # with bad whitespace and a value
        rb"^000\r\n\r\n",
        rb"^0\r\n[^\r]+:[^\r]*\r\n",  # trailer section
        rb"^GET / HTTP/1.1\r\nHost: content.invalid",  # content like a request
    ],
)
def test_the_grammar_is_covered(shown):
    assert re.search(shown, SEEN, re.MULTILINE), shown


def test_a_repertoire_bounds_what_is_generated():
    uses = Repertoire(
        methods=[b"PUT"],
        targets=[b"/a", b"http://example.org:80/b"],
        host=b"example.org",
        max_fields=0,
        max_content=3,
    )
    for number in range(200):
        one = request(SeededDraw(13, number), uses)
        assert one.line.method == b"PUT"
        assert one.line.target in uses.targets
        named = {line.name.lower() for line in one.field_lines}
        assert named <= {b"host", b"content-length", b"transfer-encoding", b"connection", b"expect"}
        (host,) = one.values(b"Host")
        assert host == (b"example.org" if one.line.target == b"/a" else b"example.org:80")
        assert len(content_of(one)) <= 3


def test_connect_takes_none_but_authorities():
    tunnels = Repertoire(methods=[b"CONNECT"], targets=[b"/a", b"*", b"example.org:443"])
    others = Repertoire(methods=[b"CONNECT"], targets=[b"/a"])
    for uses, target in ((tunnels, b"example.org:443"), (others, b"tunnel.invalid:443")):
        one = request(SeededDraw(14), uses)
        assert one.line.target == target
        assert one.values(b"Host") == (target,)


def test_only_the_last_request_of_a_pipeline_ends_the_connection():
    for requests in PIPELINES:
        for one in requests[:-1]:
            assert one.line.version == b"HTTP/1.1"
            assert one.line.method != b"CONNECT"
            assert not any(b"close" in value.lower() for value in one.values(b"Connection"))


def test_post_is_always_framed():
    framed = {
        (kind, bool(content_of(one)))
        for one in REQUESTS
        if one.line.method == b"POST"
        for kind in [read_requests(octets_of(one)).requests[0].framing.kind]
    }
    assert {kind for kind, _ in framed} == {FramingKind.LENGTH, FramingKind.CHUNKED}
    assert (FramingKind.LENGTH, False) in framed


def test_a_tunnel_is_asked_for_where_no_name_leads():
    assert request_target(SeededDraw(1), b"CONNECT") == b"tunnel.invalid:443"


def test_chunked_is_the_only_coding():
    values = [value for one in REQUESTS for value in one.values(b"Transfer-Encoding")]
    assert {coding.lower() for coding in transfer_codings(values)} == {b"chunked"}
