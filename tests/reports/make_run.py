"""Runs made by hand for the tests of reports: written by RunWriter, as a real one is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from harness.model.limit import Limit, Reaction, Then
from harness.model.plan import Origin
from harness.model.requirement import Citation, Level
from harness.model.transcript import Ended
from harness.model.verdict import Grade, Outcome
from harness.store.recording import limit_record
from harness.store.records import AnomalyPart, AnyRecord
from harness.store.run_store import (
    EndRecord,
    EventPart,
    ExchangePart,
    FindingRecord,
    OpinionPart,
    PlanRecord,
    ReactionPart,
    RequirementPart,
    RulePart,
    RunRecord,
    RunWriter,
    StepPart,
    TargetRecord,
    TranscriptRecord,
    VerdictRecord,
)

GET = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
REFUSED = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

SPACE = "9112-5.1-space-before-colon"
BOTH = "9112-6.1-both-framings"
HOST = "9112-3.2-host-absent"
LENIENT = "9112-7.1-lenient-chunks"
DATE = "9110-6.6.1-date"
UNTOUCHED = "9110-9.3.2-head"


def rule(name: str, level: Level, title: str, **more: object) -> RulePart:
    """A rule whose id names its RFC and section."""
    rfc, section, _ = name.split("-", 2)
    values: dict[str, object] = {
        "id": name,
        "rfc": int(rfc),
        "section": section,
        "url": Citation(int(rfc), section).url,
        "level": level,
        "area": "framing",
        "title": title,
        "covers": (f"{rfc}-{section}-a",),
        "permitted": (ReactionPart("400", "the request is refused with 400"),),
        "probes": (f"{name}/1",),
    }
    return RulePart(**(values | more))  # type: ignore[arg-type]


RULES = (
    rule(
        SPACE,
        Level.MUST,
        "Whitespace between a field name and its colon is refused",
        area="fields",
        security="smuggling",
        why="A front end that trims the space and a back end that does not see different fields.",
        probes=(f"{SPACE}/1", f"{SPACE}/tab"),
    ),
    rule(
        BOTH,
        Level.MUST,
        "Content-Length beside Transfer-Encoding ends the connection",
        security="smuggling",
        permitted=(
            ReactionPart("refuse", "400, then the connection is closed"),
            ReactionPart("chunked", "the chunked coding decides, then the connection is closed"),
        ),
    ),
    rule(HOST, Level.MUST, "A request without Host is refused", area="host"),
    rule(
        LENIENT,
        Level.GRAMMAR,
        "A chunk-size line ends with CRLF",
        security="smuggling",
        area="chunked",
        why="Whoever takes a bare LF here reads other chunks than whoever does not.",
    ),
    rule(
        DATE,
        Level.SHOULD,
        "A response bears a Date",
        area="responses",
        probes=(),
        permitted=(ReactionPart("date", "the response has a Date field"),),
    ),
    rule(UNTOUCHED, Level.MUST, "A response to HEAD has no content", area="methods", probes=()),
)


def requirement(part: RulePart) -> RequirementPart:
    """A ledger row for the rule."""
    return RequirementPart(
        id=part.covers[0],
        rfc=part.rfc,
        section=part.section,
        url=part.url,
        level=part.level,
        keyword=part.level,
        summary=f"{part.title}, as the section demands.",
    )


def head(rules: tuple[RulePart, ...] = RULES, **more: object) -> RunRecord:
    """The head of a run."""
    values: dict[str, object] = {
        "id": "20260922T120000Z-abc123",
        "started": "2026-09-22T12:00:00Z",
        "wireproof": "0.1.0",
        "command": "wireproof run http://127.0.0.1:8080 level:MUST",
        "python": "3.13.1",
        "rules": rules,
        "requirements": tuple(requirement(part) for part in rules),
        "ledger_rows": 577,
    }
    return RunRecord(**(values | more))  # type: ignore[arg-type]


def target(name: str = "nginx", **more: object) -> TargetRecord:
    """A target with what calibration may say of it."""
    values: dict[str, object] = {
        "name": name,
        "address": "http://127.0.0.1:8080",
        "again": "http://127.0.0.1:8080/",
        "server": "nginx/1.29.1",
        "facts": (("baseline", "200 in 1.2 ms"), ("persistence", "yes"), ("half-close", "answers after it")),
        "not_applicable": (("CONNECT", "refused with 405"),),
    }
    return TargetRecord(**(values | more))  # type: ignore[arg-type]


def case(
    plan: str,
    where: str = "nginx",
    sent: bytes = GET,
    received: bytes = OK,
    *,
    status: int | None = 200,
    fate: str = "kept",
    origin: Origin = Origin.PROBE,
    title: str = "",
    control: str = "",
) -> list[AnyRecord]:
    """A plan with a marker behind it and its transcript."""
    marker = GET
    steps = (
        StepPart("send", octets=sent, cuts=(4,) if len(sent) > 4 else ()),
        StepPart("await-response", count=1),
        StepPart("pause", seconds=0.05),
        StepPart("send", octets=marker),
        StepPart("await-response", count=1),
    )
    events = [
        EventPart(0.0, "connected"),
        EventPart(0.0002, "sent", count=min(4, len(sent))),
        EventPart(0.0003, "sent", count=max(0, len(sent) - 4)),
        EventPart(0.0016, "received", octets=received, count=len(received)),
    ]
    answers = [ExchangePart((0, len(sent)), fate, (0, len(received)), status, framing="content-length")]
    if fate == "kept":
        events += [
            EventPart(0.0520, "sent", count=len(marker)),
            EventPart(0.0531, "received", octets=OK, count=len(OK)),
            EventPart(1.0531, "deadline-passed", text="the end of the connection"),
        ]
        end = (len(sent), len(sent) + len(marker))
        answers.append(ExchangePart(end, "open", None, 200, framing="content-length", marker=True))
    else:
        events.append(EventPart(0.0018, "peer-closed" if fate == "closed" else "peer-reset"))
    return [
        PlanRecord(
            plan, where, origin, title or f"The case {plan}", steps, marker_at=len(sent), control=control
        ),
        TranscriptRecord(
            plan,
            where,
            tuple(events),
            Ended.OPEN if fate == "kept" else Ended.CLOSED,
            fate,
            tuple(answers),
            (AnomalyPart("space-before-colon", (17, 18), "9112-5.1-a", "sent"),) if b" :" in sent else (),
            (OpinionPart("h11", "1 request, then rejected: illegal header line", "200 OK, 2 octets"),),
        ),
    ]


def verdict(
    name: str,
    plan: str,
    outcome: Outcome,
    observed: str,
    where: str = "nginx",
    *,
    grade: Grade | None = None,
    **more: object,
) -> VerdictRecord:
    """A verdict of one of RULES."""
    part = next((each for each in RULES if each.id == name), RULES[0])
    values: dict[str, object] = {
        "target": where,
        "plan": plan,
        "rule": name,
        "covers": part.covers,
        "section": part.section,
        "level": part.level,
        "outcome": outcome,
        "observed": observed,
        "grade": grade,
        "permitted": tuple(reaction.name for reaction in part.permitted),
    }
    return VerdictRecord(**(values | more))  # type: ignore[arg-type]


END = EndRecord("2026-09-22T12:00:12Z", 1, 12.34)

LINE, VALUE, LINES, TRAILERS = "request-line", "field value", "field lines", "trailer section"


def sizes(where: str = "nginx") -> list[AnyRecord]:
    """Size limits of a target: one that is known, one met with a reset, none, and two that are unknown."""
    mebi = 1 << 20
    limits = (
        Limit(LINE, "octets", (), 8190, Reaction(414, Then.CLOSES), up_to=mebi),
        Limit(VALUE, "octets", (), 127_917, Reaction(None, Then.RESETS), up_to=mebi),
        Limit(LINES, "lines", (), 1 << 16, None, up_to=1 << 16),
        Limit("chunk extension", "octets", (), 4096, None, "8,192 octets were not answered in time", mebi),
        Limit(TRAILERS, "octets", (), None, None, "content is not taken: answered 405", mebi),
    )
    return [limit_record(limit, where) for limit in limits]


def measured(where: tuple[str, ...] = ("nginx", "hyper")) -> list[AnyRecord]:
    """The usual run with the size limits of each target but the last, at which it was cut off."""
    *records, end = usual(where)
    records[0] = head(limits=True)
    return [*records, *(limit for name in where[:-1] or where for limit in sizes(name)), end]


def usual(where: tuple[str, ...] = ("nginx", "hyper")) -> list[AnyRecord]:
    """A run with every standing: the first target breaks rules, the others hardly any."""
    records: list[AnyRecord] = [head()]
    for index, name in enumerate(where):
        port = 8080 + index
        address = f"http://127.0.0.1:{port}"
        records.append(target(name, address=address, server=f"{name}/1.{index}"))
        records += _of_target(name, good=index > 0)
    records.append(
        FindingRecord(where[0], "violates", "serves the field without its space", f"{SPACE}/1", SPACE, 2)
    )
    records.append(FindingRecord(where[0], "hang", "stopped answering its baseline", "corpus/te-vt", "", 1))
    return [*records, END]


def _of_target(name: str, good: bool) -> Iterable[AnyRecord]:
    spaced = b"GET / HTTP/1.1\r\nX-A : b\r\nHost: 127.0.0.1:8080\r\n\r\n"
    tabbed = spaced.replace(b" :", b"\t:")
    both = (
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"0\r\n\r\n"
    )
    bare = both.replace(b"Content-Length: 4\r\n", b"").replace(b"0\r\n\r\n", b"1\nx\r\n0\r\n\r\n")
    for plan, octets in ((f"{SPACE}/1", spaced), (f"{SPACE}/tab", tabbed)):
        title = "Space before a colon" if octets is spaced else "Tab before a colon"
        control = "control/get"
        if good:
            yield from case(
                plan, name, octets, REFUSED, status=400, fate="closed", title=title, control=control
            )
            yield verdict(SPACE, plan, Outcome.CONFORMS, "refused with 400", name, seen="400")
        else:
            yield from case(plan, name, octets, title=title, control=control)
            yield verdict(
                SPACE,
                plan,
                Outcome.VIOLATES,
                "200, and the connection stayed usable",
                name,
                grade=Grade.BAD,
                sent_span=(19, 20),
            )
    yield from case("control/get", name, origin=Origin.CONTROL, title="A sound GET")
    yield from case(f"{BOTH}/1", name, both, fate="closed", title="Both framing fields")
    yield verdict(BOTH, f"{BOTH}/1", Outcome.CONFORMS, "200, then closed", name, seen="chunked")
    yield from case(
        f"{HOST}/1", name, b"GET / HTTP/1.1\r\n\r\n", b"", status=None, fate="reset", title="No Host at all"
    )
    if good:
        yield verdict(HOST, f"{HOST}/1", Outcome.INCONCLUSIVE, "a reset says nothing", name)
    else:
        yield verdict(
            HOST,
            f"{HOST}/1",
            Outcome.VIOLATES,
            "reset without an answer",
            name,
            grade=Grade.UNMET,
            sent_span=(16, 16),
        )
    yield from case(f"{LENIENT}/1", name, bare, title="A bare LF behind a chunk-size")
    yield verdict(
        LENIENT,
        f"{LENIENT}/1",
        Outcome.VIOLATES,
        "read as a chunk",
        name,
        grade=Grade.RISK,
        sent_span=(78, 79),
    )
    for plan in (f"{SPACE}/1", "control/get"):
        yield verdict(DATE, plan, Outcome.VIOLATES, "no Date in the response", name, grade=Grade.SOFT)
    yield from case("corpus/te-vt", name, bare, origin=Origin.CASE, title="Bare LF in a chunk")
    yield verdict(
        DATE, "corpus/te-vt", Outcome.VIOLATES, "no Date, sometimes", name, grade=Grade.SOFT, flaky=True
    )


def write_run(folder: Path, records: Iterable[AnyRecord]) -> Path:
    """A run file of the records."""
    path = folder / "run.sqlite"
    writer = RunWriter(path)
    for record in records:
        writer.write(record)
    writer.close()
    return path
