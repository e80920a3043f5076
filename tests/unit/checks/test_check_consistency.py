"""Monotonic reads and read your writes, whatever others buy, cancel or put into carts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import (
    LISTING,
    MINE,
    ORDERS,
    PRODUCT_PAGE,
    STOCK,
    added,
    euro,
    expect,
    healthy,
    history,
    only,
    order,
    reading,
    sample,
    varied,
    verdicts,
    write,
)
from hypothesis import given
from hypothesis import strategies as st
from scenes import Deed, Scene, everything

from journeys.checks import freshness, monotonic_reads, own_writes
from journeys.model import Event, Fact, History, Intervention, Ladder, Reading, Sample, Surface, Verdict

PRICE = Fact("price", "mug")
TAG = Surface(name="price tag", fact="price")
BEFORE = (sample(0.0, 10), reading("product page", 3.0, 10), sample(3.2, 10), write(5.0, 6.0), sample(6.1, 9, MINE))


def after(*events: Event, surface: Surface = PRODUCT_PAGE) -> History:
    """Ten mugs, one bought at 5.0–6.0, and what happened then."""
    whole = history(*BEFORE, expect(STOCK, -1), *events)
    return replace(whole, heading=replace(whole.heading, surfaces=(surface,)))


def seen(at: float, value: object, **more: object) -> Reading:
    return reading("product page", at, value, **more)


def test_an_old_value_after_a_new_one_is_a_step_back_within_the_tolerance_as_well() -> None:
    alternating = after(seen(6.3, 9), seen(6.8, 10, through="edge-b"), sample(7, 9, MINE), seen(9, 9))

    assert only(monotonic_reads(alternating), Verdict.FAIL) == [
        "product page showed 9 of availability:mug, and 0.5 s later 10 through edge-b,"
        " which the record had left behind before"
    ]
    assert Verdict.FAIL not in verdicts(freshness(alternating))


@pytest.mark.parametrize(
    "events",
    [
        (seen(6.3, 10), sample(6.5, 9, MINE), seen(6.8, 9), sample(7, 9, MINE)),
        (seen(6.3, 9), sample(6.5, 9, MINE), seen(6.8, None, error="HTTP 500"), sample(7, 9, MINE)),
        (seen(6.3, 9), sample(6.5, 9, MINE), seen(6.8, 7), sample(7, 9, MINE)),
        (replace(seen(6.3, 9), received=6.9), seen(6.8, 10), sample(7, 9, MINE)),
        (seen(6.3, 8), seen(6.8, 9), sample(7, 8, MINE, order("B1"))),
    ],
    ids=["forward", "unreadable", "never the record's", "at the same time", "perhaps not left behind yet"],
)
def test_what_is_no_step_back_passes(events: tuple[Event, ...]) -> None:
    assert verdicts(monotonic_reads(after(*events))) == [Verdict.PASS]


def test_a_customer_who_is_shown_less_than_an_onlooker_was_is_sent_back() -> None:
    shared = replace(PRODUCT_PAGE, path=("edge",))
    back = after(
        seen(6.3, 9), sample(6.5, 9, MINE), seen(6.8, 10, by="customer"), sample(7, 9, MINE), surface=shared
    )  # fmt: skip

    assert ["to the customer" in said for said in only(monotonic_reads(back), Verdict.FAIL)] == [True]


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ({"by": "customer"}, {}, Verdict.PASS),
        ({"past": ("browser HTTP cache",), "through": "edge-a"}, {}, Verdict.PASS),
        ({}, {"past": ("browser HTTP cache",), "through": "edge-b"}, Verdict.FAIL),
        (
            {"past": ("browser HTTP cache",), "through": "edge-a"},
            {"past": ("browser HTTP cache",), "through": "edge-b", "by": "customer"},
            Verdict.FAIL,
        ),
    ],
    ids=["another's browser", "past the browser before", "past the browser after", "two edges"],
)
def test_a_copy_in_one_browser_is_no_step_back_for_others(
    earlier: dict[str, object], later: dict[str, object], expected: Verdict
) -> None:
    """A browser may keep its copy for the tolerance, whatever others are shown meanwhile."""
    kept = after(seen(6.3, 9, **earlier), sample(6.5, 9, MINE), seen(6.8, 10, **later), sample(7, 9, MINE))

    assert verdicts(monotonic_reads(kept)) == [expected]


def test_others_who_cancel_bring_an_old_value_back_rightly() -> None:
    gone = order("B0", open=False)
    busy = after(seen(6.3, 9), sample(6.5, 9, MINE), seen(6.8, 10), sample(7, 10, MINE, cancelled=(gone,)))

    assert verdicts(monotonic_reads(busy)) == [Verdict.PASS]


def test_others_who_come_and_go_beside_the_write_leave_the_order_of_its_values_open() -> None:
    """A surface that lags shows 8 and then 9 of a time in which one bought two and cancelled one."""
    other = order("B1", quantity=2, open=False)
    lagging = history(
        sample(0.0, 10), write(5.0, 6.0), sample(6.1, 7, MINE, other, order("B2", quantity=2)),
        seen(6.3, 8), seen(6.8, 9), sample(7, 7, MINE, other, order("B2", quantity=2)),
    )  # fmt: skip

    assert verdicts(monotonic_reads(lagging)) == [Verdict.PASS]


def test_where_carts_hold_stock_only_what_is_beyond_its_tolerance_steps_back() -> None:
    """Somebody's cart came and went before the write, and a surface shows both moments late."""

    def in_carts(whole: History) -> History:
        return varied(whole, Sample, values=lambda s: {**s.values, "held:mug": 0})

    soon = after(seen(6.3, 9), seen(6.8, 10), sample(7, 9, MINE))
    late = after(seen(6.3, 9), sample(6.5, 9, MINE), seen(9.0, 10), sample(9.2, 9, MINE))

    assert verdicts(monotonic_reads(in_carts(soon))) == [Verdict.PASS]
    assert verdicts(monotonic_reads(in_carts(late))) == [Verdict.FAIL]


