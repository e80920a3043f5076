"""Timetables with bookings made up by hypothesis: nothing is found where nothing is wrong, and all that is planted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planting_bookings import found, plant
from timetables import Books, Style, Timetable, timetable

from journeys.audit.bookings import Rules, Shape, audit_bookings
from journeys.audit.engine import Engine, silent
from journeys.audit.model import OF_BOOKINGS, Audit, Flaw
from journeys.model import Verdict

ZONES = {
    "Europe/Berlin": (date(2026, 3, 24), date(2026, 10, 20)),
    "Australia/Lord_Howe": (date(2026, 4, 1), date(2026, 9, 29)),
    "America/St_Johns": (date(2026, 3, 4), date(2026, 10, 28)),
    "Asia/Kolkata": (date(2026, 3, 24),),
    "UTC": (date(2026, 3, 24),),
    "Pacific/Kiritimati": (date(2026, 12, 25),),
}
SIZES = (10, 60, 200)


def made_up(where: tuple[str, date], seed: int, orders: int, cutoff_s: int) -> Timetable:
    """A timetable around a change of the clocks, where its zone has any."""
    return timetable(zone=where[0], first=where[1], seed=seed, orders=orders, cutoff_s=cutoff_s)


timetables = st.builds(
    made_up,
    where=st.sampled_from([(zone, first) for zone, days in ZONES.items() for first in days]),
    seed=st.integers(0, 10**6),
    orders=st.sampled_from(SIZES),
    cutoff_s=st.sampled_from((0, 4 * 3600)),
)


def audited(made: Timetable, store: Books, *against: Books, threads: int = 2, rules: Rules | None = None) -> Audit:
    with Engine(threads=threads) as engine:
        audit = audit_bookings(engine, store, against, made.period, rules or Rules(), silent)
        told = list(audit.discrepancies())
    return replace(audit, discrepancies=lambda: iter(told))


def declared(made: Timetable, style: Style) -> Rules:
    """A calendar that is nearly all wrong does not show how it writes bookings down: so that is said."""
    return Rules(shapes={"calendar": Shape.PLACE} if style is Style.PLACE and len(made.bookings) < 50 else {})


@settings(max_examples=15)
@given(made=timetables, style=st.sampled_from((Style.BOOKING, Style.PLACE, Style.SLOT)), slots=st.booleans())
def test_nothing_is_found_where_nothing_is_wrong(made: Timetable, style: Style, slots: bool) -> None:
    calendar = Books(name="calendar", bookings=made.calendar(style, slots=slots), slots=made.slots)
    audit = audited(made, made.store(), calendar)
    assert list(audit.discrepancies()) == []
    assert audit.verdict is Verdict.PASS


@settings(max_examples=25)
@given(
    made=timetables,
    style=st.sampled_from((Style.BOOKING, Style.PLACE)),
    slots=st.booleans(),
    counts=st.fixed_dictionaries({flaw: st.integers(0, 3) for flaw in OF_BOOKINGS}),
    seed=st.integers(0, 10**6),
)
def test_all_that_is_planted_is_found_once_in_its_class_and_nothing_else(
    made: Timetable, style: Style, slots: bool, counts: dict[Flaw, int], seed: int
) -> None:
    planted = plant(made, counts, style=style, slots=slots, seed=seed)
    audit = audited(made, planted.store, planted.calendar, rules=declared(made, style))
    assert found(audit.discrepancies()) == planted.expected


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_neither_the_order_of_records_nor_threads_change_what_is_told(threads: int) -> None:
    made = timetable(orders=300)
    planted = plant(made, dict.fromkeys(OF_BOOKINGS, 5))
    told = list(audited(made, planted.store, planted.calendar, threads=1).discrepancies())
    store = Books(name="store", bookings=planted.store.bookings[::-1], slots=planted.store.slots[::-1])
    calendar = Books(name="calendar", bookings=planted.calendar.bookings[::-1], slots=planted.calendar.slots[::-1])
    assert list(audited(made, store, calendar, threads=threads).discrepancies()) == told
    assert {each.flaw for each in told} == {*OF_BOOKINGS}
