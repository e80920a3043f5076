"""Allure results: of runs outside pytest, of runs inside pytest, and what stands beside them."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from neighbourhoods import twice_charged

from journeys.model import Cause, Reading, Result
from reports import AllureWatcher, message, write_surroundings
from reports.page import readings_page
from reports.surroundings import categories, executor

NOON = datetime(2025, 11, 23, 8, 30, 4, tzinfo=UTC)


def watched(watcher: Any, result: Result, artifacts: dict[str, Path] | None = None) -> None:
    watcher.began(result.history.heading)
    watcher.step_began("look at every surface")
    for step in result.history.steps:
        watcher.step_began(step.name)
        watcher.step_ended(step)
    watcher.step_began("undo")
    watcher.ended(result, artifacts or {})


def written(folder: Path) -> list[dict[str, Any]]:
    results = [json.loads(path.read_text()) for path in folder.glob("*-result.json")]
    return sorted(results, key=lambda each: str(each["name"]))


def test_failed_is_the_store_and_broken_is_the_tester(every_kind: tuple[Result, ...], tmp_path: Path) -> None:
    watcher = AllureWatcher(tmp_path, now=lambda: NOON)
    for result in every_kind:
        watched(watcher, result)
    assert [(each["name"], each["status"]) for each in written(tmp_path)] == [
        ("a declined card buys nothing, caches kept", "passed"),
        ("a guest buys one item, caches cleared", "broken"),
        ("a guest buys one item, caches kept", "passed"),
        ("a guest buys one item, caches kept, repetition 2", "failed"),
    ]
    assert len({each["historyId"] for each in written(tmp_path)}) == 4


def test_a_run_has_the_same_history_in_every_report(stale: Result, healthy: Result, tmp_path: Path) -> None:
    for folder, result in (("a", stale), ("b", healthy)):
        watched(AllureWatcher(tmp_path / folder), result)
    (first,), (second,) = written(tmp_path / "a"), written(tmp_path / "b")
    assert first["historyId"] == second["historyId"]


def test_steps_of_journey_tester_and_checks_stand_in_order(stale: Result, tmp_path: Path) -> None:
    watched(AllureWatcher(tmp_path, now=lambda: NOON), stale)
    (test,) = written(tmp_path)
    assert [(each["name"].partition(":")[0], each["status"]) for each in test["steps"]] == [
        ("look at every surface", "passed"),
        ("find the product", "passed"),
        ("put it into the basket", "passed"),
        ("place the order", "passed"),
        ("undo", "passed"),
        ("check completion", "passed"),
        ("check confirmation", "passed"),
        ("check conservation", "passed"),
        ("check freshness", "failed"),
        ("check money", "passed"),
    ]
    assert test["steps"][1]["stop"] - test["steps"][1]["start"] == 400
    assert {"name": "cause", "value": "cache"} in test["labels"]


def test_the_tester_s_own_step_carries_what_ended_the_run(in_trouble: Result, tmp_path: Path) -> None:
    watched(AllureWatcher(tmp_path, now=lambda: in_trouble.history.at(0.3)), in_trouble)
    (test,) = written(tmp_path)
    assert test["steps"][0]["status"] == "failed"


def test_readings_and_artifacts_are_attached(stale: Result, tmp_path: Path) -> None:
    artifacts = {name: tmp_path / name for name in ("history.ndjson", "screenshot.png", "trace.zip")}
    for path in artifacts.values():
        path.write_bytes(b"what the run left")
    watched(AllureWatcher(tmp_path / "results"), stale, artifacts)
    (test,) = written(tmp_path / "results")
    kept = {each["name"]: tmp_path / "results" / each["source"] for each in test["attachments"]}
    assert list(kept) == ["why", "isolation-product-page", "readings", "history", "screenshot", "trace"]
    assert kept["trace"].read_bytes() == b"what the run left"
    page = kept["readings"].read_text()
    assert "✗ stale" in page and "✓ this layer" in page and "~ in tolerance" in page


def test_what_a_store_says_is_no_markup(stale: Result) -> None:
    readings = [each for each in stale.history.events if isinstance(each, Reading)]
    odd = replace(readings[0], value=None, error="<script>alert(1)</script>")
    page = readings_page(replace(stale.history, events=(*stale.history.events, odd)))
    assert "<script>" not in page and "&lt;script&gt;alert(1)" in page


def test_what_was_seen_around_is_attached_as_tables(tmp_path: Path) -> None:
    watched(AllureWatcher(tmp_path), twice_charged())
    (test,) = written(tmp_path)
    kept = {each["name"]: each for each in test["attachments"]}
    assert {"ledgers of neighbours", "vantage points", "vitals", "settings", "answers of apis"} <= set(kept)
    assert {kept["settings"]["type"], kept["why"]["type"]} == {"text/csv", "text/html"}
    table = (tmp_path / kept["ledgers of neighbours"]["source"]).read_text(encoding="utf-8")
    assert "✗ not as expected" in table
    assert test["statusDetails"]["message"].startswith("[cause: integration] FAIL delivery: ")
    assert "<b>integration</b> (95 % sure), payment ledger<br>Next: look at what passes" in test["descriptionHtml"]


@pytest.mark.parametrize("cause", list(Cause))
def test_each_cause_has_its_category(cause: Cause, stale: Result) -> None:
    text = message(stale).replace("[cause: cache]", f"[cause: {cause}]")
    matching = [each for each in categories() if re.fullmatch(each.get("messageRegex", "never"), text)]
    assert len(matching) == 1


def test_surroundings_tell_no_passwords(tmp_path: Path) -> None:
    write_surroundings(tmp_path, {"store.shop url": "http://staff:secret@127.0.0.1:8001/"}, environment={})
    properties = (tmp_path / "environment.properties").read_text()
    assert "store.shop_url = http://127.0.0.1:8001/" in properties and "secret" not in properties
    assert json.loads((tmp_path / "executor.json").read_text())["type"] == "local"
    assert json.loads((tmp_path / "categories.json").read_text())[-1]["name"] == "The probe itself"


def test_a_ci_server_is_the_executor() -> None:
    told = executor(
        {
            "GITHUB_ACTIONS": "true",
            "GITHUB_SERVER_URL": "https://git.example",
            "GITHUB_REPOSITORY": "shop/front",
            "GITHUB_RUN_ID": "991",
            "GITHUB_RUN_NUMBER": "12",
            "GITHUB_WORKFLOW": "nightly",
        }
    )
    assert (told["buildName"], told["buildOrder"]) == ("nightly #12", 12)
    assert told["buildUrl"] == "https://git.example/shop/front/actions/runs/991"


INSIDE = """
import pickle
from pathlib import Path
from reports.allure_steps import AllureSteps