def test_a_step_back_over_somebody_else_s_order_is_one() -> None:
    theirs = order("B1", quantity=3)
    back = after(seen(6.3, 9), sample(7, 6, MINE, theirs), seen(7.2, 6), seen(7.5, 9), sample(7.7, 6, MINE, theirs))

    assert verdicts(monotonic_reads(back)) == [Verdict.FAIL]


def test_without_a_sample_after_it_a_reading_is_no_step_back() -> None:
    assert verdicts(monotonic_reads(after(seen(6.3, 9), seen(6.8, 10)))) == [Verdict.PASS]


def test_a_surface_of_presence_goes_back_when_the_last_one_is_there_again() -> None:
    last = history(
        sample(0.0, 1), write(5.0, 6.0), sample(6.1, 0, MINE),
        reading("listing", 6.3, False), reading("listing", 6.8, True), sample(7, 0, MINE),
    )  # fmt: skip

    assert verdicts(monotonic_reads(replace(last, heading=replace(last.heading, surfaces=(LISTING,))))) == [
        Verdict.FAIL
    ]


@pytest.mark.parametrize(
    ("old", "new"), [(euro("12.50"), euro("9.90")), ("2026-01-02T10:00", "2026-01-02T11:00")], ids=["price", "text"]
)
def test_prices_and_texts_go_back_too(old: object, new: object) -> None:
    def told(at: float, value: object) -> Sample:
        return Sample(asked=at, received=at + 0.1, values={PRICE.key: value})  # type: ignore[dict-item]

    def tag(at: float, value: object) -> Reading:
        return reading("price tag", at, value, PRICE)

    changed = (told(0.0, old), told(6.1, new), tag(6.3, new))
    back, still = (history(*changed, tag(6.8, value), told(7, new)) for value in (old, new))
    heading = replace(back.heading, surfaces=(TAG,))

    assert verdicts(monotonic_reads(replace(back, heading=heading))) == [Verdict.FAIL]
    assert verdicts(monotonic_reads(replace(still, heading=heading))) == [Verdict.PASS]


def test_what_is_read_after_an_intervention_does_not_count() -> None:
    """Clearing one layer may bring an inner one's older copy to light."""

    def cleared(surface: str, layer: str) -> Intervention:
        control = reading(surface, 6.5, 9)
        return Intervention(surface=surface, fact=STOCK, layer=layer, what="it", control=control, after=seen(6.6, 10))

    def back(*events: Event) -> list[Verdict]:
        return verdicts(monotonic_reads(after(seen(6.3, 9), *events, seen(6.8, 10), sample(7, 9, MINE))))

    assert back() == [Verdict.FAIL]
    assert back(cleared("product page", "edge")) == [Verdict.PASS]
    assert back(cleared("listing", "edge")) == [Verdict.PASS]
    assert back(cleared("listing", "search index")) == [Verdict.FAIL]


def test_the_untouched_reading_of_a_ladder_counts() -> None:
    climbed = Ladder(surface="product page", fact=STOCK, when="before", readings=(seen(6.8, 10), seen(6.9, 9)))

    assert verdicts(monotonic_reads(after(seen(6.3, 9), climbed, sample(7.2, 9, MINE)))) == [Verdict.FAIL]


def test_one_reading_is_nothing_to_judge() -> None:
    assert only(monotonic_reads(history(sample(0.0, 10), seen(3.0, 10))), Verdict.UNKNOWN) == [
        "there was nothing to judge"
    ]


@given(st.integers(4, 30), everything, everything, everything, st.integers(0, 3))
def test_a_surface_that_lags_by_always_the_same_never_goes_back(
    stock: int, before: list[Deed], during: list[Deed], later: list[Deed], ticks: int
) -> None:
    scene = Scene(stock)
    scene.sample()
    scene.play([(what, ticks if what == "read" else much) for what, much in before])
    scene.buy(during)
    scene.sample()
    scene.play([(what, ticks if what == "read" else much) for what, much in later])
    scene.sample()

    assert only(monotonic_reads(scene.history()), Verdict.FAIL) == []


def test_customers_who_do_not_see_their_write_beyond_the_tolerance_are_a_fault() -> None:
    old = after(
        seen(6.3, 10, by="customer"), sample(6.5, 9, MINE), seen(9.0, 10, by="customer"), seen(9.1, 9),
        sample(9.3, 9, MINE),
    )  # fmt: skip

    assert only(own_writes(old), Verdict.FAIL) == [
        "product page showed 10 of availability:mug for more than 3.0 s after order A1 was acked; the record said 9"
    ]
    assert verdicts(freshness(old)) == [Verdict.PASS]


def test_customers_who_see_their_write_pass_and_surfaces_they_did_not_look_at_are_left_out() -> None:
    looked = added(healthy(), reading("dashboard", 9.0, 41, ORDERS, by="customer"))

    assert only(own_writes(looked), Verdict.PASS) == [
        "dashboard showed 41 of orders 0.0–3.1 s after order A1 was acked"
    ]


def test_others_who_buy_do_not_hide_a_customer_s_own_write() -> None:
    busy = after(seen(9.0, 6, by="customer"), sample(9.2, 6, MINE, order("B1", quantity=3)))

    assert verdicts(own_writes(busy)) == [Verdict.PASS]


def test_without_the_customer_s_eyes_there_is_nothing_to_judge() -> None:
    assert only(own_writes(healthy()), Verdict.UNKNOWN) == ["there was nothing to judge"]
