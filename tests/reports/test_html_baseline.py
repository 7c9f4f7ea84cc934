"""The page of a run that was held against a baseline: what is new stands apart from what is known."""

import re

import pytest

from tests.reports.document import Document
from tests.reports.held_run import held_run
from tests.reports.make_run import BOTH, HOST, LENIENT, SPACE, usual
from tests.reports.test_html import rendered


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return rendered(tmp_path_factory.mktemp("held"), held_run())


def test_the_headline_counts_what_is_new_and_what_is_known_apart(page: Document) -> None:
    assert "1 breach, 1 risk, 1 unmet, 1 soft, 2 known" in page.text


def test_the_overview_tells_new_known_expired_and_fixed(page: Document) -> None:
    part = page.html[page.html.index('id="h-baseline"') : page.html.index("What was found")]
    assert "<strong>4 new</strong>, 2 known, 1 fixed, 1 expired" in part
    assert "upstream issue 31 | `soon`" in part
    assert "no reason is given" in part
    assert "until 2026-09-22: until autumn" in part
    assert f"rule/{BOTH}" in part[part.index("1 fixed</summary>") :]
    assert f"rule/{HOST}" in part[part.index("1 expired</summary>") :]


def test_cells_and_rows_of_the_matrix_bear_marks(page: Document) -> None:
    matrix = page.html[page.html.index('<section id="matrix"') :]
    row = r'<tr[^>]*data-baseline="([^"]*)"[^>]*><th scope="row"><a href="#rule/([^"]*)"'
    marks = {rule: words for words, rule in re.findall(row, matrix)}
    assert (marks[SPACE], marks[LENIENT], marks[BOTH]) == ("new", "known new", "")
    assert "▲&nbsp;risk, known" in matrix
    assert "✕&nbsp;breach, new" in matrix
    assert 'name="baseline" value="new"' in matrix


def test_without_a_baseline_the_page_has_nothing_of_one(tmp_path) -> None:
    plain = rendered(tmp_path, usual())
    assert "h-baseline" not in plain.html
    assert "data-baseline" not in plain.html
    assert 'name="baseline"' not in plain.html
