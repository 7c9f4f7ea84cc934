"""The HTML report of a big run: its size, and how long a browser takes to open it.

    python benchmarks/report.py [--rules 1000] [--targets 40] [--verdicts 6] [--keep FOLDER]

Makes a run of that many rules, each with a case on every target, writes its report, and opens it in
Chromium (Playwright; `apt-get install chromium`) a few times. The aims, for 1,000 rules on 40 targets:
under 15 MiB, and the matrix painted within 2 s of the navigation.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, sync_playwright

from harness.model.plan import Origin
from harness.model.requirement import Level
from harness.model.transcript import Ended
from harness.model.verdict import Grade, Outcome
from harness.store.records import AnyRecord
from harness.store.run_store import (
    EndRecord,
    EventPart,
    ExchangePart,
    OpinionPart,
    PlanRecord,
    ReactionPart,
    RequirementPart,
    RulePart,
    RunReader,
    RunRecord,
    RunWriter,
    StepPart,
    TargetRecord,
    TranscriptRecord,
    VerdictRecord,
)
from reports import html

SECTIONS = [f"{chapter}.{part}" for chapter in range(2, 12) for part in range(1, 7)]
AREAS = ("framing", "fields", "host", "chunked", "persistence", "methods")
WORDS = (
    "the",
    "request",
    "field",
    "line",
    "refused",
    "with",
    "status",
    "chunked",
    "content",
    "length",
    "names",
)
LEVELS = (Level.MUST, Level.MUST, Level.SHOULD, Level.GRAMMAR, Level.PROSE)
ENDS = (
    (Outcome.CONFORMS, None, 70),
    (Outcome.VIOLATES, Grade.BAD, 8),
    (Outcome.VIOLATES, Grade.RISK, 5),
    (Outcome.VIOLATES, Grade.UNMET, 4),
    (Outcome.VIOLATES, Grade.SOFT, 4),
    (Outcome.INCONCLUSIVE, None, 6),
    (Outcome.NOT_APPLICABLE, None, 3),
)
PAINTED = """() => new Promise((done) => {
  const ready = () => document.documentElement.classList.contains("routed")
    && document.querySelector("#matrix tbody td")?.checkVisibility();
  const frame = (work) => requestAnimationFrame(work);
  const look = () => frame(() => (ready() ? frame(() => done(performance.now())) : look()));
  look();
})"""
LOADED = """() => {
  const [entry] = performance.getEntriesByType("navigation");
  return { interactive: entry.domInteractive, load: entry.loadEventEnd };
}"""
CASE = """() => new Promise((done) => {
  const began = performance.now();
  location.hash = `#case/server-1/${document.querySelector("tr[data-rule] code").textContent}/1`;
  const look = () => (document.querySelector("#detail .wire") ? done(performance.now() - began)
    : setTimeout(look, 2));
  look();
})"""


def rules(count: int, dice: random.Random) -> tuple[RulePart, ...]:
    """Rules with texts of the usual length, over sixty sections."""
    made = []
    for number in range(count):
        section = SECTIONS[number * len(SECTIONS) // count]
        level = LEVELS[number % len(LEVELS)]
        made.append(
            RulePart(
                id=f"9112-{section}-rule-{number}",
                rfc=9112,
                section=section,
                url=f"https://www.rfc-editor.org/rfc/rfc9112#section-{section}",
                level=level,
                area=AREAS[number % len(AREAS)],
                title=" ".join(dice.choices(WORDS, k=11)).capitalize(),
                covers=(f"9112-{section}-r{number}",),
                permitted=(
                    ReactionPart("400", "a complete 400 response"),
                    ReactionPart("closed", "the connection is closed without an answer"),
                ),
                security="smuggling" if number % 4 == 0 else "none",
                why=" ".join(dice.choices(WORDS, k=24)),
            )
        )
    return tuple(made)


def records(rule_count: int, target_count: int, verdict_count: int) -> Iterator[AnyRecord]:
    """A run: each rule has one case a target, and each case is judged by several rules."""
    dice = random.Random(9112)
    parts = rules(rule_count, dice)
    requirements = tuple(
        RequirementPart(
            part.covers[0], 9112, part.section, part.url, part.level, part.level, f"{part.title}, in full."
        )
        for part in parts
    )
    yield RunRecord(
        "20260922T120000Z-abc123",
        "2026-09-22T12:00:00Z",
        "0.1.0",
        "wireproof run",
        "3.13",
        parts,
        requirements,
        ledger_rows=rule_count,
    )
    for number in range(target_count):
        name, port = f"server-{number}", 8000 + number
        yield TargetRecord(
            name,
            f"http://127.0.0.1:{port}/",
            again=f"http://127.0.0.1:{port}/",
            server=f"{name}/1.{number}",
            facts=(("baseline", "200"),),
        )
        for index, part in enumerate(parts):
            judges = [part, *(parts[(index * 7 + step) % rule_count] for step in range(1, verdict_count))]
            yield from one_case(part, name, port, number, dice)
            yield from (judged(judge, part, name, dice, own=judge is part) for judge in judges)
    yield EndRecord("2026-09-22T12:10:00Z", 1, 600.0)


def one_case(part: RulePart, name: str, port: int, number: int, dice: random.Random) -> Iterator[AnyRecord]:
    """A request with a marker behind it, and the answer of a server with ways of its own."""
    slug = part.id.rpartition("-")[2]
    sent = (
        f"POST /echo?case={slug} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Case: {part.title[:24]}\r\n"
        f"Content-Length: 5\r\n\r\nhello"
    ).encode()
    marker = f"GET /marker HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Wireproof: marker\r\n\r\n".encode()
    refused = dice.random() < 0.7
    body = (
        f"<html><body><h1>{'400 Bad Request' if refused else 'It works'}</h1><hr>{name}</body></html>\n"
        * (1 + number % 4)
    )
    unique = f"X-Request-Id: {dice.randbytes(16).hex()}\r\n" if number % 4 == 0 else ""
    received = (
        f"HTTP/1.1 {'400 Bad Request' if refused else '200 OK'}\r\nServer: {name}/1.{number}\r\n"
        f"Date: Tue, 22 Sep 2026 12:{number % 60:02}:{dice.randrange(60):02} GMT\r\n{unique}"
        f"Content-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        f"{'Connection: close' if refused else 'Vary: Accept'}\r\n\r\n{body}"
    ).encode()
    start = round(dice.random() / 100, 6)
    plan = f"{part.id}/1"
    yield PlanRecord(
        plan,
        name,
        Origin.PROBE,
        part.title,
        (StepPart("send", octets=sent), StepPart("send", octets=marker), StepPart("await-end")),
        marker_at=len(sent),
    )
    fate = "closed" if refused else "kept"
    exchanges = (
        ExchangePart((0, len(sent)), fate, (0, len(received)), 400 if refused else 200, (), "content-length"),
        ExchangePart((len(sent), len(sent) + len(marker)), fate, marker=True),
    )
    yield TranscriptRecord(
        plan,
        name,
        (
            EventPart(start, "connected"),
            EventPart(start + 0.0001, "sent", count=len(sent) + len(marker)),
            EventPart(start + 0.0009 + dice.random() / 1000, "received", received, len(received)),
            EventPart(start + 0.003, "peer-closed"),
        ),
        Ended.CLOSED,
        fate,
        exchanges,
        (),
        (
            OpinionPart("h11", "2 requests, complete", "1 response, complete (400)"),
            OpinionPart("llhttp", "2 requests, complete", "1 response, complete (400)"),
        ),
    )


def judged(rule: RulePart, part: RulePart, name: str, dice: random.Random, own: bool) -> VerdictRecord:
    """Any outcome for a rule on its own case; on the cases of others it nearly always conforms."""
    drawn = (
        dice.choices(ENDS, [weight for *_, weight in ENDS])[0] if own or dice.random() < 0.002 else ENDS[0]
    )
    outcome, grade, _ = drawn
    return VerdictRecord(
        name,
        f"{part.id}/1",
        rule.id,
        rule.covers,
        rule.section,
        rule.level,
        outcome,
        f"answered {400 if outcome is Outcome.CONFORMS else 200}, then the connection was closed",
        grade,
        ("400", "closed"),
        "400" if outcome is Outcome.CONFORMS else "",
        (7, 19) if own else None,
    )


def rendered(run: Path, page: Path) -> tuple[float, float]:
    """Write the report; seconds of CPU, and MiB of memory at most. In a process of its own."""
    began = time.process_time()
    with RunReader(run) as reader:
        html.write(reader, page)
    return time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def opened(chromium: Browser, page: Path) -> dict[str, float]:
    """Milliseconds from the navigation to: matrix painted, interactive, loaded; and those for a case.

    The CPU of the main thread says what the page costs on a busy machine as well.
    """
    inside = chromium.new_page(viewport={"width": 1280, "height": 900})
    metrics = inside.context.new_cdp_session(inside)
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
    began = time.perf_counter()
    inside.goto(f"{page.as_uri()}#matrix", wait_until="commit")
    painted = inside.evaluate(PAINTED)
    wall = (time.perf_counter() - began) * 1000
    inside.wait_for_load_state("load")
    told = {"matrix painted": painted, "the same by our clock": wall, **inside.evaluate(LOADED)}
    spent = {one["name"]: one["value"] for one in metrics.send("Performance.getMetrics")["metrics"]}
    told["CPU of its main thread"] = spent["TaskDuration"] * 1000
    told["a case unfolded"] = inside.evaluate(CASE)
    inside.close()
    return told


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--targets", type=int, default=40)
    parser.add_argument("--verdicts", type=int, default=6, help="how many rules judge a case")
    parser.add_argument("--times", type=int, default=5, help="how often the page is opened")
    parser.add_argument("--keep", type=Path, help="leave the run and its report in this folder")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        run, page = folder / "run.sqlite", folder / "report.html"
        run.unlink(missing_ok=True)
        writer = RunWriter(run)
        for record in records(asked.rules, asked.targets, asked.verdicts):
            writer.write(record)
        writer.close()
        with multiprocessing.get_context("spawn").Pool(1) as apart:
            took, memory = apart.apply(rendered, (run, page))
        print(f"{asked.rules:,} rules, {asked.targets} targets, {asked.rules * asked.targets:,} cases")
        print(f"run file        {run.stat().st_size / 2**20:8.1f} MiB")
        print(f"report          {page.stat().st_size / 2**20:8.1f} MiB (aim: under 15)")
        print(f"written in      {took:8.1f} s of CPU, with {memory:.0f} MiB of memory at most")
        with sync_playwright() as driver:
            chromium = driver.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            times = [opened(chromium, page) for _ in range(asked.times)]
            chromium.close()
        for name in times[0]:  # median, least and most
            values = sorted(one[name] for one in times)
            print(f"{name:22} {statistics.median(values):6.0f} ms ({values[0]:.0f} to {values[-1]:.0f})")


if __name__ == "__main__":
    main()
