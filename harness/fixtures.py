"""Fixtures of the pytest plugin: `wireproof_target`, for the fuzz suite and for suites of others.

    def test_mine(wireproof_target):
        seen = wireproof_target.examine(b"GET / HTTP/1.1\\r\\nHost: {host}\\r\\nX-A : 1\\r\\n\\r\\n")
        assert seen.responses.finals[0].status == 400
        assert not wireproof_target.violations(seen)

Which target that is the options of the plugin say (several: each test runs once a target), or the fixture
`wireproof_address`, overridden in a suite that starts its application itself:

    @pytest.fixture(scope="session")
    def wireproof_address():
        with my_application_running() as port:
            yield f"http://127.0.0.1:{port}/"
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

from harness.errors import HarnessError
from harness.items import EXIT, conformance_of

if TYPE_CHECKING:
    from harness.session.live import LiveTarget


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Where the options name several targets, tests with `wireproof_target` run once for each."""
    if "wireproof_target" in metafunc.fixturenames:
        labels = conformance_of(metafunc.config).labels
        if len(labels) > 1:
            metafunc.parametrize(
                "wireproof_target", range(len(labels)), indirect=True, ids=labels, scope="session"
            )


@pytest.fixture(scope="session")
def wireproof_address() -> str:
    """The URL of the server that `wireproof_target` talks to; override it with your own application's.

    Empty, as it is here, the targets are those of the options: without any, the reference server.
    """
    return ""


@pytest.fixture(scope="session")
def wireproof_target(request: pytest.FixtureRequest, wireproof_address: str) -> Iterator[LiveTarget]:
    """A server that runs: its `target`, `address` and `calibration`, `examine(plan)` and `violations(seen)`.

    Once a session it is started, if it is ours to start, and calibrated. All of it is told in
    `harness/session/live.py`.
    """
    from harness.session.live import live

    state = conformance_of(request.config)
    number = getattr(request, "param", 0)
    try:
        with live(state.live_choice(wireproof_address, number), state.judgement) as target:
            yield target
    except HarnessError as error:
        raise CannotTest(error) from None


class CannotTest(pytest.fail.Exception):  # type: ignore[name-defined, misc]
    """There is no target to test: told without a traceback, and by the exit code of its reason."""

    def __init__(self, error: HarnessError) -> None:
        super().__init__(f"wireproof: {error}", pytrace=False)
        self.exit_code = int(error.exit_code)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The reports of tests whose target cannot be tested carry the exit code."""
    report = yield
    if call.excinfo is not None and isinstance(call.excinfo.value, CannotTest):
        report.user_properties.append((EXIT, call.excinfo.value.exit_code))
    return report
