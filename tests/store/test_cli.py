"""The command line against the real stores: what it prints, and how it takes what goes wrong."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Ended, configured, ended, journeys, start

from journeys import stores
from journeys.config import Config
from sandbox import Status

pytestmark = [pytest.mark.xdist_group("shop")]

SHOP = '[stores.shop]\nplatform = "oscar"\nsandbox = true\n'


def assert_clear(result: Ended, code: int, *words: str) -> None:
    """The right exit code, a message with these words, and no traceback."""
    assert code == result.code, result.err + result.out
    assert "Traceback" not in result.err + result.out
    for word in words:
        assert word in " ".join((result.err + result.out).split())


def test_a_run_prints_the_promised_document(sandbox: Status) -> None:
    result = journeys("run", "guest_checkout", "--store", "shop", "--seed", "3", "--output", "json")
    assert_clear(result, 0)
    document = result.document
    (run,) = document["runs"]
    assert (document["verdict"], run["verdict"], run["caches"], run["seed"]) == ("pass", "pass", "keep", 3)
    assert [write["kind"] for write in run["writes"]] == ["order"]
    assert {"name", "duration_s", "outcome"} <= set(run["steps"][0])
    assert {"fact", "surface", "value", "expected", "asked_at", "received_at"} <= set(run["readings"][0])
    assert all(reading["value"] == reading["expected"] for reading in run["readings"])


def test_both_ways_of_treating_caches_stand_side_by_side(sandbox: Status) -> None:
    result = journeys("run", "browse", "--store", "shop", "--caches", "both", "--output", "json")
    assert [run["caches"] for run in result.document["runs"]] == ["keep", "clear"]


def test_a_report_holds_allure_junit_and_histories(sandbox: Status, tmp_path: Path) -> None:
    assert_clear(journeys("run", "browse", "--store", "shop", "--report", str(tmp_path)), 0)
    assert list((tmp_path / "allure-results").glob("*-result.json"))
    assert (tmp_path / "junit.xml").read_text(encoding="utf-8").count("<testcase") >= 4
    assert list((tmp_path / "runs").glob("*/history.ndjson"))


def test_unknown_names_are_mistakes_of_usage() -> None:
    assert_clear(journeys("run", "nonsense"), 2, "nonsense", "guest_checkout")
    assert_clear(journeys("run", "--store", "nowhere"), 2, "nowhere", "shop, booking")
    assert_clear(journeys("run", "--nonsense"), 2, "--nonsense")
    assert_clear(journeys("run", "book_free_slot", "--store", "shop"), 2, "book_free_slot", "shop")
    assert_clear(journeys("run", "--caches", "some"), 2, "some")


def test_a_port_in_use_is_named(tmp_path: Path, sandbox: Status) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        path = tmp_path / "journeys.toml"
        path.write_text(f'[sandbox]\nhome = "box"\nports.shop = {port}\n{SHOP}', encoding="utf-8")
        assert_clear(journeys("sandbox", "up", "--config", str(path)), 3, str(port))


def test_a_mistaken_configuration_is_named(tmp_path: Path) -> None:
    path = tmp_path / "journeys.toml"
    path.write_text("[stores.shop\n", encoding="utf-8")
    assert_clear(journeys("validate", "--config", str(path)), 2, "journeys.toml", "TOML")
    path.write_text(f"{SHOP}colour = 'red'\ncredentials.api_password = '${{NOT_THERE}}'\n", encoding="utf-8")
    assert_clear(journeys("validate", "--config", str(path)), 2, "stores.shop.colour", "NOT_THERE")


def test_a_store_that_is_down_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "journeys.toml"
    path.write_text(
        '[stores.shop]\nplatform = "oscar"\nurl = "http://127.0.0.1:1"\nsubjects.plenty = ["mug-red_1"]\n'
        "[stores.shop.credentials]\n"
        + "".join(f'{key} = "${{HOME}}"\n' for key in ("api_user", "api_password", "staff_user", "staff_password")),
        encoding="utf-8",
    )
    assert_clear(journeys("run", "browse", "--config", str(path)), 1, "127.0.0.1:1")


def test_a_sandbox_that_is_not_running_says_how_to_start_it(tmp_path: Path) -> None:
    path = tmp_path / "journeys.toml"
    path.write_text(f'[sandbox]\nhome = "none"\n{SHOP}', encoding="utf-8")
    assert_clear(journeys("run", "browse", "--config", str(path)), 3, "journeys sandbox up")


def test_a_wrong_password_is_a_mistake_of_configuration(sandbox: Status, tmp_path: Path) -> None:
    path = configured(tmp_path, sandbox, f"{SHOP}credentials.api_password = '${{WRONG}}'\n")
    result = journeys("run", "browse", "--config", str(path), env={"WRONG": "wrong"})
    assert_clear(result, 2, "401", "credentials")


def test_a_browser_that_is_not_there_is_the_testers_fault(sandbox: Status) -> None:
    result = journeys("run", "browse", "--store", "shop", env={"JOURNEYS_BROWSER": "/nowhere/chromium"})
    assert_clear(result, 3, "/nowhere/chromium")


def test_a_store_without_writes_is_only_looked_at(sandbox: Status, tmp_path: Path) -> None:
    path = configured(tmp_path, sandbox, f"{SHOP}writes = false\n")
    assert_clear(journeys("run", "guest_checkout", "--config", str(path)), 2, "read-only")
    looked = journeys("run", "--config", str(path), "--output", "json")
    assert [run["journey"] for run in looked.document["runs"]] == ["browse"]


def test_a_changed_page_breaks_the_probe(planted: Callable[[str], Any]) -> None:
    with planted("page_changed"):
        result = journeys("run", "guest_checkout", "--store", "shop")
    assert_clear(result, 3)


def test_errors_of_the_store_are_a_fault(planted: Callable[[str], Any]) -> None:
    with planted("server_error"):
        result = journeys("run", "guest_checkout", "--store", "shop")
    assert_clear(result, 1, "500")


def test_an_interrupt_in_the_middle_of_a_checkout_leaves_no_order(sandbox: Status, journeys_config: Config) -> None:
    process = start("run", "guest_checkout", "--store", "shop", "--repeat", "5", "--output", "json")
    assert process.stderr is not None
    for line in process.stderr:
        if "place the order" in line:
            break
    os.killpg(process.pid, signal.SIGINT)
    result = ended(process)
    assert result.code == 130
    assert "Traceback" not in result.err
    assert '"verdict": "pass"' not in result.out
    with stores.opened(journeys_config, "shop") as shop:
        assert [order.number for order in shop.record.orders() if order.open] == []


def test_doctor_finds_a_healthy_sandbox_well(sandbox: Status) -> None:
    assert_clear(journeys("doctor"), 0, "browser", "store shop", "store booking")


def test_listing_names_every_journey_and_where_it_fits() -> None:
    assert_clear(journeys("list"), 0, "guest_checkout", "book_free_slot")


def test_names_that_nothing_answers_to_are_mistakes(sandbox: Status, tmp_path: Path) -> None:
    path = configured(tmp_path, sandbox, f'{SHOP}tolerance."prodct page" = 5\n')
    assert_clear(journeys("run", "browse", "--config", str(path)), 2, "prodct page", "product page")
    path = configured(tmp_path, sandbox, f'{SHOP}layers."edge case".clears = "never"\n')
    assert_clear(journeys("run", "browse", "--config", str(path)), 2, "edge case", "application cache")
