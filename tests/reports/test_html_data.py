"""The data behind the page: cases, rules and octets, as the page's script gets them."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest

from harness.model.tally import Standing
from harness.model.verdict import Grade, Outcome
from harness.narrate.snippet import snippet
from harness.store.run_store import ExchangePart, FindingRecord, TranscriptRecord
from reports.html.blocks import CHUNK_OCTETS, Blocks, Chunks, Octets
from reports.html.links import natural
from reports.html.sections import in_order, title_of
from reports.recorded import steps_of
from tests.reports.document import Data, Document, rendered
from tests.reports.make_run import (
    BOTH,
    DATE,
    END,
    GET,
    OK,
    SPACE,
    UNTOUCHED,
    case,
    head,
    target,
    usual,
    verdict,
)

STANDINGS = list(Standing)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return Data(rendered(tmp_path_factory.mktemp("data"), usual()).blocks)


def test_octets_are_kept_as_they_were_and_once(data: Data) -> None:
    spaced = b"GET / HTTP/1.1\r\nX-A : b\r\nHost: 127.0.0.1:8080\r\n\r\n"
    told = data.case(f"nginx/{SPACE}/1")
    assert data.octets(told["sent"]) == spaced + GET
    assert told["marker"] == len(spaced)
    assert data.octets(told["received"]) == OK + OK
    pool = b"".join(octets for name, octets in data.blocks.items() if name.startswith("octets-"))
    assert pool.count(spaced) == 1


def test_a_case_has_its_verdicts_the_worst_first(data: Data) -> None:
    told = data.case(f"nginx/{SPACE}/1")["verdicts"]
    rules = [one[1] for one in data.index["rules"]]
    assert [(rules[number], STANDINGS[one]) for number, one, *_ in told] == [
        (SPACE, Standing.BAD),
        (DATE, Standing.SOFT),
    ]
    assert told[0][2:] == ["200, and the connection stayed usable", "", [19, 20], None, 0]


def test_a_case_tells_the_wire_as_the_terminal_does(data: Data) -> None:
    told = data.case(f"nginx/{SPACE}/1")["story"]
    actors = [name for name, _ in data.index["actors"]]
    lines = [(at, actors[actor], what, *rest) for at, actor, what, *rest in told]
    assert (0.0, "us", "connected") in lines
    assert (0.0002, "us", "sent 4 octets", 0, 4) in lines
    assert any(what == "pause of 0.05 s" for _, _, what, *_ in lines)
    assert any(what == "sent 40 octets, our marker" for _, _, what, *_ in lines)
    assert lines[-1][1:] == ("time", "deadline passed while waiting for the end of the connection")


def test_a_case_has_exchanges_opinions_and_departures(data: Data) -> None:
    told = data.case(f"nginx/{SPACE}/1")
    assert told["exchanges"] == [
        [0, 49, [], 200, "content-length", "kept", 0],
        [49, 89, [], 200, "content-length", "open", 1],
    ]
    assert told["opinions"] == [["h11", "1 request, then rejected: illegal header line", "200 OK, 2 octets"]]
    assert told["anomalies"] == [["sent", 17, 18, "space-before-colon", "9112-5.1-a", ""]]
    assert told["parts"] == [len(OK)]


def test_the_program_is_the_narrations_own(data: Data) -> None:
    plan, _, *_ = case(f"{SPACE}/1", sent=b"GET / HTTP/1.1\r\nX-A : b\r\nHost: 127.0.0.1:8080\r\n\r\n")
    about = next(one for one in data.index["plans"] if one["id"] == f"{SPACE}/1")
    told = data.case(f"nginx/{SPACE}/1")
    program = (
        about["comment"]
        + data.index["targets"][0]["programHead"]
        + data.octets(told["program"]).decode()
        + data.index["programTail"]
    )
    assert program == snippet(steps_of(plan), "127.0.0.1", 8080, f"{SPACE}/1: Space before a colon")  # type: ignore[arg-type]


def test_a_control_is_named_by_its_twin(data: Data) -> None:
    plans = data.index["plans"]
    told = next(one for one in plans if one["id"] == f"{SPACE}/1")
    assert plans[told["control"]]["id"] == "control/get"
    assert told["again"] == SPACE
    assert told["origin"] == "probe"


def test_a_rule_knows_its_cells_and_its_own_cases(data: Data) -> None:
    rule = data.rule(SPACE)
    nginx, hyper = rule["cells"]
    assert STANDINGS[nginx["standing"]] is Standing.BAD
    assert data.places()[nginx["case"]] == f"nginx/{SPACE}/1"
    assert hyper["counts"] == [[STANDINGS.index(Standing.CONFORMS), 2]]
    assert [(data.places()[number], STANDINGS[one]) for number, one in rule["own"]] == [
        (f"nginx/{SPACE}/1", Standing.BAD),
        (f"hyper/{SPACE}/1", Standing.CONFORMS),
        (f"nginx/{SPACE}/tab", Standing.BAD),
        (f"hyper/{SPACE}/tab", Standing.CONFORMS),
    ]
    assert rule["permitted"] == [["400", "the request is refused with 400", [1]]]
    assert rule["causes"] == [[0, "serves the field without its space", 2, []]]


def test_a_rule_without_cases_tells_where_it_was_seen(data: Data) -> None:
    rule = data.rule(DATE)
    assert rule["own"] == []
    assert {data.places()[number] for number, _, _ in rule["elsewhere"]} == {
        f"{name}/{plan}"
        for name in ("nginx", "hyper")
        for plan in (f"{SPACE}/1", "control/get", "corpus/te-vt")
    }
    assert data.rule(UNTOUCHED)["cells"] == [{"standing": -1, "counts": []}] * 2


def test_the_search_knows_requirements_and_cases(data: Data) -> None:
    words = data.json("words")[[one[1] for one in data.index["rules"]].index(SPACE)]
    assert "as the section demands" in words
    assert "tab before a colon" in words


def test_many_answers_are_told_in_short(tmp_path: Path) -> None:
    records = case(f"{BOTH}/1")
    transcript = records[1]
    assert isinstance(transcript, TranscriptRecord)
    more = tuple(ExchangePart((0, 4), "kept", None, status) for status in (200, 201, 202, 404))
    records[1] = msgspec.structs.replace(transcript, exchanges=more)
    told = Data(rendered(tmp_path, [head(), target(), *records, END]).blocks).index
    assert told["answers"] == [["200 … 404 (4)", "kept"]]


def test_a_plan_without_transcript_is_told_as_far_as_it_goes(tmp_path: Path) -> None:
    told = Data(rendered(tmp_path, [head(), target(), *case(f"{BOTH}/1")[:1]]).blocks)
    assert told.octets(told.case(f"nginx/{BOTH}/1")["sent"]) == GET + GET
    assert "received" not in told.case(f"nginx/{BOTH}/1")
    assert told.index["answers"] == [["", ""]]


def test_a_transcript_without_its_plan_is_told_without_a_story(tmp_path: Path) -> None:
    given = verdict(BOTH, f"{BOTH}/1", Outcome.CONFORMS, "closed")
    told = Data(rendered(tmp_path, [head(), target(), case(f"{BOTH}/1")[1], given]).blocks)
    assert told.case(f"nginx/{BOTH}/1")["story"] == []
    assert told.octets(told.case(f"nginx/{BOTH}/1")["received"]) == OK + OK


def test_a_crowd_of_verdicts_leaves_the_worst(tmp_path: Path) -> None:
    soft = [verdict(BOTH, f"c/{n}", Outcome.VIOLATES, f"no. {n}", grade=Grade.SOFT) for n in range(20)]
    bad = verdict(BOTH, "c/20", Outcome.VIOLATES, "the bad one", grade=Grade.BAD)
    page: Document = rendered(tmp_path, [head(), target(), *soft, bad, END])
    assert "the bad one" in page.text
    rule = Data(page.blocks).rule(BOTH)
    assert rule["cells"][0]["counts"] == [[0, 1], [3, 20]]
    assert [0, "the bad one"] in [one[1:] for one in rule["elsewhere"]]


def test_the_wire_log_of_a_talker_is_cut_and_says_so(tmp_path: Path) -> None:
    records = case(f"{BOTH}/1")
    transcript = records[1]
    assert isinstance(transcript, TranscriptRecord)
    events = [event for _ in range(300) for event in transcript.events[:2]]
    records[1] = msgspec.structs.replace(transcript, events=tuple(events))
    story = Data(rendered(tmp_path, [head(), target(), *records, END]).blocks).case(f"nginx/{BOTH}/1")[
        "story"
    ]
    assert len(story) < 300
    assert story[-1][2].endswith("more lines are left out here")


def test_a_finding_of_a_rule_that_conforms_stands_alone(tmp_path: Path) -> None:
    given = verdict(BOTH, f"{BOTH}/1", Outcome.CONFORMS, "closed")
    finding = FindingRecord("nginx", "violates", "once it did not", f"{BOTH}/1", BOTH)
    page = rendered(tmp_path, [head(), target(), *case(f"{BOTH}/1"), given, finding, END])
    assert "Crashes, hangs and the like violates nginxonce it did not" in page.text


def test_chunks_know_where_they_begin() -> None:
    file = io.StringIO()
    chunks = Chunks("things", Blocks(file))
    for _ in range(3):
        chunks.add("x" * (CHUNK_OCTETS // 2))
    chunks.flush()
    chunks.flush()
    assert chunks.starts == [0, 2]
    assert file.getvalue().count("<script") == 2


def test_octets_go_on_in_another_chunk_when_one_is_full() -> None:
    file = io.StringIO()
    octets = Octets(Blocks(file))
    places = [octets.keep(bytes([number]) * (1 << 14)) for number in range(20)]
    octets.flush()
    assert [chunk for chunk, *_ in places] == [0] * 16 + [1] * 4
    assert octets.keep(bytes([3]) * (1 << 14)) == places[3]


def test_names_sort_as_people_count() -> None:
    assert sorted(["a/10", "a/9", "a", "b/1", "a/9b"], key=natural) == ["a", "a/9", "a/9b", "a/10", "b/1"]
    assert sorted(["²", "2", "x"], key=natural)[0] == "2"


def test_sections_have_titles_and_an_order() -> None:
    assert title_of(9112, "6.3") == "Message Body Length"
    assert title_of(1, "1") == ""
    given = [(9110, "3"), (9112, "10"), (9112, "A.1"), (9112, "9.3"), (9112, "9")]
    assert sorted(given, key=lambda one: in_order(*one)) == [
        (9112, "9"),
        (9112, "9.3"),
        (9112, "10"),
        (9112, "A.1"),
        (9110, "3"),
    ]
