"""The table of anomalies: each kind cites a ledger row, in words of our own."""

from __future__ import annotations

import re

from harness.http1.request_anomalies import ANOMALY_KINDS, anomaly
from harness.rules.ledger import ledger


def test_every_kind_cites_a_row_of_the_ledger() -> None:
    assert {kind.ledger for kind in ANOMALY_KINDS.values()} <= set(ledger())


def test_every_kind_is_a_slug_and_says_in_one_sentence_what_it_is() -> None:
    for slug, kind in ANOMALY_KINDS.items():
        assert re.fullmatch(r"[a-z0-9.]+(-[a-z0-9.]+)*", slug)
        assert re.fullmatch(r"[A-Z].+\.", kind.description)


def test_an_anomaly_takes_its_row_from_the_table() -> None:
    assert anomaly("obs-fold", (3, 5), "why").ledger == "9112-5.2-c"
