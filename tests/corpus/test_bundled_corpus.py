"""The bundled corpus: in order, of the form that it documents, and about everything that can be amiss."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from harness.engine.case_plans import case_plan, twin_plan
from harness.engine.lint import lint
from harness.engine.plans import Surroundings
from harness.engine.replay import CATCH_ALL
from harness.http1.request_anomalies import ANOMALY_KINDS
from harness.http1.request_reader import read_requests
from harness.model.verdict import Outcome
from harness.rules.rule import catalogue
from harness.store.case_file import json_schema, parse
from harness.store.corpus import entries
from tests.catalogue.matrix import carried_out, examined, surroundings

ROOT = Path(__file__).resolve().parents[2] / "corpus"
ENTRIES = list(entries(ROOT))
AROUND = Surroundings(
    b"127.0.0.1:8000", b"/", b"/echo", b"GET /marker HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n"
)


def test_lint_has_no_complaint():
    assert lint(ROOT) == []


def test_the_schema_is_that_of_the_codec_and_all_cases_are_valid():
    schema = json.loads((ROOT / "case.schema.json").read_text())
    assert schema == json_schema()
    validator = jsonschema.Draft202012Validator(schema)
    for entry in ENTRIES:
        assert validator.is_valid(tomllib.loads(entry.path.read_text())), entry.path


def test_the_examples_of_the_readme_are_cases():
    case, pin = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    bundled = next(one.case for one in ENTRIES if one.case.id == "coding-vertical-tab-before")
    assert parse(case).octets == bundled.octets
    assert parse(case + pin).expect


def test_there_is_a_case_for_every_anomaly():
    seen = {
        anomaly.kind
        for entry in ENTRIES
        for anomaly in read_requests(case_plan(entry.case, AROUND).octets, ended=True).anomalies
    }
    assert set(ANOMALY_KINDS) <= seen


def test_every_case_says_what_and_why():
    assert len(ENTRIES) >= 120
    for entry in ENTRIES:
        assert entry.case.why, entry.path
        assert entry.case.cites, entry.path


@pytest.mark.parametrize("name", ["get-octet-by-octet", "three-pipelined", "head-cut-off", "length-huge"])
def test_a_plan_has_its_tokens_filled_and_its_marker_where_it_says(name):
    plan = case_plan(next(one.case for one in ENTRIES if one.case.id == name), AROUND)
    assert not re.search(rb"\{(host|path|marker)\}", plan.octets)
    if plan.marker_at is not None:
        assert plan.octets[plan.marker_at :] == AROUND.marker


@cache
def twin(plan):
    """A sound twin, carried out; there are few of them."""
    return examined(plan, carried_out(plan, None), None)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.case.id)
def test_a_case_provokes_what_it_says_and_breaks_nothing_of_it_at_the_reference_server(entry):
    plan = case_plan(entry.case, surroundings())
    control = twin(twin_plan(plan.octets, surroundings()))
    examination = examined(plan, carried_out(plan, None), control)
    assert entry.case.provokes
    for rule in entry.case.provokes:
        said = [one.outcome for one in catalogue()[rule].judge(examination)]
        assert Outcome.VIOLATES not in said, rule
        # The catch-all has something to say only of what is served, and this server serves little.
        assert rule == CATCH_ALL or set(said) - {Outcome.NOT_APPLICABLE}, rule
