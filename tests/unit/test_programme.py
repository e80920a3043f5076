"""What puts runs together: where they promise to undo what they do."""

from __future__ import annotations

from pathlib import Path

from journeys.config import load
from journeys.programme import journal_of


def test_what_is_promised_to_one_profile_of_the_sandbox_is_no_business_of_the_other(tmp_path: Path) -> None:
    """Their stores have the same names: an order of the one, asked for in the other, would seem to be undone."""
    path = tmp_path / "journeys.toml"
    path.write_text('[stores.shop]\nplatform = "oscar"\nsandbox = true\n', encoding="utf-8")
    embedded = load(path).in_profile("embedded")
    journal_of(embedded).plan(run="r", store="shop", kind="orders", target="jrn-r@example.org")

    assert (len(journal_of(embedded).open()), len(journal_of(embedded.in_profile("full")).open())) == (1, 0)
