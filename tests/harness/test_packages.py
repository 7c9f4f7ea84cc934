"""A package of the user's that bears the name of one of ours is named, and not used."""

from pathlib import Path
from types import ModuleType

import pytest

import reports
import server
from harness.errors import HarnessError
from harness.packages import require_ours


@pytest.mark.parametrize("ours", [reports, server])
def test_our_own_packages_are_accepted(ours: ModuleType) -> None:
    require_ours(ours)


@pytest.mark.parametrize("file", ["reports.py", "reports/__init__.py", None])
def test_a_package_that_hides_ours_is_named(tmp_path: Path, file: str | None) -> None:
    stranger = ModuleType("reports")
    stranger.__file__ = str(tmp_path / file) if file else None
    with pytest.raises(HarnessError, match="hides the package `reports`") as caught:
        require_ours(stranger)
    assert file is None or str(tmp_path / file) in str(caught.value)
