"""Audits as Allure results: failed means that the books are wrong, broken that it could not be told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import audits
import pytest

from journeys.audit.model import OF_SALES, Audit
from reports.audit import explained, write_allure
from reports.audit.folder import leave, whole


def written(audit: Audit, folder: Path) -> dict[str, dict[str, Any]]:
    write_allure(audit, folder)
    results = [json.loads(path.read_text()) for path in folder.glob("*-result.json")]
    return {each["fullName"].rpartition(": ")[2]: each for each in results}


def test_each_class_is_a_test_and_so_are_the_totals(tmp_path: Path) -> None:
    results = written(audits.EVERY_CLASS, tmp_path)
    assert set(results) == {*(flaw.value for flaw in OF_SALES), "totals"}
    assert {name: each["status"] for name, each in results.items()} == {
        **dict.fromkeys((flaw.value for flaw in OF_SALES), "failed"),
        "ambiguous": "broken",
        "totals": "failed",
    }


def test_books_that_agree_pass(tmp_path: Path) -> None:
    assert {each["status"] for each in written(audits.WELL, tmp_path).values()} == {"passed"}


def test_nothing_to_compare_is_not_a_pass(tmp_path: Path) -> None:
    assert written(audits.NOTHING, tmp_path)["totals"]["status"] == "broken"


def test_a_failure_says_the_cause_how_much_and_what_to_do(tmp_path: Path) -> None:
    message = written(audits.EVERY_CLASS, tmp_path)["amount"]["statusDetails"]["message"]
    assert message.splitlines() == [
        "[cause: integration] 1 amount, −12.50\u00a0EUR at stake",
        "  2026-05-04 order 100003: the shop has 12.50 EUR, the bank 10.50 EUR.",
        "Next: Compare the receipt with the order: vouchers, shipping, taxes, minor units.",
    ]


def test_a_class_has_the_same_history_in_every_report(tmp_path: Path) -> None:
    one, other = (written(audit, tmp_path / name) for name, audit in (("a", audits.WELL), ("b", audits.EVERY_CLASS)))
    assert {name: each["historyId"] for name, each in one.items()} == {
        name: each["historyId"] for name, each in other.items()
    }
    assert len({each["historyId"] for each in one.values()}) == len(one)


def test_a_test_that_fails_says_every_class() -> None:
    assert explained(audits.EVERY_CLASS).count("[cause: integration]") == 11
    assert explained(audits.NOTHING) == "nothing to compare"


def test_a_folder_holds_page_csv_json_and_results(tmp_path: Path) -> None:
    page = leave(audits.EVERY_CLASS, tmp_path / "report")
    assert page == tmp_path / "report" / "audit-sales-shop.html"
    names = {each.name for each in page.parent.iterdir()}
    assert names == {
        "audit-sales-shop.csv", "audit-sales-shop.html", "audit-sales-shop.json", "allure-results",
    }  # fmt: skip
    assert (page.parent / "audit-sales-shop.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_nothing_is_left_of_a_file_that_could_not_be_finished(tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    path.write_text("what was there before")

    def breaks(file: Any) -> None:
        file.write("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        whole(path, breaks)
    assert [each.name for each in tmp_path.iterdir()] == ["audit.csv"]
    assert path.read_text() == "what was there before"
