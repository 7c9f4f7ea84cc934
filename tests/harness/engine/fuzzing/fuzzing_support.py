"""Campaigns in memory, against the reference server."""

from dataclasses import dataclass, field

from harness.engine.fuzzing.campaign import Bounds, Listener
from harness.engine.fuzzing.fuzz import Fuzzing, Report, fuzz, scope
from harness.rules.rule import catalogue
from harness.transport.base import Transport
from tests.harness.engine.engine_support import TARGET, reference

RULES = list(catalogue().values())


@dataclass
class Run:
    """A campaign, with everything that it wrote and told."""

    report: Report | None = None
    records: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    ailments: list = field(default_factory=list)

    @property
    def course(self):
        return self.report.course

    def of(self, kind):
        """The records of a kind."""
        return [one for one in self.records if isinstance(one, kind)]


def ran(
    transport: Transport | str = "",
    *families: str,
    exchanges: int = 300,
    seed: int = 1,
    known=(),
    restart=lambda: False,
    bounds: Bounds | None = None,
    run: Run | None = None,
) -> Run:
    """A campaign of so many exchanges, to its end; `transport` may be the name of a fault."""
    run = run or Run()
    run.report = fuzz(
        TARGET,
        RULES,
        reference(transport) if isinstance(transport, str) else transport,
        run.records.append,
        Fuzzing(
            seed=seed,
            scope=scope(*families),
            bounds=bounds or Bounds(seconds=600, exchanges=exchanges, shrink_seconds=60, shrink_tries=150),
            jobs=1,
            known=known,
        ),
        listener=Listener(
            on_finding=run.findings.append,
            on_ailment=lambda ailment, case, seen: run.ailments.append((ailment, case, seen)),
        ),
        restart=restart,
    )
    return run
