"""What holds for every check: a healthy history passes, one planted defect is found by one check, nothing crashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from histories import (
    MINE,
    STOCK,
    added,
    euro,
    healthy,
    history,
    order,
    reading,
    said,
    varied,
    verdicts,
    without,
)

from journeys.checks import ALL_CHECKS, Check, check, judge
from journeys.model import (
    Amount,
    Finding,
    History,
    Reading,
    Receipt,
    Sample,
    Step,
    StepOutcome,
    Verdict,
)

EXPLANATIONS = {
    "completion": "step 'find the product' failed: HTTP 500",
    "confirmation": "mail of A1 says total 99.00 EUR where the record says 12.50 EUR",
    "conservation": "availability:mug went from 10 to 10 with order A1; it should have gone to 9",
    "freshness": "product page showed 10 of availability:mug for more than 3.0 s after order A1 was acked;"
    " the record said 9",
    "agreement": "product page showed 7 of availability:mug; the record said 10",
    "monotonic_reads": "product page showed 9 of availability:mug, and 0.4 s later 10,"
    " which the record had left behind before",
    "own_writes": "product page showed 10 of availability:mug for more than 3.0 s after order A1 was acked;"
    " the record said 9",
    "money": "order A1 is recorded with 12.50 EUR, but the customer met 12.00 EUR (price tag)",
    "refusal": "the customer was refused (the card is declined), but the record holds A2",
}


def seen_by_all() -> History:
    """The healthy history, in which the customer looked as well."""
    return added(healthy(), reading("product page", 9.0, 9, by="customer"))


def planted(defect: str) -> History:
    """The healthy history with one defect of the store."""
    whole = seen_by_all()
    match defect:
        case "completion":
            return varied(
                whole, Step, lambda s: s.name == "find the product", outcome=StepOutcome.FAILED, error="HTTP 500"
            )
        case "confirmation":
            return varied(whole, Receipt, lambda r: r.source == "mail", said=said(total=euro("99")))
        case "conservation":
            sold = varied(whole, Sample, values=lambda s: {**s.values, STOCK.key: 10})
            return varied(sold, Reading, lambda r: r.value == 9, value=10)
        case "freshness":
            return varied(whole, Reading, lambda r: r.value == 9 and r.by == "onlooker", value=10)
        case "agreement":
            return varied(whole, Reading, lambda r: r.value == 10, value=7)
        case "monotonic_reads":
            place = next(i for i, event in enumerate(whole.events) if isinstance(event, Sample) and event.asked == 6.5)
            back = reading("product page", 6.7, 10)
            return replace(whole, events=(*whole.events[: place + 1], back, *whole.events[place + 1 :]))
        case "own_writes":
            unseen = without(whole, Reading, lambda r: r.asked == 6.3 and r.surface == "product page")
            return varied(unseen, Reading, lambda r: r.by == "customer", value=10)
        case "money":
            return varied(whole, Amount, lambda a: a.source == "price tag", value=euro("12"))
        case "refusal":
            kept = order("A2", email="jrn-1-declined@example.org")
            return varied(whole, Sample, lambda s: s.asked > 11, placed=lambda s: (*s.placed, kept))
    raise AssertionError(defect)


def test_a_healthy_history_passes_every_check() -> None:
    findings = judge(seen_by_all(), ALL_CHECKS)

    assert [each for each in findings if each.verdict is not Verdict.PASS] == []
    assert {each.name for each in ALL_CHECKS} == {each.check for each in findings}


@pytest.mark.parametrize("defect", EXPLANATIONS)
def test_a_planted_defect_is_found_by_its_check_and_by_no_other(defect: str) -> None:
    findings = judge(planted(defect), ALL_CHECKS)

    assert {defect} == {each.check for each in findings if each.verdict is not Verdict.PASS}
    assert [EXPLANATIONS[defect]] == [each.explanation for each in findings if each.verdict is Verdict.FAIL]


@pytest.mark.parametrize("each", ALL_CHECKS, ids=lambda each: each.name)
def test_a_check_of_an_empty_history_has_nothing_to_judge(each: Check) -> None:
    assert (Finding(check=each.name, verdict=Verdict.UNKNOWN, explanation="there was nothing to judge"),) == each(
        history()
    )


@pytest.mark.parametrize("each", ALL_CHECKS, ids=lambda each: each.name)
def test_a_check_says_what_it_promises(each: Check) -> None:
    assert each.promise.endswith(".")


@check
def crashing(history: History) -> Iterator[Finding]:
    """A check with a mistake in it."""
    yield Finding(check="crashing", verdict=Verdict.FAIL, explanation="the store is wrong")
    raise ZeroDivisionError("by zero")


def test_a_check_that_crashes_is_unknown_and_what_it_found_before_stands() -> None:
    assert (
        Finding(check="crashing", verdict=Verdict.FAIL, explanation="the store is wrong"),
        Finding(
            check="crashing",
            verdict=Verdict.UNKNOWN,
            explanation="the check itself failed: ZeroDivisionError: by zero",
        ),
    ) == crashing(history())


def test_a_check_without_a_promise_has_an_empty_one() -> None:
    def silent(history: History) -> Iterator[Finding]:
        yield from ()

    assert check(silent).promise == ""


def test_only_the_checks_of_the_journey_are_asked() -> None:
    assert {"money"} == {each.check for each in judge(varied_checks("money"), ALL_CHECKS)}


def test_a_check_nobody_knows_is_unknown() -> None:
    assert (Finding(check="karma", verdict=Verdict.UNKNOWN, explanation="no such check is known"),) == judge(
        varied_checks("karma"), ALL_CHECKS
    )


def varied_checks(*names: str) -> History:
    return history(*healthy().events, checks=names)


def test_other_customers_who_come_and_go_make_no_false_alarm() -> None:
    """Somebody buys 3 and cancels them between two samples, and a page shows the stock of that moment."""
    went = order("B1", quantity=3, open=False)
    counted = {"orders": 42, "revenue": euro("550"), "open orders": 41}
    busy = varied(
        added(seen_by_all(), reading("product page", 9.15, 6)),
        Sample,
        lambda s: s.asked >= 9,
        placed=(MINE, went),
        values=lambda s: {**s.values, **counted},
    )

    assert {Verdict.PASS} == set(verdicts(judge(busy, ALL_CHECKS)))
