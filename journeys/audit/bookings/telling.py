"""Discrepancies of bookings in words: what each class means, both records, and what probably led to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from journeys.audit.model import Discrepancy, Flaw, Item
from journeys.model import Cause

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_CAUSES: Final[Mapping[Flaw, tuple[Cause, str]]] = {
    Flaw.MISSING_THERE: (Cause.INTEGRATION, "the store's announcement was lost, refused or not handled"),
    Flaw.MISSING_HERE: (Cause.INTEGRATION, "the booking was deleted at the store, and nobody told the other side"),
    Flaw.DUPLICATE: (Cause.INTEGRATION, "an announcement was handled twice, and made a record each time"),
    Flaw.MOVED: (Cause.INTEGRATION, "a later change reached only one of the two sides"),
    Flaw.WRONG_HOUR: (Cause.INTEGRATION, "whoever passes the bookings on takes a time for one of another zone"),
    Flaw.OVERBOOKED: (Cause.PLATFORM, "the store sold places that it did not have"),
    Flaw.CANCELLED_BUT_KEPT: (Cause.INTEGRATION, "the cancellation was not passed on, or not handled"),
    Flaw.CAPACITY: (Cause.CONFIGURATION, "the number of places was set differently, or changed at one side alone"),
    Flaw.AMBIGUOUS: (Cause.UNKNOWN, "which belongs to which is not said by any of the records"),
}
_OTHERWISE: Final[Mapping[tuple[Flaw, str], tuple[Cause, str]]] = {
    (Flaw.MISSING_HERE, "no order"): (Cause.THIRD_PARTY, "it names no order: somebody wrote it there by hand"),
    (Flaw.MISSING_HERE, "places"): (
        Cause.INTEGRATION,
        "the store changed the number of places, and it was not passed on",
    ),
    (Flaw.MISSING_THERE, "places"): (
        Cause.INTEGRATION,
        "places were added at the store, or their records lost, and it was not passed on",
    ),
    (Flaw.MISSING_THERE, "cancelled there"): (
        Cause.INTEGRATION,
        "a cancellation was passed on that the store knows nothing of",
    ),
    (Flaw.MISSING_THERE, "slot"): (Cause.INTEGRATION, "the timetable was not passed on"),
    (Flaw.MISSING_HERE, "slot"): (Cause.INTEGRATION, "a slot that the store has no more was not taken away"),
    (Flaw.DUPLICATE, "here"): (Cause.DATABASE, "the store holds the same booking more than once"),
    (Flaw.WRONG_HOUR, "twice"): (
        Cause.INTEGRATION,
        "a local time without its offset means the first of the two (RFC 5545, 3.3.5)",
    ),
    (Flaw.WRONG_HOUR, "other side"): (Cause.INTEGRATION, "one offset is used on both sides of a change of the clocks"),
}
_HOURS: Final = {
    "local as UTC": "the local time was written as if it were UTC",
    "UTC as local": "UTC was written as if it were local time",
    "twice": "it is the same time of day in the hour that the clocks show twice, but the other of the two",
    "other side": "the clocks' change was left out: it is the offset of the other side of that change",
    "local as UTC, other side": "the local time was written as if it were UTC,"
    " reckoned with the offset of the other side of a change of the clocks",
    "UTC as local, other side": "UTC was written as if it were local time,"
    " reckoned with the offset of the other side of a change of the clocks",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One discrepancy as the database holds it; ``a`` and ``b`` are the numbers of its case."""

    source: str
    flaw: Flaw
    day: date
    how: str
    a: int | None
    b: int | None
    ours: Sequence[Mapping[str, Any]]
    theirs: Sequence[Mapping[str, Any]]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Knows the store's name, and the zone that its people's clocks show."""

    store: str
    zone: ZoneInfo

    def tell(self, rows: Iterator[Row]) -> Iterator[Discrepancy]:
        """Each in words."""
        return (self._tell(row) for row in rows)

    def _tell(self, row: Row) -> Discrepancy:
        cause, why = _OTHERWISE.get((row.flaw, row.how), _CAUSES[row.flaw])
        more = f"; {row.more} more records of this are not named here" if row.more > 0 else ""
        return Discrepancy(
            flaw=row.flaw,
            day=row.day,
            ours=tuple(self._item(self.store, each) for each in row.ours),
            theirs=tuple(self._item(row.source, each) for each in row.theirs),
            explanation=f"{self._explained(row)}{more}",
            cause=cause,
            why=why,
        )

    def _item(self, source: str, record: Mapping[str, Any]) -> Item:
        return Item(
            source=source,
            place=record["place"],
            says=self._says(record),
            reference=record["code"] or "",
            moment=_at(record["starts"]).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )

    def _says(self, record: Mapping[str, Any]) -> str:
        """``3 places, Harbour tour, slot 12, starts 2026-12-06T00:30+01:00 (written 20261206T003000)``."""
        if record["capacity"] is not None or record["places"] is None:
            places = "holds any number" if record["capacity"] is None else f"holds {_places(record['capacity'])}"
        else:
            places = _places(record["places"]) if record["places"] else "places not said"
        slot = f"slot {record['slot']}" if record["slot"] else ""
        starts = f"starts {self._local(record['starts'])}"
        written = f" (written {record['written']})" if record["written"] else ""
        cancelled = "cancelled" if record["standing"] is False else ""
        return ", ".join(each for each in (cancelled, places, record["title"] or "", slot, starts + written) if each)

    def _local(self, moment: int) -> str:
        return _at(moment).astimezone(self.zone).isoformat(timespec="minutes")

    def _explained(self, row: Row) -> str:
        """What it is, with its numbers."""
        there, here, a, b = row.source, self.store, row.a, row.b
        if row.flaw is Flaw.WRONG_HOUR:
            return f"{there} has it {_by(a or 0)} than {here}: {_HOURS[row.how]} ({self.zone.key})"
        if row.flaw is Flaw.AMBIGUOUS:
            by = "of one order" if row.how == "order" else "alike"
            return f"{a} of {here} and {b} of {there} are {by}, and nothing says which belongs to which"
        return _TEXTS[row.flaw, row.how].format(
            there=there, here=here, a=a, b=b, places=_places(a), of=_places(b), by=_by(a) if a else ""
        )


_TEXTS: Final[Mapping[tuple[Flaw, str], str]] = {
    (Flaw.MISSING_THERE, ""): "{places} booked at {here} are not in {there}",
    (Flaw.MISSING_THERE, "cancelled there"): "{places} booked at {here} are cancelled in {there}",
    (Flaw.MISSING_THERE, "places"): "{a} of {of} booked at {here} are not in {there}",
    (Flaw.MISSING_THERE, "slot"): "a slot of {here} is not in {there}",
    (Flaw.MISSING_HERE, "order"): "{there} has a booking of an order that {here} does not have",
    (Flaw.MISSING_HERE, "no order"): "{there} has a booking that {here} does not have",
    (Flaw.MISSING_HERE, "places"): "{there} has {a} more than the {of} booked at {here}",
    (Flaw.MISSING_HERE, "slot"): "{there} has a slot that {here} does not have",
    (Flaw.DUPLICATE, "here"): "{here} has the booking {a} times more than {there}",
    (Flaw.DUPLICATE, "there"): "{there} has the booking again: {a} more than the {of} of {here}",
    (Flaw.DUPLICATE, "elsewhere"): "{there} has another record of a booking that it has already",
    (Flaw.DUPLICATE, "slot"): "{there} has the slot more than once",
    (Flaw.MOVED, "start"): "{there} has it {by} than {here}",
    (Flaw.MOVED, "slot and start"): "{there} has it in another slot, {by} than {here}",
    (Flaw.MOVED, "slot"): "{there} has it in another slot that starts at the same time",
    (Flaw.MOVED, "slot itself"): "{there} has the slot {by} than {here}",
    (Flaw.OVERBOOKED, ""): "{here} has {a} booked in a slot of {of}",
    (Flaw.CANCELLED_BUT_KEPT, ""): "the booking is cancelled at {here}, and {places} stand in {there}",
    (Flaw.CANCELLED_BUT_KEPT, "places"): "{places} were cancelled at {here}, where {b} stand; {there} still has them",
    (Flaw.CANCELLED_BUT_KEPT, "elsewhere"): "all of the order is cancelled at {here}, and {places} stand in {there}",
    (Flaw.CAPACITY, "declared"): "{here} has {places} in the slot, declared are {b}",
    (Flaw.CAPACITY, "other"): "{here} has {places} in the slot, {there} has {b}",
}


def _places(number: int | None) -> str:
    if number is None:
        return "any number of places"
    return f"{number} place" if number == 1 else f"{number} places"


def _by(difference: int) -> str:
    """``1:30 h later``, from microseconds."""
    seconds = abs(difference) // 1_000_000
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600}:{rest % 3600 // 60:02}" + (f":{rest % 60:02}" if rest % 60 else "") + " h"
    named = f"{days} {'day' if days == 1 else 'days'}" if days else ""
    how_much = " and ".join(each for each in (named, clock if rest else "") if each)
    return f"{how_much} {'later' if difference > 0 else 'earlier'}"


def _at(moment: int) -> datetime:
    return _EPOCH + timedelta(microseconds=moment)
