"""What the record may have said between its samples."""

from __future__ import annotations

import pytest
from histories import MINE, ORDERS, REVENUE, STOCK, euro, history, order, reading, sample

from journeys.checks import agrees, current, expected, possible
from journeys.model import Fact, Money, Order, Sample, Shows, Value

OPEN_ORDERS = Fact("open orders")
OPEN_REVENUE = Fact("open revenue")
PLACES_SOLD = Fact("places sold")


def pair(
    fact: Fact, old: Value, new: Value, *placed: Order, cancelled: tuple[Order, ...] = ()
) -> tuple[Sample, Sample]:
    """Two samples around [1, 2] with what happened between them."""
    return (
        Sample(asked=0.0, received=0.5, values={fact.key: old}),
        Sample(asked=2.5, received=3.0, values={fact.key: new}, placed=placed, cancelled=cancelled),
    )


def test_without_samples_nothing_is_possible_and_nothing_is_whole() -> None:
    nothing = possible(history(), STOCK, 1.0, 2.0)

    assert (nothing.values, nothing.ranges, nothing.whole) == ((), (), False)


def test_the_window_reaches_from_the_last_sample_before_to_the_first_after() -> None:
    whole = history(*(sample(at, stock) for at, stock in ((0.0, 5), (1.0, 6), (2.0, 7), (3.0, 8), (4.0, 9))))

    assert possible(whole, STOCK, 1.5, 2.5).values == (6, 7, 8)
    assert possible(whole, STOCK, 1.5, 2.5).whole


@pytest.mark.parametrize(("start", "end"), [(-1.0, 0.5), (0.5, 9.0), (-1.0, 9.0)])
def test_a_window_with_no_sample_on_one_side_is_not_whole(start: float, end: float) -> None:
    assert not possible(history(sample(0.0, 10), sample(2.0, 10)), STOCK, start, end).whole


def test_an_unsteady_sample_bounds_no_window() -> None:
    whole = history(sample(0.0, 10), sample(1.0, 9, steady=False), sample(3.0, 8, steady=False), sample(4.0, 7))
    between = possible(whole, STOCK, 1.5, 2.5)

    assert (between.values, between.whole) == ((10, 9, 8, 7), True)


@pytest.mark.parametrize(
    ("fact", "old", "new", "placed", "cancelled", "lowest", "highest"),
    [
        (STOCK, 10, 10, (), (), 10, 10),
        (STOCK, 10, 9, (MINE,), (), 9, 10),
        (STOCK, 10, 7, (order("B1", quantity=3),), (), 7, 10),
        (STOCK, 10, 12, (), (order("B0", quantity=2, open=False),), 10, 12),
        (STOCK, 10, 10, (order("B1", quantity=3, open=False),), (), 7, 13),
        (STOCK, 10, 14, (MINE,), (), 9, 15),
        (STOCK, 10, 15, (), (), 10, 15),
        (ORDERS, 40, 43, (MINE, order("B1"), order("B2", open=False)), (), 40, 43),
        (OPEN_ORDERS, 40, 40, (order("B1", open=False),), (), 39, 41),
        (OPEN_ORDERS, 40, 40, (MINE,), (order("B0", open=False),), 39, 41),
        (PLACES_SOLD, 40, 41, (MINE,), (), 40, 41),
        (PLACES_SOLD, 40, 40, (order("B1", quantity=3, open=False),), (), 37, 43),
    ],
)
def test_a_count_may_have_passed_through_every_order_of_what_happened(
    fact: Fact, old: int, new: int, placed: tuple[Order, ...], cancelled: tuple[Order, ...], lowest: int, highest: int
) -> None:
    between = possible(history(*pair(fact, old, new, *placed, cancelled=cancelled)), fact, 1.0, 2.0)

    admitted = [value for value in range(60) if between.admits(value)]

    assert list(range(lowest, highest + 1)) == admitted


@pytest.mark.parametrize("fact", [REVENUE, OPEN_REVENUE])
def test_money_may_have_passed_through_what_came(fact: Fact) -> None:
    between = possible(history(*pair(fact, euro("500"), euro("525"), order("B1", quantity=2))), fact, 1.0, 2.0)

    assert [between.admits(euro(amount)) for amount in ("499.99", "500", "512.50", "525", "525.01")] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_open_revenue_may_have_gone_out_and_back() -> None:
    came_and_went = order("B1", open=False)
    between = possible(history(*pair(OPEN_REVENUE, euro("500"), euro("500"), came_and_went)), OPEN_REVENUE, 1.0, 2.0)

    assert between.admits(euro("512.50"))


@pytest.mark.parametrize("value", [Money.of("510", "USD"), 51000, True, "510.00 EUR"])
def test_what_is_measured_in_something_else_is_not_admitted(value: Value) -> None:
    between = possible(history(*pair(REVENUE, euro("500"), euro("525"), order("B1", quantity=2))), REVENUE, 1.0, 2.0)

    assert not between.admits(value)


@pytest.mark.parametrize("value", [True, 1.0, "1"])
def test_one_is_not_yes(value: Value) -> None:
    assert not possible(history(*pair(STOCK, 1, 1)), STOCK, 1.0, 2.0).admits(value)


def test_texts_are_only_what_they_were() -> None:
    status = Fact("order", "A1")
    between = possible(history(*pair(status, "new", "paid")), status, 1.0, 2.0)

    assert [between.admits(value) for value in ("new", "paid", "open")] == [True, True, False]


@pytest.mark.parametrize(
    ("old", "new", "shown"), [(10, 9, {True}), (0, 0, {False}), (1, 0, {True, False}), (0, 3, {True, False})]
)
def test_presence_is_what_the_count_may_have_been(old: int, new: int, shown: set[bool]) -> None:
    between = possible(history(*pair(STOCK, old, new)), STOCK, 1.0, 2.0)

    assert shown == {value for value in (True, False) if between.admits(value, Shows.PRESENCE)}


def test_presence_may_have_gone_out_and_back() -> None:
    sold_out_for_a_moment = pair(STOCK, 2, 2, order("B1", quantity=2, open=False))

    assert possible(history(*sold_out_for_a_moment), STOCK, 1.0, 2.0).admits(False, Shows.PRESENCE)


def test_a_reading_agrees_with_any_moment_back_to_its_tolerance() -> None:
    """The stock fell to 9 between 2.1 and 3.0; the tolerance is 2.0 s."""
    whole = history(sample(0.0, 10), sample(2.0, 10), sample(3.0, 9), sample(4.0, 9), sample(6.0, 9))

    assert [agrees(whole, reading("product page", at, 10)) for at in (3.2, 4.9, 5.2)] == [True, True, False]


def test_a_reading_is_current_only_without_any_tolerance() -> None:
    whole = history(sample(0.0, 10), sample(2.0, 10), sample(3.0, 9), sample(4.0, 9), sample(6.0, 9))

    assert [current(whole, reading("product page", at, 10)) for at in (1.0, 2.5, 3.2)] == [True, True, False]
    assert not current(whole, reading("product page", 1.0, None))


def test_a_reading_that_was_not_read_neither_agrees_nor_disagrees() -> None:
    assert agrees(history(sample(0.0, 10)), reading("product page", 3.0, None)) is None


def test_what_was_expected_is_the_sample_next_to_the_reading() -> None:
    whole = history(sample(0.0, 10), sample(2.0, 9), sample(4.0, 8))

    assert [expected(whole, reading("product page", at, 7)) for at in (1.0, 2.5, 5.0)] == [9, 8, 8]
    assert expected(whole, reading("listing", 1.0, False)) is True
    assert expected(history(), reading("product page", 1.0, 7)) is None
