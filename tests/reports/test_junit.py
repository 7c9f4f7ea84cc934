"""JUnit XML: valid, complete, and green only for a target that did not fail."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema

from harness.model.verdict import Grade, Outcome
from harness.store.records import ChosenPart, FindingRecord, TargetEndRecord
from harness.store.run_store import RunReader
from reports import junit
from tests.reports.held_run import held_run
from tests.reports.make_run import (
    BOTH,
    DATE,
    END,
    HOST,
    LENIENT,
    RULES,
    SPACE,
    UNTOUCHED,
    case,
    head,
    target,
    usual,
    verdict,
    write_run,
)

SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))


def told(folder, records):
    """The suites by name; whatever is written is valid, and its counts are right."""
    out = folder / "junit.xml"
    with RunReader(write_run(folder, records)) as run:
        junit.write(run, out)
    SCHEMA.validate(out)
    root = ET.parse(out).getroot()
    for suite in root:
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        for key, kind in (("failures", "failure"), ("skipped", "skipped")):
            assert int(suite.get(key)) == len(suite.findall(f"testcase/{kind}"))
    assert int(root.get("tests")) == sum(int(suite.get("tests")) for suite in root)
    return {suite.get("name"): suite for suite in root}


def by_name(suite):
    return {one.get("name"): one for one in suite.findall("testcase")}


def test_a_suite_a_target_and_a_test_case_a_rule(tmp_path):
    suites = told(tmp_path, usual())
    assert list(suites) == ["nginx", "hyper"]
    for suite in suites.values():
        assert {rule.id for rule in RULES} <= set(by_name(suite))
    properties = {one.get("name"): one.get("value") for one in suites["nginx"].findall("properties/property")}
    assert properties["wireproof"] == "0.1.0"
    assert properties["server"] == "nginx/1.0"
    assert properties["persistence"] == "yes"


def test_a_failure_tells_what_was_seen_and_the_wire(tmp_path):
    test = by_name(told(tmp_path, usual())["nginx"])[SPACE]
    failure = test.find("failure")
    assert failure.get("message") == "breach: 200, and the connection stayed usable"
    assert "X-A : b\\r\\n" in failure.text
    assert "← received" in failure.text
    said = test.find("system-out").text
    assert "level: MUST" in said
    assert "section: RFC 9112 5.1" in said
    assert "covers: 9112-5.1-a" in said


def test_what_warns_passes_with_a_note(tmp_path):
    test = by_name(told(tmp_path, usual())["nginx"])[LENIENT]
    assert test.find("failure") is None
    assert test.find("skipped") is None
    assert "risk, which does not fail this run" in test.find("system-out").text


def test_what_fails_is_what_the_run_was_told_to_fail_on(tmp_path):
    records = [head(fail_on=(Grade.BAD, Grade.RISK)), *usual()[1:]]
    assert by_name(told(tmp_path, records)["nginx"])[LENIENT].find("failure") is not None


def test_what_is_not_known_is_skipped_with_its_reason(tmp_path):
    tests = by_name(told(tmp_path, usual())["hyper"])
    assert tests[HOST].find("skipped").get("message") == f"inconclusive: a reset says nothing ({HOST}/1)"
    assert tests[UNTOUCHED].find("skipped").get("message") == "nothing to judge"
    assert tests[BOTH].find("skipped") is None


def test_flaky_is_skipped(tmp_path):
    flaky = verdict(SPACE, f"{SPACE}/1", Outcome.VIOLATES, "once", grade=Grade.BAD, flaky=True)
    suite = told(
        tmp_path, [head(), target(), *case(f"{SPACE}/1"), flaky, TargetEndRecord("nginx", 0, 1.0), END]
    )
    assert by_name(suite["nginx"])[SPACE].find("skipped").get("message").startswith("flaky: once")


def test_what_is_known_is_skipped_with_the_reason_why_it_may_stay(tmp_path):
    tests = by_name(told(tmp_path, held_run())["nginx"])
    known = tests[LENIENT].find("skipped")
    assert known.get("type") == "wireproof.known"
    assert known.get("message") == "known risk: upstream issue 31 | `soon`"
    assert tests[DATE].find("skipped").get("message") == "known soft: no reason is given"
    assert tests[SPACE].find("failure") is not None


@pytest.mark.parametrize(
    ("end", "message"),
    [
        ([], "this part of the run was cut off"),
        ([TargetEndRecord("nginx", 6, 0.1, "cannot start nginx")], "cannot start nginx"),
        ([TargetEndRecord("nginx", 1, 0.1)], "nothing could be decided"),
    ],
)
def test_a_target_that_was_not_judged_is_never_green(tmp_path, end, message):
    suite = told(tmp_path, [head(targets=(ChosenPart("nginx"),)), *end])["nginx"]
    assert by_name(suite)["judged"].find("failure").get("message") == message


def test_a_target_that_did_not_fail_has_no_failure(tmp_path):
    good = verdict(SPACE, f"{SPACE}/1", Outcome.CONFORMS, "refused", seen="400")
    suite = told(
        tmp_path, [head(), target(), *case(f"{SPACE}/1"), good, TargetEndRecord("nginx", 0, 1.0), END]
    )
    assert suite["nginx"].get("failures") == "0"


def test_each_crash_fails_a_test_case_of_its_own(tmp_path):
    crash = FindingRecord("nginx", "crash", "accepts no more", f"{SPACE}/1", notes=("seen again",))
    end = TargetEndRecord("nginx", 1, 1.0, output=("Segmentation fault",))
    suite = told(tmp_path, [head(), target(), *case(f"{SPACE}/1"), crash, crash, end, END])["nginx"]
    tests = by_name(suite)
    assert tests["crash"].find("failure").get("message") == "accepts no more"
    assert "Segmentation fault" in tests["crash"].find("failure").text
    assert "connected" in tests["crash"].find("failure").text
    assert tests["crash 2"].find("failure") is not None


HOSTILE = "".join(map(chr, [*range(0x20), 0x7F, 0x85, 0x2028, 0x202E, 0xFFFE, 0xFFFF])) + "]]>&amp;<b>\"'"


def test_octets_and_text_that_xml_forbids_show_as_what_they_are(tmp_path):
    octets = bytes(range(256)) * 2
    records = [head(), target("<t>&\x00", server=HOSTILE), *case(f"{SPACE}/1", "<t>&\x00", octets, octets)]
    records += [verdict(SPACE, f"{SPACE}/1", Outcome.VIOLATES, HOSTILE, "<t>&\x00", grade=Grade.BAD), END]
    (name,) = suites = told(tmp_path, records)
    assert name == "<t>&\\u0000"
    failure = by_name(suites[name])[SPACE].find("failure")
    assert "\\u0000" in failure.get("message")
    assert "\\u202e" in failure.get("message")
    assert "]]>&amp;<b>\"'" in failure.get("message")
    assert "\\x00\\x01" in failure.text
