"""Bookings and slots written into files, as a store's export and a calendar hold them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet as pq
from timetables import Booking, Slot

HEAD = ("Order", "Start", "End", "Places", "Status", "Slot", "Event")
COLUMNS = (
    '{ code = "Order", starts = "Start", ends = "End", places = "Places", status = "Status", slot = "Slot",'
    ' title = "Event" }'
)


def write_bookings(path: Path, bookings: Iterable[Booking], *, each_place: bool = False) -> None:
    """One row each, or one for each place."""
    rows: list[Sequence[object]] = []
    for each in bookings:
        row = (
            each.code,
            each.starts.isoformat(),
            each.ends.isoformat() if each.ends else None,
            f"{1 if each_place else each.places}",
            "paid" if each.standing else "canceled",
            each.slot,
            each.title,
        )
        rows += [row] * (each.places if each_place else 1)
    _write(path, HEAD, rows)


def write_slots(path: Path, slots: Iterable[Slot]) -> None:
    """One row each; no capacity where any number may come."""
    rows = [(each.key, each.title, each.starts.isoformat(), each.capacity) for each in slots]
    _write(path, ("Slot", "Event", "Start", "Capacity"), rows)


def write_events(path: Path, bookings: Iterable[Booking]) -> None:
    """A calendar with one event each, whose UID has order (in capitals) and slot, and whose times are in UTC."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x"]
    for number, each in enumerate(bookings):
        booked = f": {each.places} booked" if each.places else ""
        lines += [
            "BEGIN:VEVENT",
            f"UID:{each.code or 'unnamed'}-{each.slot}-{number}@calendar.example",
            "DTSTAMP:20260101T000000Z",
            f"DTSTART:{_utc(each.starts)}",
            *([f"DTEND:{_utc(each.ends)}"] if each.ends else []),
            f"SUMMARY:{each.title}{booked}",
            "END:VEVENT",
        ]
    path.write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), encoding="utf-8", newline="")


def _write(path: Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if path.suffix == ".parquet":
        pq.write_table(pa.table({name: [row[at] for row in rows] for at, name in enumerate(head)}), path)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def _utc(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"
