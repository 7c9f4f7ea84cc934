"""Every row of RFC 9112 2, 3, 5, 6, 7, 9 is covered by a rule or waived with a reason, and none is both."""

import tomllib
from collections import Counter
from importlib.resources import files

import harness.rules.ledger
from harness.model.requirement import Level
from harness.rules.ledger import ledger
from harness.rules.rule import catalogue

SECTIONS = "235679"
WAIVED = tomllib.loads(files(harness.rules.ledger).joinpath("waived.toml").read_text(encoding="utf-8"))
COVERED = {row for rule in catalogue().values() for row in rule.covers}
ROWS = {
    id: row
    for id, row in ledger().items()
    if row.citation.rfc == 9112 and row.citation.section[0] in SECTIONS and row.level is not Level.MAY
}


def test_each_row_is_covered_or_waived():
    assert {id for id in ROWS if id not in COVERED and id not in WAIVED} == set()


def test_none_is_both():
    assert COVERED & set(WAIVED) == set()


def test_only_rows_of_these_sections_are_waived_and_each_with_a_reason():
    assert set(WAIVED) - set(ROWS) == set()
    assert all(len(reason) > 20 for reason in WAIVED.values())


def test_what_binds_by_a_keyword_or_by_grammar_is_waived_only_where_it_is_not_seen_from_outside():
    """The few there are: TLS, and what only an application sees."""
    strong = {id for id in WAIVED if ROWS[id].level in (Level.MUST, Level.GRAMMAR)}
    assert strong == {"9112-7.1.2-d", "9112-7.1.2-e", "9112-9.7-a", "9112-9.8-f"}


def test_the_coverage_is_told(record_property, capsys):
    count = Counter((row.level, id in COVERED) for id, row in ROWS.items())
    told = {str(level): f"{count[level, True]}/{count[level, True] + count[level, False]}" for level in Level}
    record_property("coverage", told)
    with capsys.disabled():
        print(f"\nRFC 9112 2, 3, 5, 6, 7, 9: {len(ROWS.keys() & COVERED)} of {len(ROWS)} rows covered {told}")
    assert len(ROWS.keys() & COVERED) >= 110
