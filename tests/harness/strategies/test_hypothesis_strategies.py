"""The public strategies: sound ones are sound, malformed ones say so, and all of it shrinks."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from harness.http1 import grammar, serialize
from harness.http1.build import fill
from harness.http1.request_reader import read_requests
from harness.model.message import ChunkedBody
from harness.model.plan import HalfClose, Origin, Send
from harness.strategies import (
    chunked_bodies,
    deliveries,
    field_lines,
    pipelines,
    plans,
    request_targets,
    requests,
)
from harness.strategies.delivery import Kind
from harness.strategies.tokens import fill_plan
from harness.transport.base import check_plan

ROOT = Path(__file__).resolve().parents[3]
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(PATIENT, max_examples=40)
GET = b"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"


def filled(octets):
    return fill(octets, b"localhost:8080", b"/resource")


def anomalies(octets):
    return {one.kind for one in read_requests(filled(octets)).anomalies} - {"http-1.0"}


@FEW
@given(requests())
def test_requests_are_sound(one):
    assert anomalies(serialize.request(one)) == set()


@FEW
@given(requests(methods=[b"PUT"], targets=[b"/a", b"/b"], host=b"example.org", max_fields=1, max_content=2))
def test_requests_keep_to_their_parameters(one):
    assert one.line.method == b"PUT"
    assert one.line.target in (b"/a", b"/b")
    assert one.values(b"Host") == (b"example.org",)


@FEW
@given(requests(malformed=True, mutations=["host/twice", "request-line/version-no-minor"]))
def test_malformed_requests_carry_a_mutation(one):
    assert anomalies(serialize.request(one)) & {"host-twice", "version-malformed"}


def test_mutations_of_requests_have_to_take_requests():
    with pytest.raises(ValueError, match="octets"):
        requests(malformed=True, mutations=["octets"])


@FEW
@given(field_lines())
def test_field_lines_match_the_grammar(line):
    assert grammar.FIELD_LINE.fullmatch(serialize.field_line(line).removesuffix(b"\r\n"))


@FEW
@given(field_lines(malformed=True))
def test_malformed_field_lines_do_not(line):
    octets = b"GET / HTTP/1.1\r\nHost: a\r\n" + serialize.field_line(line) + b"\r\n"
    assert anomalies(octets)


@FEW
@given(st.data(), st.sampled_from([b"GET", b"OPTIONS", b"CONNECT"]))
def test_request_targets_have_a_form_of_their_method(data, method):
    target = data.draw(request_targets(method=method, host=b"a", path=b"/p"))
    octets = b"%b %b HTTP/1.1\r\nHost: a\r\n\r\n" % (method, target)
    assert anomalies(octets) == set()


@FEW
@given(st.data(), st.sampled_from([b"GET", b"OPTIONS", b"CONNECT"]))
def test_malformed_request_targets_have_none(data, method):
    target = data.draw(request_targets(method=method, malformed=True))
    assert anomalies(b"%b %b HTTP/1.1\r\nHost: a\r\n\r\n" % (method, target))


@FEW
@given(chunked_bodies(b"content of twenty-four o"))
def test_chunked_bodies_hold_the_octets(body):
    assert b"".join(chunk.data for chunk in body.chunks) == b"content of twenty-four o"
    assert carried(body) == set()


@FEW
@given(chunked_bodies(max_content=5, extensions=False, trailers=False))
def test_chunked_bodies_leave_out_what_they_are_told_to(body):
    assert sum(len(chunk.data) for chunk in body.chunks) <= 5
    assert not any(chunk.extension for chunk in body.chunks)
    assert body.trailer_section == ()
    assert body.last_chunk.strip(b"0") == b"\r\n"


@FEW
@given(chunked_bodies(malformed=True))
def test_malformed_chunked_bodies_are(body):
    assert isinstance(body, ChunkedBody)
    assert carried(body)


def carried(body):
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    return anomalies(head + serialize.chunked_body(body))


@FEW
@given(pipelines(min_requests=2, max_requests=4))
def test_pipelines_are_sound(many):
    octets = b"".join(map(serialize.request, many))
    assert 2 <= len(many) <= 4
    assert anomalies(octets) == set()
    assert len(read_requests(filled(octets)).requests) == len(many)


def test_a_pipeline_cannot_be_shorter_than_its_least():
    with pytest.raises(ValueError, match="min_requests=4"):
        pipelines(min_requests=4)


@FEW
@given(deliveries(b"some octets", kinds=[Kind.HALF_CLOSED, Kind.SPLIT]))
def test_deliveries_send_the_octets(delivery):
    octets = b"".join(step.octets for step in delivery.steps if isinstance(step, Send))
    assert octets == b"some octets"[: delivery.count]
    assert (delivery.steps[-1] == HalfClose()) == (delivery.kind is Kind.HALF_CLOSED)


@FEW
@given(plans())
def test_plans_can_be_carried_out_once_they_are_filled_in(plan):
    assert plan.provenance.origin is Origin.FUZZ
    check_plan(fill_plan(plan, b"localhost:8080", b"/resource"), None)


@FEW
@given(plans(max_mutations=0, kinds=[Kind.WHOLE, Kind.SPLIT, Kind.OCTETS]))
def test_plans_without_mutations_are_sound(plan):
    assert anomalies(plan.octets) == set()
    assert plan.provenance.detail == "sound"


@FEW
@given(plans(mutations=["content-length"], min_mutations=1, max_mutations=1))
def test_plans_carry_the_mutations_they_are_told_to(plan):
    assert plan.provenance.detail.startswith("content-length/")


OWN = {"host": b"example.org", "path": b"/own"}


@FEW
@given(
    st.one_of(
        plans(mutations=["stream", "host", "request-line"], min_mutations=2, **OWN).map(
            lambda plan: plan.octets
        ),
        requests(malformed=True, mutations=["host", "request-line"], **OWN).map(serialize.request),
        request_targets(malformed=True, **OWN),
    )
)
def test_what_a_mutation_adds_is_addressed_to_the_target_too(octets):
    assert b"{host}" not in octets
    assert b"{path}" not in octets


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"mutations": ["hosts"]}, "no mutation is called 'hosts'"),
        ({"methods": []}, "methods is empty"),
        ({"max_requests": 0}, "max_requests is 0"),
        ({"kinds": []}, "kinds is empty"),
        ({"min_mutations": 3}, "min_mutations=3, max_mutations=2"),
        ({"min_mutations": -1}, "min_mutations=-1"),
    ],
)
def test_what_cannot_be_is_told_at_once(wrong, told):
    with pytest.raises((KeyError, ValueError), match=told):
        plans(**wrong)


def shrunk(strategy, condition):
    return find(
        strategy, condition, settings=settings(PATIENT, max_examples=3000, database=None, derandomize=True)
    )


def test_everything_shrinks_to_a_plain_get_sent_whole():
    assert shrunk(plans(), lambda _: True).steps == (Send(GET),)


def test_a_mutation_shrinks_to_itself_alone():
    found = shrunk(
        plans(mutations=["field-lines"]), lambda plan: "space-before-colon" in anomalies(plan.octets)
    )
    assert found.steps == (Send(GET.replace(b"Host:", b"Host :")),)


def test_a_target_shrinks_to_what_matters():
    found = shrunk(requests(), lambda one: one.line.target.startswith(b"{path}") and b"%" in one.line.target)
    assert serialize.request(found) == GET.replace(b"{path}", b"{path}?%20")


def test_a_split_shrinks_to_the_first_octet_that_will_do():
    found = shrunk(deliveries(GET, kinds=[Kind.CUTS]), lambda one: len(one.steps[0].pieces) == 3)
    assert found.steps == (Send(GET, (1, 2)),)


@pytest.mark.parametrize("module", ["harness.strategies", "harness.strategies.planning"])
def test_generating_needs_no_hypothesis(module):
    told = f"import sys, {module}; print('hypothesis' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    ).stdout
    assert said == "False\n"


def test_there_is_no_other_strategy():
    import harness.strategies  # noqa: PLC0415

    with pytest.raises(AttributeError, match="responses"):
        harness.strategies.responses  # noqa: B018
