"""Made-up timetables with bookings, the calendar that follows from them, and discrepancies planted between the two."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count
from zoneinfo import ZoneInfo

import pyarrow as pa

from journeys.audit.model import Balance, Period
from journeys.audit.tables import BOOKINGS, SLOTS

TITLES = ("Harbour tour", "Wine tasting", "Night walk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What can be booked; ``starts`` and ``ends`` in UTC."""

    key: str
    title: str
    starts: datetime
    ends: datetime
    capacity: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One record of either side, as ``journeys.audit.tables.BOOKINGS`` has it."""

    place: str
    code: str | None
    starts: datetime
    ends: datetime | None
    written: str
    places: int
    standing: bool
    slot: str | None
    title: str | None
    made: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Books:
    """One side, as a ``journeys.audit.sources.Source``."""

    name: str
    bookings: Sequence[Booking] = ()
    slots: Sequence[Slot] | None = None
    says_bookings: bool = True
    asked: list[tuple[str, Period]] = field(default_factory=list)

    def tables(self) -> tuple[str, ...]:
        return (*(("bookings",) if self.says_bookings else ()), *(("slots",) if self.slots is not None else ()))

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        self.asked.append((table, period))
        return bookings_batches(self.bookings) if table == "bookings" else slots_batches(self.slots or ())

    def balances(self, period: Period) -> tuple[Balance, ...]:
        return ()


def bookings_batches(bookings: Sequence[Booking], at_once: int = 10_000) -> Iterator[pa.RecordBatch]:
    """Records as sources hand them over."""
    for begin in range(0, len(bookings), at_once):
        part = bookings[begin : begin + at_once]
        columns = {name: [getattr(each, name) for each in part] for name in BOOKINGS.names}
        yield pa.RecordBatch.from_pydict(columns, schema=BOOKINGS)


def slots_batches(slots: Sequence[Slot]) -> Iterator[pa.RecordBatch]:
    """Records as sources hand them over."""
    rows = [
        {"place": f"slot {each.key}", "slot": each.key, "title": each.title, "starts": each.starts, "ends": each.ends,
         "capacity": each.capacity}
        for each in slots
    ]  # fmt: skip
    yield pa.RecordBatch.from_pylist(rows, schema=SLOTS)


class Style(StrEnum):
    """How a calendar writes bookings down."""

    BOOKING = "one event a booking"
    PLACE = "one event a place"
    SLOT = "one event a slot"
    BARE = "one event a booking, without its order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Slots of a zone and what is booked of them; deterministic by its seed."""

    zone: ZoneInfo
    period: Period
    seed: int
    slots: tuple[Slot, ...] = field(repr=False)
    bookings: tuple[Booking, ...] = field(repr=False)

    def store(self) -> Books:
        """The store's side."""
        return Books(name="store", bookings=self.bookings, slots=self.slots)

    def calendar(self, style: Style = Style.BOOKING, *, slots: bool = True) -> tuple[Booking, ...]:
        """What a healthy calendar holds of it; with ``slots`` its events name their slot."""
        events = [each for each in self.bookings if each.standing]
        if style is Style.SLOT:
            return tuple(self._whole(slot) for slot in self.slots if any(each.slot == slot.key for each in events))
        written = (event(each, slots=slots) for each in events)
        if style is Style.PLACE:
            return tuple(
                replace(each, place=f"{each.place}-{number}", places=0)
                for each in written
                for number in range(each.places)
            )
        return tuple(replace(each, code=None) if style is Style.BARE else each for each in written)

    def _whole(self, slot: Slot) -> Booking:
        taken = sum(each.places for each in self.bookings if each.standing and each.slot == slot.key)
        return Booking(
            place=f"event of slot {slot.key}",
            code=None,
            starts=slot.starts,
            ends=slot.ends,
            written=f"{slot.starts:%Y%m%dT%H%M%SZ}",
            places=taken,
            standing=True,
            slot=slot.key,
            title=slot.title,
        )


def event(booking: Booking, *, slots: bool = True) -> Booking:
    """What a calendar's writer makes of one booking."""
    return replace(
        booking,
        place=f"event of {booking.code}-{booking.slot}",
        written=f"{booking.starts:%Y%m%dT%H%M%SZ}",
        slot=booking.slot if slots else None,
    )


def timetable(
    *,
    zone: str = "Europe/Berlin",
    first: date = date(2026, 10, 20),
    days: int = 10,
    seed: int = 1,
    orders: int = 40,
    hours: Sequence[int] = (2, 10, 14, 23),
    cancelled: float = 0.1,
    capacity: int = 40,
    cutoff_s: int = 0,
) -> Timetable:
    """Slots at these hours of each day's clocks (where they exist), and orders of one or two slots each.

    The hour that comes twice has a slot in each of the two. Nothing is overbooked.
    """
    rng, clock = random.Random(seed), ZoneInfo(zone)
    period = Period(first=first, last=first + timedelta(days=days - 1), zone=clock, cutoff_s=cutoff_s)
    slots = tuple(_slots(period, hours, capacity))
    left = {each.key: capacity for each in slots}
    bookings: list[Booking] = []
    for number in range(orders):
        code = f"{'ABCDEFGHJK'[number % 10]}{number:05}"
        for slot in rng.sample(slots, rng.choice((1, 1, 1, 2))):
            places, stands = rng.randint(1, 4), rng.random() >= cancelled
            if left[slot.key] >= places:
                left[slot.key] -= places if stands else 0
                bookings.append(booking(code, slot, places, standing=stands))
    return Timetable(zone=clock, period=period, seed=seed, slots=slots, bookings=tuple(bookings))


def booking(code: str | None, slot: Slot, places: int = 1, *, standing: bool = True) -> Booking:
    """A booking of the store."""
    return Booking(
        place=f"order {code} slot {slot.key}",
        code=code,
        starts=slot.starts,
        ends=slot.ends,
        written=slot.starts.isoformat(),
        places=places,
        standing=standing,
        slot=slot.key,
        title=slot.title,
    )


def _slots(period: Period, hours: Sequence[int], capacity: int) -> Iterator[Slot]:
    """Those that start in the period, whose days begin at the cut-off."""
    numbers, cutoff = count(1), timedelta(seconds=period.cutoff_s)
    for day in range((period.last - period.first).days + 2):
        for hour in hours:
            wall = datetime.combine(period.first + timedelta(days=day), time(hour, 30))
            if not period.first <= (wall - cutoff).date() <= period.last:
                continue
            for starts in _moments(wall, period.zone):
                number = next(numbers)
                yield Slot(
                    key=str(number),
                    title=TITLES[number % len(TITLES)],
                    starts=starts,
                    ends=starts + timedelta(hours=1),
                    capacity=capacity,
                )


def _moments(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """When the clocks show this: never, where they skip it; twice, where they are set back."""
    moments = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(each for each in moments if each.astimezone(zone).replace(tzinfo=None) == wall)
