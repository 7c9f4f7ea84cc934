"""The HTML report as tests read it: what a browser would build of it, and the data behind it unfolded."""

from __future__ import annotations

import base64
import itertools
import zlib
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec

from harness.store.records import AnyRecord
from harness.store.run_store import RunReader
from reports import html as html_report
from tests.reports import make_run

VOID = {"meta", "br", "input", "path", "rect"}


class Document(HTMLParser):
    """What a browser would build of the page, as far as these tests ask."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.blocks: dict[str, str] = {}
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.words.append(data)
            return
        tag, attributes = self.elements[-1]
        if tag == "style":
            self.styles.append(data)
        elif attributes.get("type") == "application/octet-stream":
            name = (attributes["id"] or "").removeprefix("block-")
            self.blocks[name] = self.blocks.get(name, "") + data
        else:
            self.scripts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    @property
    def html(self) -> str:
        """The source without the data and scripts at its end."""
        return self.source[: self.source.index("</footer>")]

    def all(self, name: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(name)) is not None]


class Data:
    """The data behind a page, unfolded by other means than the page's own script."""

    def __init__(self, blocks: dict[str, str]) -> None:
        self.blocks = {
            name: zlib.decompress(base64.b64decode(packed), -zlib.MAX_WBITS)
            for name, packed in blocks.items()
        }
        self.index: dict[str, Any] = self.json("index")

    def json(self, name: str) -> Any:
        return msgspec.json.decode(self.blocks[name])

    def items(self, name: str) -> list[Any]:
        """All items of the blocks NAME-0, NAME-1 ..."""
        found: list[Any] = []
        for number in itertools.count():
            if f"{name}-{number}" not in self.blocks:
                return found
            found += self.json(f"{name}-{number}")
        raise AssertionError("never")

    def places(self) -> list[str]:
        """`TARGET/PLAN` of all cases."""
        plan, target = self.index["cases"]["plan"], self.index["cases"]["target"]
        return [
            f"{self.index['targets'][t]['slug']}/{self.index['plans'][p]['slug']}"
            for t, p in zip(target, plan, strict=True)
        ]

    def case(self, place: str) -> dict[str, Any]:
        case: dict[str, Any] = self.items("cases")[self.places().index(place)]
        return case

    def rule(self, name: str) -> dict[str, Any]:
        rules: list[list[Any]] = self.index["rules"]
        rule: dict[str, Any] = self.items("rules")[[one[1] for one in rules].index(name)]
        return rule

    def octets(self, reference: list[Any]) -> bytes:
        """The octets that are kept."""
        chunk, offset, length, *_ = reference
        return self.blocks[f"octets-{chunk}"][offset : offset + length] if length else b""

    @property
    def strings(self) -> list[str]:
        """Every string of every block of JSON."""
        found: list[str] = []

        def walk(value: Any) -> None:
            if isinstance(value, str):
                found.append(value)
            elif isinstance(value, dict):
                for each in value.items():
                    walk(each)
            elif isinstance(value, (list, tuple)):
                for each in value:
                    walk(each)

        for name, octets in self.blocks.items():
            if not name.startswith("octets-"):
                walk(msgspec.json.decode(octets))
        return found


def rendered(folder: Path, records: Iterable[AnyRecord]) -> Document:
    """The page of a run of these records."""
    with RunReader(make_run.write_run(folder, records)) as run:
        html_report.write(run, folder / "new" / "index.html")
    return Document((folder / "new" / "index.html").read_text(encoding="utf-8"))
