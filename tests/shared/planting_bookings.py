"""Discrepancies of all classes, planted between a timetable's bookings and its calendar, and what has to be found."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from timetables import Booking, Books, Slot, Style, Timetable, booking, event

from journeys.audit.model import OF_BOOKINGS, Discrepancy, Flaw

FAR = timedelta(hours=15)
"""More than any clock differs from UTC."""
IN_SLOTS = (Flaw.OVERBOOKED, Flaw.CAPACITY, Flaw.AMBIGUOUS)
"""Planted last, since they depend on what is booked."""
ALIKE = 20
"""Places added to a slot that gets two bookings which nothing tells apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Both sides with discrepancies, and what has to be found: each class with what it is about."""

    store: Books
    calendar: Books
    expected: Mapping[tuple[Flaw, str], int]


def found(discrepancies: Iterable[Discrepancy]) -> Counter[tuple[Flaw, str]]:
    """What was found, as ``Planted.expected`` has it: each class with its order, or else its first record."""
    return Counter((each.flaw, subject(each)) for each in discrepancies)


def subject(discrepancy: Discrepancy) -> str:
    """The order that a discrepancy is about, or its first record where none is named."""
    items = (*discrepancy.ours, *discrepancy.theirs)
    return min((each.reference for each in items if each.reference), default=items[0].place)


def plant(
    timetable: Timetable, counts: Mapping[Flaw, int], *, style: Style = Style.BOOKING, slots: bool = True, seed: int = 1
) -> Planted:
    """So many of each class as the bookings allow, each about an order or slot of its own.

    ``style`` and ``slots`` are those of the calendar, whose events name orders. Deterministic by its seed.
    """
    planting = _Planting(timetable, style, slots, seed)
    for flaw in sorted(OF_BOOKINGS, key=IN_SLOTS.__contains__):
        for _ in range(counts.get(flaw, 0)):
            planting.plant(flaw)
    return planting.planted()


class _Planting:
    """Both sides while they are being spoilt."""

    def __init__(self, timetable: Timetable, style: Style, slots: bool, seed: int) -> None:
        self._timetable, self._style, self._names_slots = timetable, style, slots
        self._rng = random.Random(seed)
        self._ours = list(timetable.bookings)
        self._slots = {each.key: each for each in timetable.slots}
        self._capacities: dict[str, int | None] = {}
        self._events = {each: self._written(each) for each in self._ours if each.standing}
        self._more: list[Booking] = []
        self._touched: set[str | None] = set()
        self._expected: Counter[tuple[Flaw, str]] = Counter()
        counts = Counter(each.code for each in self._ours)
        standing = [each for each in self._ours if each.standing and counts[each.code] == 1]
        self._free = self._rng.sample(standing, len(standing))
        self._free_slots = self._rng.sample(timetable.slots, len(timetable.slots))

    def planted(self) -> Planted:
        """Both sides as they are now, in another order."""
        events = [each for written in self._events.values() for each in written] + self._more
        self._rng.shuffle(events)
        theirs = [
            replace(each, capacity=self._capacities.get(each.key, each.capacity)) for each in self._slots.values()
        ]
        return Planted(
            store=Books(name="store", bookings=tuple(self._ours), slots=tuple(self._slots.values())),
            calendar=Books(name="calendar", bookings=tuple(events), slots=tuple(theirs)),
            expected=dict(self._expected),
        )

    def plant(self, flaw: Flaw) -> None:
        """One more of this class, unless no order or slot is left for it."""
        if flaw in IN_SLOTS:
            if self._free_slots:
                self._in_slot(flaw, self._free_slots.pop())
        elif flaw is Flaw.MISSING_HERE:
            self._unknown()
        elif self._free:
            self._in_order(flaw, self._free.pop())

    def _in_order(self, flaw: Flaw, victim: Booking) -> None:
        events = self._events[victim]
        self._touched.add(victim.slot)
        if flaw is Flaw.MISSING_THERE:
            gone = self._rng.randrange(1, len(events) + 1)
            self._events[victim] = events[gone:]
        elif flaw is Flaw.DUPLICATE:
            again = events[: self._rng.randrange(1, len(events) + 1)]
            self._events[victim] = [*events, *(replace(each, place=f"{each.place} again") for each in again)]
        elif flaw is Flaw.CANCELLED_BUT_KEPT:
            self._ours[self._ours.index(victim)] = replace(victim, standing=False)
        elif flaw is Flaw.MOVED:
            slot = self._far_from(victim)
            if slot is None:
                return
            moved = replace(victim, starts=slot.starts, ends=slot.ends, slot=slot.key, title=slot.title)
            self._events[victim] = self._written(moved)
        elif flaw is Flaw.WRONG_HOUR:
            starts = self._confused(victim)
            if starts.starts == victim.starts:
                return
            self._events[victim] = self._written(starts)
        self._expected[flaw, str(victim.code)] += 1

    def _in_slot(self, flaw: Flaw, slot: Slot) -> None:
        taken = sum(each.places for each in self._ours if each.standing and each.slot == slot.key)
        if flaw is Flaw.AMBIGUOUS:
            self._alike(slot)
            return
        if flaw is Flaw.CAPACITY:
            self._capacities[slot.key] = (slot.capacity or 0) + self._rng.randint(1, 5)
        elif taken:
            self._slots[slot.key] = replace(slot, capacity=taken - 1)
        else:
            return
        self._expected[flaw, f"slot {slot.key}"] += 1

    def _alike(self, slot: Slot) -> None:
        """Two orders of as many places as nobody else has booked, and two events, or one, that name none."""
        if slot.key in self._touched:
            return
        self._slots[slot.key] = replace(slot, capacity=(slot.capacity or 0) + ALIKE)
        orders = [booking(f"TWIN{slot.key}{letter}", slot, 9) for letter in "AB"]
        self._ours.extend(orders)
        events = [replace(self._one(each), code=None, places=0 if self._style is Style.PLACE else 9) for each in orders]
        self._more.extend(events[: self._rng.choice((1, 2))])
        self._expected[Flaw.AMBIGUOUS, f"TWIN{slot.key}A"] += 1

    def _unknown(self) -> None:
        code = f"NONE{self._expected.total()}"
        slot = self._rng.choice(self._timetable.slots)
        self._more.extend(self._written(booking(code, slot, self._rng.randint(1, 4))))
        self._expected[Flaw.MISSING_HERE, code] += 1

    def _far_from(self, victim: Booking) -> Slot | None:
        slots = [each for each in self._timetable.slots if abs(each.starts - victim.starts) > FAR]
        return self._rng.choice(slots) if slots else None

    def _confused(self, victim: Booking) -> Booking:
        """UTC taken for local time, or local time for UTC."""
        zone = self._timetable.zone
        if self._rng.random() < 0.5:
            starts = victim.starts.astimezone(zone).replace(tzinfo=UTC)
        else:
            starts = victim.starts.replace(tzinfo=zone).astimezone(UTC)
        return replace(victim, starts=starts, ends=None)

    def _one(self, each: Booking) -> Booking:
        return event(each, slots=self._names_slots)

    def _written(self, each: Booking) -> list[Booking]:
        one = self._one(each)
        if self._style is not Style.PLACE:
            return [one]
        return [replace(one, place=f"{one.place}-{number}", places=0) for number in range(each.places)]
