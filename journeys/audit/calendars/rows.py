"""Calendars as records: events read one by one, and handed over as bookings or slots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Any, BinaryIO, Final

import pyarrow as pa

from journeys.audit.calendars.components import Component, components
from journeys.audit.calendars.content import lines
from journeys.audit.calendars.events import Occurrence, Reader
from journeys.audit.calendars.times import Clocks
from journeys.audit.calendars.wording import SLOTS, Wording
from journeys.audit.model import Period
from journeys.audit.moments import around
from journeys.audit.tables import BOOKINGS as BOOKINGS_SCHEMA
from journeys.audit.tables import SLOTS as SLOTS_SCHEMA

Open = Callable[[], AbstractContextManager[BinaryIO]]
_AT_ONCE: Final = 5_000
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Where one calendar's text comes from: its name in messages, and how it is opened (twice)."""

    name: str
    open: Open
    where: Callable[[Component], str]
    """The place of an event in it."""


def batches(texts: Iterable[Text], wording: Wording, period: Period) -> Iterator[pa.RecordBatch]:
    """The events of a period (and a day around it) as records, many at a time. Unreadable."""
    schema, row = (SLOTS_SCHEMA, _slot) if wording.holds == SLOTS else (BOOKINGS_SCHEMA, _booking)
    rows: list[Mapping[str, Any]] = []
    for text in texts:
        for occurrence, place in _occurrences(text, wording, period):
            rows.append(row(occurrence, place, wording))
            if len(rows) == _AT_ONCE:
                yield pa.RecordBatch.from_pylist(rows, schema=schema)
                rows = []
    if rows:
        yield pa.RecordBatch.from_pylist(rows, schema=schema)


def _occurrences(text: Text, wording: Wording, period: Period) -> Iterator[tuple[Occurrence, str]]:
    """First only zones and names are read: whose name comes again has several versions, which belong together."""
    clocks = Clocks(name=text.name, floating=wording.zone or period.zone)
    seen: set[bytes] = set()
    again: dict[bytes, list[Component]] = {}
    for each in _components(text):
        if each.kind == "VTIMEZONE":
            clocks.describe(each)
        elif (key := _key(each)) in seen:
            again[key] = []
        else:
            seen.add(key)
    seen.clear()
    reader = Reader(name=text.name, clocks=clocks, window=around(period))
    for each in _components(text):
        if each.kind == "VEVENT" and (versions := again.get(_key(each))) is not None:
            versions.append(each)
        elif each.kind == "VEVENT":
            yield from ((found, _place(text, found)) for found in reader.occurrences((each,)))
    for versions in again.values():
        yield from ((found, _place(text, found)) for found in reader.occurrences(versions))


def _components(text: Text) -> Iterator[Component]:
    with text.open() as file:
        yield from components(lines(file, text.name), text.name)


def _key(event: Component) -> bytes:
    """Its UID, shortened; one without a UID is like no other."""
    return blake2b((event.text("UID") or f"\n{event.line}").encode(), digest_size=12).digest()


def _place(text: Text, occurrence: Occurrence) -> str:
    place = text.where(occurrence.event)
    return f"{place} on {occurrence.starts.wall:%Y-%m-%d %H:%M}" if occurrence.repeats else place


def _booking(occurrence: Occurrence, place: str, wording: Wording) -> Mapping[str, Any]:
    event = occurrence.event
    return {
        "place": place,
        "code": wording.code_of(event),
        "starts": occurrence.starts.utc,
        "ends": occurrence.ends,
        "written": occurrence.starts.written,
        "places": wording.places_of(event),
        "standing": occurrence.standing,
        "slot": wording.slot_of(event),
        "title": wording.title_of(event),
        "made": occurrence.made,
    }


def _slot(occurrence: Occurrence, place: str, wording: Wording) -> Mapping[str, Any]:
    """A slot that names no key is known by where it stands."""
    event = occurrence.event
    return {
        "place": place,
        "slot": wording.slot_of(event) or place,
        "title": wording.title_of(event),
        "starts": occurrence.starts.utc,
        "ends": occurrence.ends,
        "capacity": wording.capacity_of(event),
    }
