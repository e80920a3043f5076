"""No fault of the tester is ever blamed on the store: browser killed, disk full, page changed."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from commands import Ended, ended, journeys, reached, seeded, start, start_program
from killing import NETWORK, RENDERER, kill, saw_something

from journeys import stores
from journeys.config import Config
from journeys.programme import clean_up, journal_of
from sandbox import Status

LOOKING = "look at every surface"
NAMESPACES = ("unshare", "--mount") if os.getuid() == 0 else ("unshare", "--user", "--map-root-user", "--mount")


def assert_own(result: Ended, report: Path, *words: str) -> None:
    """It is the tester's own fault in every tongue: exit code, verdict, steps, diagnoses, Allure, JUnit."""
    assert result.code == 3, result.out + result.err
    assert "Traceback" not in result.err
    (run,) = result.document["runs"]
    assert run["verdict"] == "unknown"
    assert {finding["verdict"] for finding in run["findings"]} <= {"pass", "unknown"}
    assert run["diagnoses"] == []
    assert "failed" not in {step["outcome"] for step in run["steps"]}
    assert any(all(word in finding["explanation"] for word in words) for finding in run["findings"]), run["findings"]
    (told,) = (json.loads(path.read_text()) for path in report.glob("allure-results/*-result.json"))
    assert told["status"] == "broken"
    assert "failed" not in {step["status"] for step in told["steps"]}
    assert "<failure" not in (report / "junit.xml").read_text()


def assert_undone(config: Config, store: str, before: Mapping[str, object]) -> None:
    """All is as before, once what may still have been on its way is cancelled: the next run begins with that."""
    with stores.opened(config, store) as opened:
        _, left = clean_up(opened, journal_of(config))
    assert [each.what for each in left if not each.benign] == []
    assert before == seeded(config, store)


def shop(step: str, part: str = "") -> Any:
    group = pytest.mark.xdist_group("shop")
    return pytest.param("shop", "guest_checkout", step, part, id=f"{part or 'browser'}: {step}", marks=group)


def booking(step: str, part: str = "") -> Any:
    group = pytest.mark.xdist_group("booking")
    return pytest.param("booking", "book_paid_slot", step, part, id=f"{part or 'browser'}: {step}", marks=group)


@pytest.mark.parametrize(
    ("store", "journey", "step", "part"),
    [
        shop(LOOKING),
        shop("place the order"),
        shop("verify every surface"),
        shop("find the product", RENDERER),
        shop("place the order", NETWORK),
        booking("book"),
    ],
)
def test_a_browser_that_is_killed_is_no_fault_of_the_store(
    sandbox: Status, journeys_config: Config, tmp_path: Path, store: str, journey: str, step: str, part: str
) -> None:
    before = seeded(journeys_config, store)
    process = start("run", journey, "--store", store, "--output", "json", "--report", str(tmp_path))
    reached(process, step)
    if step == LOOKING:
        assert saw_something(process, tmp_path)
    assert kill(process, part), f"the run ended before its browser could be killed at {step!r}"
    result = ended(process)
    assert_own(result, tmp_path, "browser")
    assert_undone(journeys_config, store, before)


@pytest.mark.xdist_group("shop")
def test_the_next_run_has_a_browser_again(sandbox: Status) -> None:
    process = start("run", "browse", "--store", "shop", "--repeat", "2", "--output", "json")
    reached(process, "open the catalogue")
    assert kill(process)
    result = ended(process)
    assert [run["verdict"] for run in result.document["runs"]] == ["unknown", "pass"]
    assert result.code == 3


def on_a_tiny_disk(size: str, at: Path, *arguments: str, fill: int = 0, env: Mapping[str, str] | None = None) -> Ended:
    """The command with a file system of its own at that folder, of which so many bytes are taken."""
    at.mkdir(parents=True, exist_ok=True)
    command = shlex.join([sys.executable, "-m", "journeys", *arguments])
    mount = f"mount -t tmpfs -o size={size} tmpfs {shlex.quote(str(at))}"
    taken = f"head -c {fill} /dev/zero > {shlex.quote(str(at / 'taken'))}"
    script = f"{mount} && {taken} && exec {command}"
    return ended(start_program(*NAMESPACES, "sh", "-c", script, env=env))


@pytest.mark.xdist_group("shop")
@pytest.mark.parametrize("size", ["4k", "16k"], ids=["while looking", "after the order"])
def test_a_disk_that_is_full_is_no_fault_of_the_store(
    sandbox: Status, journeys_config: Config, tmp_path: Path, size: str
) -> None:
    before = seeded(journeys_config, "shop")
    told = ("run", "guest_checkout", "--store", "shop", "--output", "json", "--report", str(tmp_path))
    result = on_a_tiny_disk(size, tmp_path / "runs", *told)
    assert_own(result, tmp_path, "cannot write the history", "No space left")
    assert_undone(journeys_config, "shop", before)


@pytest.mark.xdist_group("shop")
def test_a_full_disk_for_what_the_browser_keeps_is_no_fault_of_the_store(
    sandbox: Status, journeys_config: Config, tmp_path: Path
) -> None:
    report, temporary = tmp_path / "report", tmp_path / "t"
    told = ("run", "guest_checkout", "--store", "shop", "--output", "json", "--report", str(report))
    before = seeded(journeys_config, "shop")
    result = on_a_tiny_disk("2m", temporary, *told, env={"TMPDIR": str(temporary)})
    assert_own(result, report, "browser")
    assert_undone(journeys_config, "shop", before)


@pytest.mark.xdist_group("shop")
def test_without_room_for_the_journal_nothing_is_bought(
    sandbox: Status, journeys_config: Config, tmp_path: Path
) -> None:
    report, state = tmp_path / "report", tmp_path / "state"
    told = ("run", "guest_checkout", "--store", "shop", "--output", "json", "--report", str(report))
    before = seeded(journeys_config, "shop")
    result = on_a_tiny_disk("4k", state, *told, fill=4096, env={"JOURNEYS_STATE": str(state)})
    assert_own(result, report, "cannot write the journal")
    assert result.document["runs"][0]["writes"] == []
    assert before == seeded(journeys_config, "shop")


@pytest.mark.xdist_group("shop")
def test_a_report_that_cannot_be_written_is_said_after_what_was_found(sandbox: Status, tmp_path: Path) -> None:
    told = ("run", "browse", "--store", "shop", "--output", "json", "--report", str(tmp_path / "report"))
    result = on_a_tiny_disk("24k", tmp_path / "report", *told)
    assert result.code == 3, result.out + result.err
    assert "No space left" in result.err
    assert "Traceback" not in result.err


@pytest.mark.xdist_group("shop")
def test_a_page_that_changed_is_no_fault_of_the_store(
    sandbox: Status, journeys_config: Config, planted: Callable[[str], Any], tmp_path: Path
) -> None:
    before = seeded(journeys_config, "shop")
    with planted("page_changed"):
        result = journeys("run", "guest_checkout", "--store", "shop", "--output", "json", "--report", str(tmp_path))
    assert_own(result, tmp_path, "page")
    assert_undone(journeys_config, "shop", before)
