"""Whether a customer gets through every step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import healthy, history, only, sample, step, varied, verdicts, write

from journeys.checks import completion
from journeys.model import Step, StepOutcome, Trouble, Verdict


def test_a_journey_gone_to_its_end_passes() -> None:
    assert only(completion(healthy()), Verdict.PASS) == ["all 2 steps passed"]


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (StepOutcome.FAILED, Verdict.FAIL),
        (StepOutcome.BROKEN, Verdict.UNKNOWN),
        (StepOutcome.SKIPPED, Verdict.UNKNOWN),
    ],
)
def test_only_a_step_that_the_store_failed_is_the_stores_fault(outcome: StepOutcome, verdict: Verdict) -> None:
    stuck = varied(healthy(), Step, lambda s: s.name == "place the order", outcome=outcome, error="HTTP 500")

    assert [f"step 'place the order' {outcome}: HTTP 500"] == only(completion(stuck), verdict)


def test_the_first_stuck_step_is_named() -> None:
    stuck = varied(healthy(), Step, outcome=StepOutcome.FAILED, error="HTTP 500")

    assert only(completion(stuck), Verdict.FAIL) == ["step 'find the product' failed: HTTP 500"]


@pytest.mark.parametrize(
    ("blame", "verdict"),
    [
        ("store", Verdict.FAIL),
        ("tester", Verdict.UNKNOWN),
        ("environment", Verdict.UNKNOWN),
        ("configuration", Verdict.UNKNOWN),
    ],
)
def test_trouble_is_a_fault_only_when_the_store_is_to_blame(blame: str, verdict: Verdict) -> None:
    troubled = history(step("look", 0.0, 1.0), Trouble(blame=blame, what="no answer", at=1.0))  # type: ignore[arg-type]

    assert ([verdict], ["no answer"]) == (verdicts(completion(troubled)), only(completion(troubled), verdict))


def test_a_journey_without_steps_is_unknown() -> None:
    assert verdicts(completion(history())) == [Verdict.UNKNOWN]


REFUSED = replace(step("take a place", 5.0, 6.0), outcome=StepOutcome.FAILED, error="sold out", refused=True)


def test_a_customer_refused_because_others_bought_the_last_one_is_no_fault() -> None:
    outrun = history(sample(0.0, 1), REFUSED, sample(6.1, 0))

    assert only(completion(outrun), Verdict.UNKNOWN) == [
        "step 'take a place': sold out; others had bought the last one"
    ]


def test_a_customer_refused_what_is_there_is_a_fault() -> None:
    assert verdicts(completion(history(sample(0.0, 1), REFUSED, sample(6.1, 1)))) == [Verdict.FAIL]


def test_a_customer_refused_after_buying_the_last_one_is_a_fault() -> None:
    bought = history(sample(0.0, 1), write(3.0, 4.0), sample(4.1, 0), REFUSED, sample(6.1, 0))

    assert verdicts(completion(bought)) == [Verdict.FAIL]
