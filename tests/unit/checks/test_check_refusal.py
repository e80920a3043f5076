"""Whether a customer who must be refused is refused, and nothing changes."""

from __future__ import annotations

from typing import Any

import pytest
from histories import DECLINED, ME, MINE, history, only, order, sample, verdicts, write

from journeys.checks import SOLD_OUT, refusal
from journeys.model import History, Sample, Verdict, Write, WriteOutcome


def refused(**changes: Any) -> Write:
    """Somebody's card is declined."""
    declined: dict[str, Any] = {
        "outcome": WriteOutcome.REJECTED,
        "email": DECLINED,
        "number": "",
        "refusal": "the card is declined",
        "reason": "your card was declined",
    }
    return write(5.0, 6.0, **declined | changes)


def told(*events: Sample | Write) -> History:
    return history(*events, checks=("refusal",))


def test_a_customer_who_is_refused_without_any_change_passes() -> None:
    findings = refusal(told(sample(0.0, 10), refused(), sample(6.1, 10)))

    assert only(findings, Verdict.PASS) == ["the customer was refused (your card was declined) and nothing changed"]


def test_a_sold_out_customer_who_is_refused_passes() -> None:
    sold_out = refused(refusal=SOLD_OUT, reason="")

    assert only(refusal(told(sample(0.0, 0), sold_out, sample(6.1, 0))), Verdict.PASS) == [
        "the customer was refused (sold out) and nothing changed"
    ]


def test_a_customer_who_is_accepted_is_a_fault() -> None:
    accepted = refused(outcome=WriteOutcome.ACKED, number="A2", refusal=SOLD_OUT)

    assert only(refusal(told(sample(0.0, 0), accepted, sample(6.1, -1))), Verdict.FAIL) == [
        "the store accepted order A2 of mug, though sold out"
    ]


def test_an_order_left_behind_by_the_refused_is_a_fault() -> None:
    left = order("A2", email=DECLINED)

    assert only(refusal(told(sample(0.0, 10), refused(), sample(6.1, 9, left))), Verdict.FAIL) == [
        "the customer was refused (the card is declined), but the record holds A2"
    ]


def test_stock_that_falls_by_a_refused_order_is_a_fault() -> None:
    assert only(refusal(told(sample(0.0, 10), refused(), sample(6.1, 9))), Verdict.FAIL) == [
        "the customer was refused, but availability:mug went from 10 to 9"
    ]


def test_stock_that_falls_by_more_than_others_bought_is_a_fault() -> None:
    assert verdicts(refusal(told(sample(0.0, 10), refused(), sample(6.1, 8, order("B1"))))) == [Verdict.FAIL]


def test_others_who_buy_and_cancel_meanwhile_are_no_change_by_the_refused() -> None:
    bought, cancelled = order("B1", quantity=2), order("B2", open=False)
    after = sample(6.1, 9, bought, cancelled=(cancelled,))

    assert verdicts(refusal(told(sample(0.0, 10), refused(), after))) == [Verdict.PASS]


def test_what_the_same_customer_bought_before_and_after_is_not_left_behind() -> None:
    later = write(7.0, 8.0, number="A3", email=ME)
    buying = told(
        sample(0.0, 11),
        sample(4.0, 10, MINE),
        refused(email=ME),
        sample(6.1, 10, MINE),
        later,
        sample(8.1, 9, MINE, order("A3", email=ME)),
    )

    assert verdicts(refusal(buying)) == [Verdict.PASS]


@pytest.mark.parametrize(("samples", "left"), [((), "nothing"), ((sample(0.0, 3),), "3")])
def test_who_is_refused_though_there_was_something_left_proves_nothing(samples: tuple[Sample, ...], left: str) -> None:
    assert [f"mug was not sold out: the record said {left} left"] == only(
        refusal(told(*samples, refused(refusal=SOLD_OUT), sample(6.1, 0))), Verdict.UNKNOWN
    )


def test_a_lost_reply_is_unknown() -> None:
    lost = refused(outcome=WriteOutcome.INDETERMINATE, reason="the reply was lost")

    assert only(refusal(told(sample(0.0, 10), lost, sample(6.1, 10))), Verdict.UNKNOWN) == [
        "it is not known what became of the order: the reply was lost"
    ]


@pytest.mark.parametrize(
    "events",
    [
        (refused(), sample(6.1, 10)),
        (sample(0.0, 10), refused()),
        (sample(0.0, 10), refused(), sample(6.1, 10, steady=False)),
        (sample(0.0, 10, steady=False), refused(), sample(6.1, 10)),
    ],
)
def test_without_samples_at_rest_on_both_sides_nothing_is_known(events: tuple[Sample | Write, ...]) -> None:
    assert only(refusal(told(*events)), Verdict.UNKNOWN) == [
        "availability:mug was not sampled at rest before and after the order"
    ]


def test_who_need_not_be_refused_is_not_judged() -> None:
    assert only(refusal(told(write(5.0, 6.0))), Verdict.UNKNOWN) == ["there was nothing to judge"]
