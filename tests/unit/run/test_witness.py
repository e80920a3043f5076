"""The witness samples the record so that the parts of a sample belong together."""

from __future__ import annotations

import pytest
from fakes import MUG, FakeClock, Till, recorder
from histories import euro

from journeys.run.recorder import Recorder
from journeys.run.witness import Witness


@pytest.fixture
def till() -> Till:
    till = Till(stock=10)
    till.place()
    till.place()
    return till


@pytest.fixture
def pen(clock: FakeClock) -> Recorder:
    return recorder(clock)


@pytest.fixture
def witness(till: Till, pen: Recorder) -> Witness:
    return Witness(till, MUG, "EUR", pen)


def test_a_sample_holds_the_subject_and_all_sales(witness: Witness, till: Till) -> None:
    till.cancel("N1")

    assert {
        "availability:mug": 9,
        "price:mug": euro("12.50"),
        "orders": 2,
        "revenue": euro("25"),
        "open orders": 1,
        "open revenue": euro("12.50"),
        "places sold": 1,
    } == witness.sample().values


def test_a_store_without_orders_has_no_revenue(pen: Recorder) -> None:
    assert euro("0") == Witness(Till(), MUG, "EUR", pen).sample().values["revenue"]


def test_orders_are_told_from_the_first_sample_on(witness: Witness, till: Till) -> None:
    first = witness.sample()
    bought = till.place()
    till.cancel("N1")
    second = witness.sample()

    assert (first.placed, first.cancelled) == ((), ())
    assert ((bought,), ["N1"]) == (second.placed, [each.number for each in second.cancelled])


def test_what_was_cancelled_before_the_first_sample_is_no_news(witness: Witness, till: Till) -> None:
    till.cancel("N1")
    witness.sample()

    assert witness.sample().cancelled == ()


def test_an_order_placed_and_cancelled_meanwhile_is_placed_and_not_open(witness: Witness, till: Till) -> None:
    witness.sample()
    till.cancel(till.place().number)
    sample = witness.sample()

    assert ([each.open for each in sample.placed], sample.cancelled) == ([False], ())


def test_a_sample_disturbed_by_an_order_is_taken_again(witness: Witness, till: Till) -> None:
    till.during = [till.place]
    sample = witness.sample()

    assert (sample.steady, sample.values["availability:mug"], sample.values["orders"]) == (True, 7, 3)


def test_a_store_that_never_rests_gives_an_unsteady_sample(witness: Witness, till: Till) -> None:
    till.during = [till.place] * 20

    assert not witness.sample().steady
    assert len(till.during) == 16


def test_every_sample_is_in_the_history(witness: Witness, pen: Recorder) -> None:
    samples = (witness.sample(), witness.sample())

    assert samples == pen.history().samples


def test_what_another_tester_takes_out_of_the_list_is_told_apart_from_what_is_lost(
    witness: Witness, till: Till
) -> None:
    """To cancel in test mode can mean to delete; of other people's orders none vanishes unless the store lost it."""
    theirs, lost = till.place("jrn-other@example.org"), till.place()
    witness.sample()
    later = till.place("jrn-third@example.org")
    witness.sample()
    for order in (theirs, lost, later):
        till.remove(order.number)
    sample = witness.sample()

    assert (sample.removed, sample.placed, sample.values["orders"]) == ((theirs, later), (later,), 2)


def test_an_order_of_its_own_that_vanishes_is_lost(witness: Witness, till: Till, pen: Recorder) -> None:
    witness.sample()
    mine = till.place(f"jrn-{pen.heading.run}@example.org")
    witness.sample()
    till.remove(mine.number)

    assert witness.sample().removed == ()
