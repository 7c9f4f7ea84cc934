"""The run as JUnit XML, for whatever collects test results: a suite a target, a test case a rule.

A rule fails by a violation that fails the run. What only warns passes, with a note; what is known, flaky,
undecided or not applicable is skipped, with the reason. A suite without a failure is a target that did not
fail: where a target failed as a whole, a test case says so. The schema knows properties of suites alone, so
those of a rule stand in what its test case printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from harness.model.tally import Standing
from harness.narrate.escape import visible_text
from harness.narrate.words import WORDS
from harness.store.run_store import RunReader, TargetEndRecord, TargetRecord
from reports.cells import Cell, cells
from reports.evidence import evidence, one_line, wire
from reports.files import written

ending = ".xml"

_SKIPPED = "wireproof.skipped"
_KNOWN = "wireproof.known"


def write(run: RunReader, out: Path) -> None:
    """Write the run to the file `out`, whole or not at all; StoreError says why not."""
    root = _suites(run)
    ET.indent(root)
    with written(out) as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n')
        file.write(ET.tostring(root, encoding="unicode"))
        file.write("\n")


def _suites(run: RunReader) -> ET.Element:
    head, end = run.run, run.end
    root = ET.Element("testsuites", name="wireproof")
    everything: dict[str, list[Cell]] = {}
    for cell in cells(run):
        everything.setdefault(cell.target, []).append(cell)
    targets = {one.name: TargetRecord(one.name, "", again=one.again) for one in head.targets}
    targets |= {one.name: one for one in run.targets()}
    ends = {one.target: one for one in run.target_ends()}
    for target in targets.values():
        suite = _Suite(run, target, ends.get(target.name))
        root.append(suite.element(everything.get(target.name, [])))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    if end:
        root.set("time", f"{end.seconds:.3f}")
    return root


class _Suite:
    """One target."""

    def __init__(self, run: RunReader, target: TargetRecord, end: TargetEndRecord | None) -> None:
        self._run, self._head = run, run.run
        self._target, self._end = target, end
        self._fails = {Standing(grade.value) for grade in self._head.fail_on}

    def element(self, mine: list[Cell]) -> ET.Element:
        """The suite with its test cases and their counts."""
        suite = ET.Element("testsuite", name=_text(self._target.name))
        properties = ET.SubElement(suite, "properties")
        for name, value in self._properties():
            ET.SubElement(properties, "property", name=_text(name), value=_text(value))
        tests = [self._test(cell) for cell in mine]
        tests += self._about_the_whole()
        if not any(test.find("failure") is not None for test in tests):
            tests += self._failed_otherwise()
        suite.extend(tests)
        counts = {
            "tests": len(tests),
            "failures": sum(test.find("failure") is not None for test in tests),
            "errors": 0,
            "skipped": sum(test.find("skipped") is not None for test in tests),
        }
        for key, count in counts.items():
            suite.set(key, str(count))
        if self._end:
            suite.set("time", f"{self._end.seconds:.3f}")
        suite.set("timestamp", self._head.started.removesuffix("Z"))
        return suite

    def _properties(self) -> Iterator[tuple[str, str]]:
        head, target = self._head, self._target
        yield "wireproof", head.wireproof
        yield "python", head.python
        yield "run", head.id
        yield "command", head.command
        named = (
            ("address", target.address),
            ("again", target.again),
            ("server", target.server),
            ("version", target.version),
            ("baseline", head.baseline.file if head.baseline else ""),
        )
        yield from ((name, value) for name, value in named if value)
        yield from target.facts

    def _test(self, cell: Cell) -> ET.Element:
        test = self._case(cell.rule.id)
        rule = cell.rule
        notes = [
            f"level: {rule.level}",
            f"section: RFC {rule.rfc} {rule.section}",
            f"covers: {', '.join(rule.covers)}",
            f"security: {rule.security}",
        ]
        stands = cell.worst
        if stands is None:
            _add(test, "skipped", "nothing to judge", _SKIPPED)
        elif cell.is_known:
            said = f"known {WORDS[stands].one}: {one_line(cell.reasons) or 'no reason is given'}"
            _add(test, "skipped", said, _KNOWN, "\n".join(evidence(self._run, cell)))
        elif stands in self._fails:
            said = f"{WORDS[stands].one}: {one_line(cell.example.observed)}"
            _add(test, "failure", said, f"wireproof.{stands}", "\n".join(evidence(self._run, cell)))
        elif stands.violates:
            notes += ["", f"{WORDS[stands].one}, which does not fail this run", *evidence(self._run, cell)]
        elif stands is not Standing.CONFORMS:
            said = f"{WORDS[stands].one}: {one_line(cell.example.observed)} ({one_line(cell.example.plan)})"
            _add(test, "skipped", said, _SKIPPED)
        ET.SubElement(test, "system-out").text = _text("\n".join(notes))
        return test

    def _about_the_whole(self) -> Iterator[ET.Element]:
        """What befell the target itself, a test case each: a crash, a hang, that it was not reached."""
        numbers: dict[str, int] = {}
        for finding in self._run.findings():
            if finding.target != self._target.name or finding.rule:
                continue
            numbers[finding.kind] = number = numbers.get(finding.kind, 0) + 1
            test = self._case(finding.kind if number == 1 else f"{finding.kind} {number}")
            lines = [f"example    {finding.example}" if finding.example else "", *finding.notes]
            lines += wire(self._run, finding.target, finding.example)
            lines += [f"printed    {line}" for line in (self._end.output if self._end else ())]
            text = "\n".join(filter(None, lines))
            _add(test, "failure", one_line(finding.cause), f"wireproof.{finding.kind}", text)
            yield test

    def _failed_otherwise(self) -> Iterator[ET.Element]:
        """A target that failed without any rule that did: nothing was decided, or its part was cut off."""
        if self._end and not self._end.exit_code:
            return
        why = "this part of the run was cut off"
        if self._end:
            why = self._end.reason or "nothing could be decided"
        test = self._case("judged")
        _add(test, "failure", one_line(why), "wireproof.undecided")
        yield test

    def _case(self, name: str) -> ET.Element:
        return ET.Element("testcase", classname=_text(self._target.name), name=_text(name))


def _add(test: ET.Element, kind: str, message: str, type_: str, text: str = "") -> None:
    element = ET.SubElement(test, kind, type=type_, message=_text(message))
    element.text = _text(text) or None


def _text(text: str) -> str:
    """Foreign text that XML admits, and that shows what it is: a NUL is seen as \\u0000."""
    return visible_text(text)
