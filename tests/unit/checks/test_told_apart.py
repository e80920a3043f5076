"""Whether a reading can be told from what an old copy would have shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import ORDERS, STOCK, euro, expect, history, reading, write

from journeys.checks import told_apart
from journeys.model import Event, Expectation, Fact, Reading

SHOWN_BEFORE = reading("product page", 1.0, 10)
SOLD = (write(5.0, 6.0), expect(STOCK, -1))


def later(value: object, surface: str = "product page", fact: Fact = STOCK) -> Reading:
    return reading(surface, 7.0, value, fact)


@pytest.mark.parametrize(
    ("events", "seen", "apart"),
    [
        ((SHOWN_BEFORE, *SOLD), later(9), True),
        ((SHOWN_BEFORE, *SOLD), later(10), False),
        ((SHOWN_BEFORE,), later(10), True),
        ((reading("dashboard", 1.0, 10), *SOLD), later(10), True),
        ((reading("listing", 1.0, True), *SOLD), later(True, "listing"), True),
        ((SHOWN_BEFORE, write(5.0, 6.0), expect(ORDERS, 1)), later(10), True),
    ],
    ids=["new", "as before", "no write", "another surface", "presence alone", "another fact"],
)
def test_a_value_that_was_shown_before_the_write_may_be_an_old_copy(
    events: tuple[Event, ...], seen: Reading, apart: bool
) -> None:
    assert told_apart(history(*events), seen) is apart


def test_what_the_write_should_not_have_moved_stays_as_it_was() -> None:
    revenue = Fact("revenue")
    free = (reading("dashboard", 1.0, euro("5"), revenue), write(5.0, 6.0))
    unmoved = Expectation(fact=revenue, by=euro("0"), write=0)

    assert told_apart(history(*free, unmoved), later(euro("5"), "dashboard", revenue))
    assert not told_apart(history(*free, replace(unmoved, by=euro("3"))), later(euro("5"), "dashboard", revenue))


def test_after_a_cancellation_only_what_was_shown_since_the_booking_is_old() -> None:
    booked_and_cancelled = (
        SHOWN_BEFORE,
        *SOLD,
        reading("product page", 6.5, 9),
        write(8.0, 9.0, kind="cancellation"),
        expect(STOCK, +1, 1),
    )

    assert told_apart(history(*booked_and_cancelled), reading("product page", 9.5, 10))
    assert not told_apart(history(*booked_and_cancelled), reading("product page", 9.5, 9))
