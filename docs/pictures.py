"""Takes the pictures of docs/report.md from a report: `python docs/pictures.py REPORT/index.html`.

Needs Playwright (pip install --group dev) and Debian's Chromium.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).with_name("pictures")


class Picture(NamedTuple):
    """A view of the report, the scheme and the size of the window, in pixels."""

    name: str
    fragment: str
    scheme: str = "light"
    width: int = 1280
    height: int = 800


PICTURES = (
    Picture("overview", "#overview"),
    Picture("matrix", "#matrix?security=smuggling&differing=yes", "dark"),
    Picture("rule", "#rule/9112-6.1-length-and-coding"),
    Picture("case", "#case/uvicorn-h11/9112-6.1-length-and-coding/1?beside=nginx", height=1100),
    Picture("limits", "#limits", height=900),
    Picture("narrow", "#overview", width=360, height=720),
)


def main(report: str) -> None:
    """One PNG file for each picture."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for one in PICTURES:
            page = browser.new_page(
                viewport={"width": one.width, "height": one.height}, color_scheme=one.scheme
            )
            page.goto(f"{Path(report).resolve().as_uri()}{one.fragment}")
            page.wait_for_timeout(500)
            page.screenshot(path=FOLDER / f"{one.name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
