"""Planted faults: each is found by the check named, by no other, and the layer is named where there is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from journeys.booking import book_free_slot, book_paid_slot, sold_out_slot
from journeys.model import Cause, Result, StepOutcome, Verdict
from journeys.plugin import Performer
from journeys.run.journey import Journey
from journeys.shop import guest_checkout, sold_out_product

Plant = Callable[[str], Any]


def found(result: Result) -> set[str]:
    return {finding.check for finding in result.findings if finding.verdict is Verdict.FAIL}


def shop(fault: str, journey: Journey, *checks: str) -> Any:
    return pytest.param(
        fault, journey, {*checks}, id=fault, marks=[pytest.mark.store("shop"), pytest.mark.xdist_group("shop")]
    )


def booking(fault: str, journey: Journey, *checks: str) -> Any:
    return pytest.param(
        fault, journey, {*checks}, id=fault, marks=[pytest.mark.store("booking"), pytest.mark.xdist_group("booking")]
    )


@pytest.mark.parametrize(
    ("fault", "journey", "checks"),
    [
        shop("browser_cache", guest_checkout, "freshness"),
        # The customer, who never saw the page before, is shown what the store kept for everybody.
        shop("application_cache", guest_checkout, "freshness", "own_writes"),
        shop("order_total", guest_checkout, "money"),
        shop("stock_decrement", guest_checkout, "conservation"),
        shop("missing_mail", guest_checkout, "confirmation"),
        shop("sold_out_product", sold_out_product, "refusal"),
        booking("sold_out_slot", sold_out_slot, "refusal"),
        booking("booking_missing_mail", book_free_slot, "confirmation"),
        booking("places_decrement", book_free_slot, "conservation"),
        booking("booking_total", book_paid_slot, "money"),
    ],
)
def test_a_planted_fault_is_found_by_its_check_and_by_no_other(
    run: Performer, planted: Plant, fault: str, journey: Journey, checks: set[str]
) -> None:
    with planted(fault):
        result = run.perform(journey)
    assert checks == found(result)
    assert [each.what for each in result.history.residue if not each.benign] == []


@pytest.mark.store("shop")
@pytest.mark.xdist_group("shop")
@pytest.mark.caches("both")
@pytest.mark.parametrize(
    ("fault", "layer"),
    [("browser_cache", "browser HTTP cache"), ("application_cache", "application cache")],
)
def test_the_layer_that_holds_the_old_value_is_named(run: Performer, planted: Plant, fault: str, layer: str) -> None:
    with planted(fault):
        result = run.perform(guest_checkout)
    named = {(diagnosis.cause, diagnosis.layers, diagnosis.surface) for diagnosis in result.diagnoses}
    assert {(Cause.CACHE, (layer,), "product page")} == named


@pytest.mark.store("shop")
@pytest.mark.xdist_group("shop")
@pytest.mark.caches("clear")
@pytest.mark.parametrize("fault", ["browser_cache", "application_cache"])
def test_a_stale_cache_does_not_show_when_caches_are_cleared(run: Performer, planted: Plant, fault: str) -> None:
    with planted(fault):
        result = run.perform(guest_checkout)
    assert Verdict.PASS is result.verdict


@pytest.mark.parametrize(
    ("fault", "journey"),
    [
        pytest.param(
            "page_changed", guest_checkout, marks=[pytest.mark.store("shop"), pytest.mark.xdist_group("shop")]
        ),
        pytest.param(
            "booking_page_changed",
            book_free_slot,
            marks=[pytest.mark.store("booking"), pytest.mark.xdist_group("booking")],
        ),
    ],
)
def test_a_page_that_changed_breaks_the_probe_and_is_no_fault_of_the_store(
    run: Performer, planted: Plant, fault: str, journey: Journey
) -> None:
    with planted(fault):
        result = run.perform(journey)
    assert (Verdict.UNKNOWN, set()) == (result.verdict, found(result))
    assert StepOutcome.FAILED not in {step.outcome for step in result.history.steps}


@pytest.mark.parametrize(
    ("fault", "journey"),
    [
        pytest.param(
            "server_error", guest_checkout, marks=[pytest.mark.store("shop"), pytest.mark.xdist_group("shop")]
        ),
        pytest.param(
            "booking_server_error",
            book_free_slot,
            marks=[pytest.mark.store("booking"), pytest.mark.xdist_group("booking")],
        ),
    ],
)
def test_a_store_that_answers_with_errors_fails(run: Performer, planted: Plant, fault: str, journey: Journey) -> None:
    with planted(fault):
        result = run.perform(journey)
    assert {"completion"} == found(result)
    assert {Cause.PLATFORM} == {diagnosis.cause for diagnosis in result.diagnoses}