def test_checkout():
    result = pickle.loads(Path("result").read_bytes())
    steps = AllureSteps()
    try:
        steps.began(result.history.heading)
        steps.step_began("look at every surface")
        for step in result.history.steps:
            steps.step_began(step.name)
            steps.step_ended(step)
        steps.step_began("undo")
        steps.ended(result, {"history.ndjson": Path("result")})
    finally:
        steps.close()
"""


@pytest.mark.parametrize("options", [[], ["--alluredir=results"]])
def test_inside_pytest_the_run_is_a_step_of_its_test(stale: Result, tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "result").write_bytes(pickle.dumps(stale))
    (tmp_path / "test_inside.py").write_text(INSIDE)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    call = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "allure_pytest.plugin", *options]
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        call, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    if options:
        (test,) = written(tmp_path / "results")
        (run,) = test["steps"]
        assert (run["name"], run["status"]) == ("a guest buys one item, caches kept", "failed")
        assert [each["name"] for each in run["steps"]][:5] == [
            "look at every surface",
            "find the product",
            "put it into the basket",
            "place the order",
            "undo",
        ]
        assert [each["name"] for each in run["attachments"]] == ["why", "isolation-product-page", "readings", "history"]
        assert {"name": "cause", "value": "cache"} in test["labels"]
