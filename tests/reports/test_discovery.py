"""Report formats are found, not listed, and a stranger's `reports` is named, not used."""

from __future__ import annotations

import reports


def test_every_format_has_its_name_its_ending_and_its_writer() -> None:
    found = reports.renderers()
    assert "html" in found
    assert "recorded" not in found
    for name, renderer in found.items():
        assert renderer.name == name
        assert renderer.ending.startswith(".")
        assert callable(renderer.write)
