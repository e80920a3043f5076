"""Whether the record moved by exactly what was bought."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import (
    ME,
    MINE,
    NUMBER,
    ORDERS,
    REVENUE,
    STOCK,
    euro,
    expect,
    healthy,
    history,
    only,
    order,
    sample,
    varied,
    verdicts,
    without,
    write,
)

from journeys.checks import conservation
from journeys.model import Expectation, Fact, History, Money, Order, Sample, Verdict, Write, WriteOutcome

OPEN_ORDERS = Fact("open orders")
OPEN_REVENUE = Fact("open revenue")
PLACES_SOLD = Fact("places sold")


def bought(after: Sample, *expectations: Expectation) -> History:
    """Ten mugs, an order of one, and what the record says then."""
    return history(sample(0.0, 10), write(5.0, 6.0), after, *(expectations or (expect(STOCK, -1),)))


def test_stock_orders_and_revenue_that_move_by_what_was_bought_pass() -> None:
    assert only(conservation(healthy()), Verdict.PASS) == [
        "availability:mug went from 10 to 9 with order A1, as it should",
        "orders went from 40 to 41 with order A1, as it should",
        "revenue went from 500.00 EUR to 512.50 EUR with order A1, as it should",
    ]


@pytest.mark.parametrize("stock", [10, 8, 11, 0])
def test_stock_that_does_not_fall_by_one_is_a_fault(stock: int) -> None:
    assert [f"availability:mug went from 10 to {stock} with order A1; it should have gone to 9"] == only(
        conservation(bought(sample(6.1, stock, MINE))), Verdict.FAIL
    )


def test_revenue_that_rises_by_another_amount_is_a_fault() -> None:
    cheap = bought(sample(6.1, 9, MINE), expect(REVENUE, euro("13")))

    assert only(conservation(cheap), Verdict.FAIL) == [
        "revenue went from 500.00 EUR to 512.50 EUR with order A1; it should have gone to 513.00 EUR"
    ]


def test_what_others_bought_and_cancelled_is_counted() -> None:
    busy = sample(6.1, 8, MINE, order("B1", quantity=2), order("B2", open=False), cancelled=(order("B0", open=False),))

    assert only(conservation(bought(busy)), Verdict.PASS) == [
        "availability:mug went from 10 to 8 with order A1 while 3 other orders came or went, as it should"
    ]


def test_a_lost_decrement_is_not_hidden_by_others() -> None:
    assert verdicts(conservation(bought(sample(6.1, 9, MINE, order("B1"))))) == [Verdict.FAIL]


def others() -> tuple[Order, Order, Order]:
    """One that stands, one placed and cancelled meanwhile, one cancelled that was there before."""
    return order("B1"), order("B2", open=False), order("B0", open=False)


@pytest.mark.parametrize(
    ("fact", "by", "before", "after"),
    [
        (ORDERS, 1, 40, 43),
        (OPEN_ORDERS, 1, 40, 41),
        (REVENUE, euro("12.50"), euro("500"), euro("537.50")),
        (OPEN_REVENUE, euro("12.50"), euro("500"), euro("512.50")),
        (PLACES_SOLD, 1, 40, 41),
    ],
)
def test_each_fact_is_moved_by_others_in_its_own_way(
    fact: Fact, by: int | Money, before: int | Money, after: int | Money
) -> None:
    stands, came_and_went, gone = others()
    start = Sample(asked=0.0, received=0.1, values={fact.key: before})
    end = Sample(
        asked=6.1,
        received=6.2,
        values={fact.key: after},
        placed=(MINE, stands, came_and_went),
        cancelled=(gone,),
    )

    assert verdicts(conservation(history(start, write(5.0, 6.0), end, expect(fact, by)))) == [Verdict.PASS]


def test_several_expectations_of_one_fact_add_up() -> None:
    twice = bought(sample(6.1, 8, MINE), expect(STOCK, -1), expect(STOCK, -1))

    assert verdicts(conservation(twice)) == [Verdict.PASS]


def test_each_write_is_judged_until_the_next_one() -> None:
    cancelled = order(NUMBER, email=ME, open=False)
    back = history(
        sample(0.0, 10),
        write(5.0, 6.0),
        expect(STOCK, -1, place=0),
        sample(6.1, 9, MINE),
        write(7.0, 8.0, kind="cancellation"),
        expect(STOCK, +1, place=1),
        sample(8.1, 10, cancelled),
    )

    assert verdicts(conservation(back)) == [Verdict.PASS, Verdict.PASS]


def test_a_doubled_order_is_a_fault() -> None:
    doubled = bought(sample(6.1, 8, MINE, order("A2", email=ME)))

    assert only(conservation(doubled), Verdict.FAIL) == ["jrn-1@example.org placed 1, but the record holds 2: A1, A2"]


def test_a_second_order_whose_reply_was_lost_is_no_doubled_one() -> None:
    lost = history(
        sample(0.0, 10),
        write(5.0, 6.0),
        sample(6.1, 9, MINE),
        expect(STOCK, -1),
        write(7.0, 8.0, outcome=WriteOutcome.INDETERMINATE, number=""),
        sample(8.1, 8, MINE, order("A2", email=ME)),
    )

    assert verdicts(conservation(lost)) == [Verdict.PASS]


def test_an_own_order_whose_number_was_never_shown_is_not_somebody_elses() -> None:
    nameless = varied(bought(sample(6.1, 9, MINE)), Write, number="")

    assert verdicts(conservation(nameless)) == [Verdict.PASS]


@pytest.mark.parametrize("outcome", [WriteOutcome.REJECTED, WriteOutcome.INDETERMINATE])
def test_what_was_not_acked_is_unknown(outcome: WriteOutcome) -> None:
    lost = varied(bought(sample(6.1, 9, MINE)), Write, outcome=outcome)

    assert only(conservation(lost), Verdict.UNKNOWN) == ["it is not known whether the order happened"]


@pytest.mark.parametrize("missing", ["before", "after", "steady before", "steady after"])
def test_without_samples_at_rest_on_both_sides_nothing_is_known(missing: str) -> None:
    whole = bought(sample(6.1, 9, MINE))
    at = (lambda s: s.asked < 5) if "before" in missing else (lambda s: s.asked > 5)
    dark = varied(whole, Sample, at, steady=False) if "steady" in missing else without(whole, Sample, at)

    assert only(conservation(dark), Verdict.UNKNOWN) == [
        "availability:mug was not sampled at rest before and after the order"
    ]


def test_a_fact_that_orders_do_not_move_is_unknown() -> None:
    start, end = (Sample(asked=at, received=at, values={"price:mug": euro("1")}) for at in (0.0, 7.0))
    priced = history(start, write(5.0, 6.0), end, expect(Fact("price", "mug"), euro("1")))

    assert only(conservation(priced), Verdict.UNKNOWN) == [
        "the check itself failed: ValueError: nothing is known of how orders move price:mug"
    ]


def test_a_record_that_counts_in_words_is_unknown() -> None:
    worded = varied(bought(sample(6.1, 9, MINE)), Sample, values={STOCK.key: "plenty"})

    assert only(conservation(worded), Verdict.UNKNOWN) == [
        "the check itself failed: TypeError: 'plenty' is neither a count nor money"
    ]


def holding(held: int, whole: Sample) -> Sample:
    """The sample with so many held by carts, and so many fewer available."""
    left = whole.values[STOCK.key]
    assert isinstance(left, int)
    return replace(whole, values={**whole.values, STOCK.key: left - held, f"held:{STOCK.of}": held})


def test_carts_of_others_hold_places_without_an_order() -> None:
    verdict = verdicts(conservation(bought(holding(2, sample(6.1, 9, MINE)))))
    assert verdict == [Verdict.PASS]


def test_a_lost_decrement_is_not_hidden_by_carts() -> None:
    assert verdicts(conservation(bought(holding(2, sample(6.1, 10, MINE))))) == [Verdict.FAIL]
