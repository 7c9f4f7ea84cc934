"""The usual run of the report tests, held against a baseline: something of each kind."""

from datetime import date

from harness.model.baseline import Baseline, Known
from harness.model.verdict import Grade
from harness.store.records import TargetEndRecord
from tests.reports.make_run import BOTH, DATE, END, HOST, LENIENT, SPACE, head, usual

REASON = "upstream issue 31 | `soon`"

KNOWN = (
    Known("nginx", LENIENT, Grade.RISK, ("9112-7.1-a",), reason=REASON, since="0.1.0"),
    Known("nginx", HOST, Grade.UNMET, ("9112-3.2-a",), expires=date(2026, 9, 22), reason="until autumn"),
    Known("nginx", BOTH, Grade.BAD, ("9112-6.1-a",), reason="is gone"),
    Known("nginx", DATE, Grade.SOFT, ("9110-6.6.1-a",)),
)
"""One that excuses with a reason, one that expired on the day, one that is fixed, one without a reason."""


def held_run(known=KNOWN, **more):
    """Records of the usual run: nginx breaks SPACE anew, and HOST again since its entry expired."""
    baseline = Baseline("wireproof-baseline.toml", date(2026, 9, 22), known)
    ends = [
        TargetEndRecord("nginx", 1, 3.25, output=("a line \x00 of it",)),
        TargetEndRecord("hyper", 0, 2.5),
    ]
    return [head(baseline=baseline, **more), *usual()[1:-1], *ends, END]


__all__ = ["KNOWN", "REASON", "SPACE", "held_run"]
