"""Propagation delays: one interval a write, quantiles with their confidence, shares within a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import (
    LISTING,
    MINE,
    NUMBER,
    PRODUCT_PAGE,
    STOCK,
    expect,
    history,
    order,
    reading,
    sample,
    write,
)

from journeys.checks import delays
from journeys.model import Event, History, Intervention, Ladder, Reading, Write
from journeys.model.delay import Delay, Delays, Share, enough_for


def bought(*events: Event) -> History:
    """Ten mugs, one bought at 5.0–6.0, and what the product page showed then."""
    whole = history(sample(0.0, 10), write(5.0, 6.0), sample(6.1, 9, MINE), expect(STOCK, -1), *events)
    return replace(whole, heading=replace(whole.heading, surfaces=(PRODUCT_PAGE, LISTING)))


def seen(at: float, value: object, **more: object) -> Reading:
    return reading("product page", at, value, **more)


def intervals(*histories: History) -> list[tuple[float, float | None]]:
    return [
        (round(delay.low, 3), delay.high if delay.high is None else round(delay.high, 3))
        for found in delays(histories)
        for delay in found.each
    ]


def cleared(at: float, before: object, surface: str = "product page") -> Intervention:
    control = reading(surface, at, before)
    return Intervention(surface=surface, fact=STOCK, layer="edge", what="it", control=control, after=seen(at + 0.2, 9))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((seen(6.3, 9),), (0.0, 0.4)),
        ((seen(6.3, 10), seen(7.0, 9)), (0.3, 1.1)),
        ((seen(6.3, 9), seen(7.0, 10), seen(8.0, 9)), (1.0, 2.1)),
        ((seen(6.3, 10), seen(66.0, 10)), (60.0, None)),
        ((seen(6.3, 10), seen(7.0, None), seen(8.0, 9)), (0.3, 2.1)),
    ],
    ids=["at once", "once", "last old value", "censored", "unreadable says nothing"],
)
def test_a_delay_ends_at_the_last_old_value(events: tuple[Event, ...], expected: tuple[float, float | None]) -> None:
    assert intervals(bought(*events)) == [expected]


def test_it_ends_with_the_last_of_several_instances() -> None:
    """The one that turned fresh first is not read again; the other one's old value is the last."""
    one, other = {"through": "edge-a"}, {"through": "edge-b"}

    assert intervals(bought(seen(6.3, 9, **one), seen(6.4, 10, **other), seen(8.0, 9, **other))) == [(0.4, 2.1)]
    assert intervals(bought(seen(6.4, 10, **other), seen(6.6, 9, **one))) == [(0.4, None)]


def test_it_is_counted_from_the_answer_to_the_customer_s_browser_where_that_was_seen() -> None:
    seen_late = bought(seen(6.3, 10), seen(7.0, 9))
    events = tuple(replace(each, answered=5.5) if isinstance(each, Write) else each for each in seen_late.events)

    assert intervals(replace(seen_late, events=events)) == [(0.8, 1.6)]


def test_what_an_intervention_made_fresh_is_censored_at_its_control() -> None:
    healed = bought(seen(6.3, 10), cleared(8.0, 10), seen(9.0, 9))

    assert intervals(healed) == [(2.0, None)]


def test_what_was_cleared_for_another_surface_s_sake_ends_the_natural_readings_too() -> None:
    assert intervals(bought(seen(6.3, 10), cleared(8.0, 10, "listing"), seen(9.0, 9))) == [(0.3, None)]


def test_a_control_that_had_healed_by_itself_is_a_natural_reading() -> None:
    assert intervals(bought(seen(6.3, 10), cleared(8.0, 9))) == [(0.3, 2.1)]


def test_the_untouched_rung_of_a_ladder_is_a_natural_reading() -> None:
    climbed = Ladder(surface="product page", fact=STOCK, when="before", readings=(seen(7.0, 9), seen(7.2, 9)))

    assert intervals(bought(seen(6.3, 10), climbed)) == [(0.3, 1.1)]


def test_others_who_buy_afterwards_make_no_reading_old() -> None:
    """The page lags behind the others' order, and shows ours."""
    theirs = sample(7.0, 6, MINE, order("B1", quantity=3))

    assert intervals(bought(seen(6.3, 10), seen(6.6, 9), theirs, seen(7.5, 9))) == [(0.3, 0.7)]


def test_what_cannot_be_told_apart_or_was_not_read_is_no_delay() -> None:
    """A listing of presence cannot tell ten from nine."""
    assert intervals(bought(reading("listing", 6.3, True))) == []
    assert intervals(bought(seen(6.3, None))) == []
    assert intervals(history(write(5.0, 6.0), expect(STOCK, -1), seen(6.3, 9))) == []


def test_each_write_counts_until_the_next_one_begins() -> None:
    cancelled = write(8.0, 9.0, kind="cancellation", number=NUMBER)
    gone = order(NUMBER, open=False)
    twice = bought(seen(6.3, 9), cancelled, sample(9.1, 10, gone), expect(STOCK, 1, 1), seen(9.5, 9), seen(10.0, 10))

    assert intervals(twice) == [(0.0, 0.4), (0.5, 1.1)]


def test_runs_are_gathered_by_store_fact_and_surface() -> None:
    elsewhere = bought(seen(6.3, 9))
    elsewhere = replace(elsewhere, heading=replace(elsewhere.heading, store="branch"))

    assert [(d.store, d.fact, d.surface, len(d.each)) for d in delays((bought(seen(6.3, 9)),) * 2 + (elsewhere,))] == [
        ("shop", "availability", "product page", 2),
        ("branch", "availability", "product page", 1),
    ]


def many(*pairs: tuple[float, float | None]) -> Delays:
    each = tuple(Delay(low=low, high=high) for low, high in pairs)
    return Delays(store="shop", fact="orders", surface="dashboard", each=each)


def test_quantiles_are_order_statistics_and_their_confidence_is_binomial() -> None:
    """Of ten values the second and the ninth hold the median between them (Hahn and Meeker, table J.11)."""
    ten = many(*((place - 0.5, float(place)) for place in range(1, 11)))
    median, p95 = ten.quantile(0.5), ten.quantile(0.95)

    assert (median.low, median.high, median.confidence) == (4.5, 5.0, (1.5, 9.0))
    assert (p95.low, p95.high, p95.confidence) == (9.5, 10.0, None)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 6), (0.95, 72), (0.99, 368)])
def test_so_many_runs_are_enough(share: float, expected: int) -> None:
    assert enough_for(share) == expected


def test_a_censored_value_is_larger_than_everything() -> None:
    six = many((0, 1), (0, 1), (0, 1), (0, 1), (60, None), (3, None))

    assert six.censored == 2
    assert (six.quantile(0.5).high, six.quantile(0.5).confidence) == (1, (0, None))
    assert (six.quantile(0.99).low, six.quantile(0.99).high) == (60, None)


def test_shares_say_what_is_known_and_what_is_not() -> None:
    four = many((0, 0.4), (0.6, 1.2), (2, 3), (0.5, None))

    assert four.within(1.0) == Share(within_s=1.0, shown=1, unsure=2, of=4)
    assert four.within(5.0) == Share(within_s=5.0, shown=3, unsure=1, of=4)
