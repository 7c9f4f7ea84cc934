"""What a target refuses for how it is told shows beside the same told the plain way, and nowhere else."""

import pytest

from harness.engine.fuzzing.campaign import Bounds
from harness.store.records import PlanRecord
from tests.harness.engine.fuzzing.fuzzing_support import ran

REFUSED = {
    "absolute-form-refused": ("9112-3.2.2-absolute-form", "field-lines"),
    "host-compared-with-absolute-form": ("9112-3.2.2-host-ignored", "host"),
    "chunk-extension-refused": ("9112-7.1.1-extension-ignored", "chunks"),
    "empty-coding-refused": ("9112-6.1-empty-element", "transfer-encoding"),
    "leading-empty-line-refused": ("9112-2.2-leading-empty-line", "request-line"),
    "obs-text-refused": ("9110-5.5-obs-text", "field-lines"),
    "space-before-value-required": ("9112-5-whitespace-around-value", "field-lines"),
}


@pytest.mark.parametrize(("fault", "rule", "family"), [(k, *v) for k, v in REFUSED.items()])
def test_what_is_refused_without_ground_is_found(fault, rule, family):
    run = ran(fault, family, bounds=Bounds(seconds=600, exchanges=800, shrink_tries=100))
    found = next(one for one in run.findings if one.rule.id == rule)
    assert found.verdict.confirmed
    assert found.examination.control is not None
    plans = {one.id: one for one in run.of(PlanRecord)}
    assert plans[plans[str(found.examination.plan.provenance)].control].origin == "control"
