"""The demonstration, on a sandbox of its own, from nothing to a named layer."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import ended, journeys, start


@pytest.mark.xdist_group("demo")
def test_the_demonstration_passes_and_names_the_planted_cache(tmp_path: Path) -> None:
    own = {"JOURNEYS_SANDBOX": str(tmp_path / "own sandbox"), "JOURNEYS_STATE": str(tmp_path / "state")}
    result = ended(start("demo", env=own), within_s=400)
    assert result.code == 0, result.out + result.err
    assert "First stale layer: application cache" in result.out
    status = journeys("sandbox", "status", "--output", "json", env=own)
    assert {store["state"] for store in status.document["stores"].values()} == {"down"}
