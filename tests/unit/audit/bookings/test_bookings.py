"""Bookings against a calendar, case by case: what is matched, what is found, and how it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from timetables import Booking, Books, Slot, booking, event

from journeys.audit.bookings import Rules, Shape, audit_bookings
from journeys.audit.engine import Engine, silent
from journeys.audit.model import Audit, Discrepancy, Flaw, Period
from journeys.model import Cause, Verdict

BERLIN = "Europe/Berlin"


def at(wall: str, zone: str = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def slot(starts: datetime, key: str = "1", title: str = "Harbour tour", capacity: int | None = 50) -> Slot:
    return Slot(key=key, title=title, starts=starts, ends=starts + timedelta(hours=1), capacity=capacity)


MORNING = slot(at("2026-12-07T10:00"))
EVENING = slot(at("2026-12-08T19:15"), "2")
BOOKED = booking("AB1CD", MORNING, 3)


def audited(
    ours: list[Booking],
    theirs: list[Booking],
    *,
    slots: list[Slot] | None = None,
    other_slots: list[Slot] | None = None,
    period: tuple[str, str] = ("2026-01-01", "2026-12-31"),
    zone: str = BERLIN,
    cutoff_s: int = 0,
    rules: Rules | None = None,
) -> Audit:
    first, last = (date.fromisoformat(each) for each in period)
    with Engine(threads=1) as engine:
        audit = audit_bookings(
            engine,
            Books(name="store", bookings=ours, slots=slots),
            [Books(name="calendar", bookings=theirs, slots=other_slots)],
            Period(first=first, last=last, zone=ZoneInfo(zone), cutoff_s=cutoff_s),
            rules or Rules(),
            silent,
        )
        told = list(audit.discrepancies())
    return replace(audit, discrepancies=lambda: iter(told))


def found(audit: Audit) -> list[tuple[Flaw, str]]:
    return [(each.flaw, each.explanation) for each in audit.discrepancies()]


def only(audit: Audit) -> Discrepancy:
    (one,) = audit.discrepancies()
    return one


def test_a_booking_that_stands_in_both_is_matched_by_its_order() -> None:
    audit = audited([BOOKED], [event(BOOKED)])
    assert (audit.verdict, audit.matched, found(audit)) == (Verdict.PASS, {"order, slot and start": 1}, [])
    assert audit.records == {"store": 1, "calendar": 1}


def test_the_case_of_an_order_number_and_spaces_around_it_do_not_matter() -> None:
    assert found(audited([BOOKED], [replace(event(BOOKED), code=" ab1cd ")])) == []


def test_nothing_on_either_side_is_unknown() -> None:
    assert audited([], []).verdict is Verdict.UNKNOWN


def test_a_discrepancy_names_both_records_the_difference_and_the_cause() -> None:
    told = only(audited([BOOKED], [replace(event(BOOKED), starts=EVENING.starts, slot="2")]))
    assert (told.flaw, told.day) == (Flaw.MOVED, date(2026, 12, 7))
    assert told.explanation == "calendar has it in another slot, 1 day and 9:15 h later than store"
    assert (told.cause, told.why) == (Cause.INTEGRATION, "a later change reached only one of the two sides")
    (ours,), (theirs,) = told.ours, told.theirs
    assert (ours.source, ours.place, ours.reference, ours.moment) == (
        "store",
        "order AB1CD slot 1",
        "AB1CD",
        "2026-12-07T09:00:00Z",
    )
    assert theirs.says == "3 places, Harbour tour, slot 2, starts 2026-12-08T19:15+01:00 (written 20261207T090000Z)"


EVENT = event(BOOKED)
GONE = replace(BOOKED, standing=False)


@pytest.mark.parametrize(
    ("ours", "theirs", "flaw", "said"),
    [
        ([BOOKED], [], Flaw.MISSING_THERE, "3 places booked at store are not in calendar"),
        ([BOOKED], [replace(EVENT, standing=False)], Flaw.MISSING_THERE, "3 places booked at store are cancelled in"),
        ([BOOKED], [replace(EVENT, places=2)], Flaw.MISSING_THERE, "1 of 3 places booked at store are not in calendar"),
        ([], [EVENT], Flaw.MISSING_HERE, "calendar has a booking of an order that store does not have"),
        ([], [replace(EVENT, code=None)], Flaw.MISSING_HERE, "calendar has a booking that store does not have"),
        ([BOOKED], [replace(EVENT, places=4)], Flaw.MISSING_HERE, "calendar has 1 more than the 3 places booked"),
        ([BOOKED], [EVENT, EVENT], Flaw.DUPLICATE, "calendar has the booking again: 3 more than the 3 places of store"),
        ([BOOKED], [EVENT, replace(EVENT, starts=EVENING.starts, slot="2")], Flaw.DUPLICATE, "another record"),
        ([BOOKED, BOOKED], [EVENT], Flaw.DUPLICATE, "store has the booking 1 times more than calendar"),
        ([GONE], [EVENT], Flaw.CANCELLED_BUT_KEPT, "the booking is cancelled at store, and 3 places stand in calendar"),
        ([GONE], [replace(EVENT, starts=EVENING.starts, slot=None)], Flaw.CANCELLED_BUT_KEPT, "all of the order"),
        (
            [replace(BOOKED, places=2), replace(GONE, places=1)],
            [EVENT],
            Flaw.CANCELLED_BUT_KEPT,
            "1 place were cancelled at store, where 2 stand; calendar still has them",
        ),
        ([BOOKED], [replace(EVENT, slot="9")], Flaw.MOVED, "calendar has it in another slot that starts at the same"),
        ([BOOKED], [replace(EVENT, starts=EVENING.starts, slot=None)], Flaw.MOVED, "1 day and 9:15 h later"),
    ],
)
def test_each_class_is_told_in_its_words(ours: list[Booking], theirs: list[Booking], flaw: Flaw, said: str) -> None:
    told = only(audited(ours, theirs))
    assert told.flaw is flaw
    assert said in told.explanation


def test_what_is_cancelled_on_both_sides_or_unknown_there_is_no_discrepancy() -> None:
    assert found(audited([GONE], [])) == []
    assert found(audited([GONE], [replace(EVENT, standing=False)])) == []
    assert found(audited([], [replace(EVENT, standing=False)])) == []


def test_three_places_may_be_three_events_or_one_event_of_the_slot() -> None:
    single = [replace(EVENT, place=f"event {number}", places=0) for number in range(3)]
    two = [booking("ZZ9ZZ", MORNING, 2), booking("YY8YY", MORNING, 1)]
    whole = replace(EVENT, code=None, places=6)
    assert found(audited([BOOKED], single)) == []
    assert found(audited([BOOKED, *two], [whole])) == []
    short = audited([BOOKED, *two], [replace(whole, places=5)], rules=Rules(shapes={"calendar": Shape.SLOT}))
    assert found(short) == [(Flaw.MISSING_THERE, "1 of 6 places booked at store are not in calendar")]


def test_how_bookings_are_written_down_can_be_declared() -> None:
    single = [replace(EVENT, place=f"event {number}", places=0) for number in range(2)]
    rules = Rules(shapes={"calendar": Shape.PLACE})
    assert [flaw for flaw, _ in found(audited([BOOKED], single, rules=rules))] == [Flaw.MISSING_THERE]
    assert [flaw for flaw, _ in found(audited([BOOKED], single))] == [Flaw.DUPLICATE]


def test_without_its_order_an_event_is_matched_by_start_slot_or_title_and_places() -> None:
    bare = replace(EVENT, code=None)
    assert audited([BOOKED], [bare]).matched == {"slot and places and start": 1}
    assert audited([BOOKED], [replace(bare, slot=None)]).matched == {"title and places and start": 1}
    assert found(audited([BOOKED], [replace(bare, slot=None, title="Whale watching", places=2)]))[0][0] is (
        Flaw.MISSING_THERE
    )


@pytest.mark.parametrize("events", [1, 2])
def test_two_that_nothing_tells_apart_are_ambiguous(events: int) -> None:
    twins = [BOOKED, booking("ZZ9ZZ", MORNING, 3), booking("YY8YY", EVENING, 1)]
    bare = [replace(EVENT, code=None, place=f"event {number}") for number in range(events)]
    audit = audited(twins, [*bare, event(twins[2])])
    told = only(audit)
    assert (told.flaw, audit.verdict) == (Flaw.AMBIGUOUS, Verdict.UNKNOWN)
    assert told.explanation.startswith(f"2 of store and {events} of calendar are alike")
    assert len(told.ours) == 2


def test_two_different_orders_are_never_the_same_booking() -> None:
    other = replace(EVENT, code="OTHER1")
    assert [flaw for flaw, _ in found(audited([BOOKED], [other]))] == [Flaw.MISSING_THERE, Flaw.MISSING_HERE]


UTC_AS_LOCAL, LOCAL_AS_UTC = "UTC was written as if it were local time", "the local time was written as if it were UTC"
OTHER_SIDE = "the clocks' change was left out"


@pytest.mark.parametrize(
    ("zone", "true", "written", "said"),
    [
        (BERLIN, "2026-12-07T09:00", "2026-12-07T10:00", LOCAL_AS_UTC),
        (BERLIN, "2026-07-07T08:00", "2026-07-07T10:00", LOCAL_AS_UTC),
        (BERLIN, "2026-12-07T09:00", "2026-12-07T08:00", UTC_AS_LOCAL),
        (BERLIN, "2026-07-07T08:00", "2026-07-07T06:00", UTC_AS_LOCAL),
        (BERLIN, "2026-07-07T08:00", "2026-07-07T09:00", OTHER_SIDE),
        (BERLIN, "2026-12-07T09:00", "2026-12-07T11:00", LOCAL_AS_UTC + ", reckoned with the offset of the other side"),
        # 01:30 UTC on the day of the change, read by clocks that still stand two hours ahead: 23:30 the day before.
        (BERLIN, "2026-10-25T01:30", "2026-10-24T23:30", UTC_AS_LOCAL),
        (BERLIN, "2026-03-29T01:30", "2026-03-29T03:30", LOCAL_AS_UTC),
        (BERLIN, "2026-10-25T01:30", "2026-10-25T00:30", "the hour that the clocks show twice"),
        ("Australia/Lord_Howe", "2026-07-07T00:00", "2026-07-07T10:30", LOCAL_AS_UTC),
        ("Australia/Lord_Howe", "2026-12-07T00:00", "2026-12-07T11:00", LOCAL_AS_UTC),
        ("Australia/Lord_Howe", "2026-12-07T00:00", "2026-12-07T00:30", OTHER_SIDE),
        ("Asia/Kolkata", "2026-07-07T08:00", "2026-07-07T13:30", LOCAL_AS_UTC),
        ("Asia/Kolkata", "2026-07-07T08:00", "2026-07-07T02:30", UTC_AS_LOCAL),
        ("America/New_York", "2026-07-07T14:00", "2026-07-07T10:00", LOCAL_AS_UTC),
        ("America/New_York", "2026-07-07T14:00", "2026-07-07T18:00", UTC_AS_LOCAL),
        ("Pacific/Kiritimati", "2026-07-07T08:00", "2026-07-07T22:00", LOCAL_AS_UTC),
    ],
)  # fmt: skip
def test_a_confusion_of_utc_and_local_time_is_named(zone: str, true: str, written: str, said: str) -> None:
    ours = booking("AB1CD", slot(at(true, "UTC")))
    for slots in (True, False):
        told = only(audited([ours], [replace(event(ours, slots=slots), starts=at(written, "UTC"))], zone=zone))
        assert told.flaw is Flaw.WRONG_HOUR
        assert said in told.explanation


@pytest.mark.parametrize(
    ("zone", "true", "written"),
    [
        ("Asia/Kolkata", "2026-07-07T08:00", "2026-07-07T09:00"),
        ("UTC", "2026-07-07T08:00", "2026-07-07T09:00"),
        (BERLIN, "2026-07-07T08:00", "2026-07-07T08:30"),
        (BERLIN, "2026-12-07T09:00", "2026-12-07T12:00"),
        ("Australia/Lord_Howe", "2026-07-07T00:00", "2026-07-07T01:00"),
    ],
)
def test_another_difference_is_no_confusion_of_clocks(zone: str, true: str, written: str) -> None:
    ours = booking("AB1CD", slot(at(true, "UTC")))
    assert only(audited([ours], [replace(event(ours), starts=at(written, "UTC"))], zone=zone)).flaw is Flaw.MOVED


def test_a_difference_that_leads_to_another_slot_is_rather_a_move_than_a_change_left_out() -> None:
    ours = booking("AB1CD", slot(at("2026-07-07T08:00", "UTC")))
    later = slot(at("2026-07-07T09:00", "UTC"), "2")
    theirs = replace(event(ours, slots=False), starts=later.starts)
    assert only(audited([ours], [theirs], slots=[later])).flaw is Flaw.MOVED
    assert only(audited([ours], [theirs])).flaw is Flaw.WRONG_HOUR


def test_without_an_order_a_confused_start_is_found_as_well() -> None:
    ours = [booking(None, slot(at(f"2026-07-{day:02}T08:00", "UTC"), str(day)), day) for day in (7, 8, 9)]
    theirs = [replace(event(each, slots=False), starts=each.starts + timedelta(hours=2)) for each in ours]
    assert [flaw for flaw, _ in found(audited(ours, theirs))] == [Flaw.WRONG_HOUR] * 3


def test_both_hours_of_the_night_that_has_one_more_are_told_apart() -> None:
    twice = [slot(at("2026-10-25T02:30", fold=fold), str(fold)) for fold in (0, 1)]
    ours = [booking("AB1CD", twice[0]), booking("ZZ9ZZ", twice[1])]
    assert found(audited(ours, [event(each, slots=False) for each in ours])) == []
    bare = [replace(event(each, slots=False), code=None) for each in ours]
    assert found(audited(ours, bare)) == []


@pytest.mark.parametrize(
    ("wall", "cutoff_s", "inside"),
    [
        ("2026-10-24T23:59", 0, False),
        ("2026-10-25T00:00", 0, True),
        ("2026-10-25T23:59", 0, True),
        ("2026-10-26T00:00", 0, False),
        ("2026-10-25T03:59", 4 * 3600, False),
        ("2026-10-25T04:00", 4 * 3600, True),
        ("2026-10-26T03:59", 4 * 3600, True),
        ("2026-10-26T04:00", 4 * 3600, False),
    ],
)
def test_a_period_is_of_local_days_from_cutoff_to_cutoff(wall: str, cutoff_s: int, inside: bool) -> None:
    ours = booking("AB1CD", slot(at(wall)))
    day = ("2026-10-25", "2026-10-25")
    assert bool(found(audited([ours], [], period=day, cutoff_s=cutoff_s))) is inside
    assert bool(found(audited([], [event(ours)], period=day, cutoff_s=cutoff_s))) is inside


def test_what_was_moved_out_of_the_period_or_into_it_is_found_there() -> None:
    for period in (("2026-12-07", "2026-12-07"), ("2026-12-08", "2026-12-08")):
        moved = replace(EVENT, starts=EVENING.starts, slot="2")
        assert only(audited([BOOKED], [moved], period=period)).flaw is Flaw.MOVED
    assert found(audited([BOOKED], [moved], period=("2026-12-10", "2026-12-10"))) == []


def test_an_event_of_a_whole_day_is_compared_by_its_day() -> None:
    dated = replace(EVENT, starts=at("2026-12-07T00:00"), written="20261207")
    assert found(audited([BOOKED], [dated])) == []
    assert found(audited([BOOKED], [dated], cutoff_s=4 * 3600)) == []
    assert found(audited([BOOKED], [replace(dated, code=None, slot=None)])) == []
    late = replace(dated, starts=at("2026-12-08T00:00"), written="20261208")
    assert only(audited([BOOKED], [late])).flaw is Flaw.MOVED


def test_a_slot_with_more_bookings_than_places_is_overbooked() -> None:
    full = slot(MORNING.starts, capacity=4)
    ours = [BOOKED, booking("ZZ9ZZ", full, 2), replace(GONE, code="YY8YY")]
    told = only(audited(ours, [event(each) for each in ours[:2]], slots=[full]))
    assert (told.flaw, told.cause) == (Flaw.OVERBOOKED, Cause.PLATFORM)
    assert told.explanation == "store has 5 booked in a slot of 4 places"
    assert found(audited(ours[:1], [EVENT], slots=[full, slot(EVENING.starts, "2", capacity=None)])) == []


def test_a_capacity_is_held_against_what_is_declared_and_against_other_slots() -> None:
    audit = audited([BOOKED], [EVENT], slots=[MORNING], rules=Rules(capacities={"Harbour tour": 40}))
    assert found(audit) == [(Flaw.CAPACITY, "store has 50 places in the slot, declared are 40")]
    assert found(audited([BOOKED], [EVENT], slots=[MORNING], rules=Rules(capacities={"1": 50, "x": 3}))) == []
    other = audited([BOOKED], [EVENT], slots=[MORNING], other_slots=[replace(MORNING, capacity=60)])
    assert found(other) == [(Flaw.CAPACITY, "store has 50 places in the slot, calendar has 60")]


def test_a_timetable_is_held_against_that_of_another_source() -> None:
    late = replace(MORNING, starts=MORNING.starts + timedelta(hours=1))
    moved = replace(MORNING, starts=MORNING.starts + timedelta(hours=3))
    assert [flaw for flaw, _ in found(audited([], [], slots=[MORNING], other_slots=[]))] == [Flaw.MISSING_THERE]
    assert [flaw for flaw, _ in found(audited([], [], slots=[], other_slots=[MORNING]))] == [Flaw.MISSING_HERE]
    assert [flaw for flaw, _ in found(audited([], [], slots=[MORNING], other_slots=[late]))] == [Flaw.WRONG_HOUR]
    assert [flaw for flaw, _ in found(audited([], [], slots=[MORNING], other_slots=[moved]))] == [Flaw.MOVED]
    assert [flaw for flaw, _ in found(audited([], [], slots=[MORNING], other_slots=[MORNING, MORNING]))] == [
        Flaw.DUPLICATE
    ]


def test_of_what_is_younger_than_a_declared_moment_nothing_is_said() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    for made, flaws in ((noon - timedelta(seconds=1), 1), (noon, 0), (None, 1)):
        ours, theirs = replace(BOOKED, made=made), replace(EVENT, made=made)
        assert len(found(audited([ours], [], rules=Rules(made_before=noon)))) == flaws
        assert len(found(audited([], [theirs], rules=Rules(made_before=noon)))) == flaws
        assert len(found(audited([replace(ours, standing=False)], [theirs], rules=Rules(made_before=noon)))) == flaws


def test_no_more_records_than_wanted_are_named() -> None:
    theirs = [replace(EVENT, place=f"event {number:02}") for number in range(30)]
    told = only(audited([BOOKED], theirs, rules=Rules(shown=4)))
    assert [each.place for each in told.theirs] == [f"event {number:02}" for number in range(4)]
    assert told.explanation.endswith("; 26 more records of this are not named here")


@pytest.mark.parametrize("rules", [{"near_days": -1}, {"shown": 0}, {"capacities": {"x": -1}}])
def test_a_rule_that_cannot_be_is_named(rules: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(rules))}"):
        Rules(**rules)  # type: ignore[arg-type]


def test_without_an_order_a_cancelled_booking_is_known_only_where_no_standing_one_could_be_meant() -> None:
    bare = replace(EVENT, code=None)
    assert [flaw for flaw, _ in found(audited([GONE], [bare]))] == [Flaw.CANCELLED_BUT_KEPT]
    twins = [booking(f"TWIN{letter}", MORNING, 3) for letter in "AB"]
    assert [flaw for flaw, _ in found(audited([GONE, *twins], [bare]))] == [Flaw.AMBIGUOUS]
