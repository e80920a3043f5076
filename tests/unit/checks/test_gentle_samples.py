"""Samples that leave out what asking for would disturb: there the record is followed by its orders."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import MINE, STOCK, history, order, reading, sample

from journeys.checks import agrees, current, expected, followed
from journeys.model import Fact, Order, Sample, Value

PRICE = Fact("price", "mug")


def gentle(at: float, *placed: Order, cancelled: tuple[Order, ...] = ()) -> Sample:
    """A sample that did not ask for the stock."""
    whole = sample(at, 0, *placed, cancelled=cancelled)
    return replace(whole, values={key: value for key, value in whole.values.items() if key != STOCK.key})


def known(*samples: Sample, fact: Fact = STOCK) -> list[Value]:
    return [value for _, value in followed(history(*samples), fact)]


def test_what_was_asked_for_is_told_as_it_was() -> None:
    assert known(sample(0.0, 10), sample(1.0, 7)) == [10, 7]


def test_between_two_answers_the_orders_say_what_was_true() -> None:
    other = order("B1", quantity=2)

    assert known(sample(0.0, 10), gentle(1.0, MINE), gentle(2.0, MINE, other), sample(3.0, 7, MINE, other)) == [
        10,
        9,
        7,
        7,
    ]


def test_a_cancellation_gives_back(
    gone: tuple[Order, ...] = (order("B0", quantity=3, open=False),),
) -> None:
    assert known(sample(0.0, 10), gentle(1.0, cancelled=gone)) == [10, 13]


def test_after_the_last_answer_the_orders_are_believed() -> None:
    assert known(sample(0.0, 10), gentle(1.0, MINE)) == [10, 9]


def test_where_the_orders_do_not_lead_to_the_next_answer_nothing_is_known_between() -> None:
    assert known(sample(0.0, 10), gentle(1.0, MINE), sample(2.0, 10, MINE)) == [10, 10]


def test_before_the_first_answer_nothing_is_known() -> None:
    assert known(gentle(0.0), sample(1.0, 10)) == [10]


def test_orders_say_nothing_of_a_price() -> None:
    assert known(replace(gentle(0.0), values={PRICE.key: 5}), gentle(1.0), fact=PRICE) == [5]


@pytest.mark.parametrize(("shown", "fresh"), [(10, False), (9, True)])
def test_a_reading_between_gentle_samples_is_judged_by_them(shown: int, fresh: bool) -> None:
    page = reading("product page", 9.0, shown)
    whole = history(sample(0.0, 10), gentle(5.0, MINE), page, gentle(9.5, MINE))

    assert (agrees(whole, page), current(whole, page), expected(whole, page)) == (fresh, fresh, 9)
