"""How a block of a table becomes bookings or slots: which column is what, and how its cells are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from journeys.audit.model import Period
from journeys.audit.moments import around, instant
from journeys.audit.statements import columns as cells
from journeys.audit.statements.columns import Bad
from journeys.audit.statements.file import shown
from journeys.audit.statements.mapping import IGNORED
from journeys.audit.statements.table import Rows
from journeys.audit.statements.texts import is_text, joined, one_of, or_null
from journeys.audit.statements.timetable import timetable
from journeys.audit.tables import BOOKINGS, SLOTS

BOOKINGS_TABLE: Final = "bookings"
SLOTS_TABLE: Final = "slots"
_MOMENT: Final = pa.timestamp("us", tz="UTC")
_HOURS: Final = re.compile("%[HIcXsT]")
_LONGEST_DAY: Final = len("2026-05-31")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_EXAMPLE: Final = datetime(2026, 5, 31, 19, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """Columns by role, several where they are read together, as a day and an hour are.

    ``zone`` is that of times without an offset; None: the store's. A row does not stand where its status is one of
    ``cancelled``, in capitals or not; where ``standing`` is not None, any other has to be one of those.
    """

    holds: str
    columns: Mapping[str, tuple[str, ...]]
    time_format: str = ""
    zone: ZoneInfo | None = None
    cancelled: frozenset[str] = frozenset()
    standing: frozenset[str] | None = None
    ignore: re.Pattern[str] | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """What it holds; bookings that say how many places their slots have tell the slots as well."""
        if self.holds == BOOKINGS_TABLE and "capacity" in self.columns:
            return (BOOKINGS_TABLE, SLOTS_TABLE)
        return (self.holds,)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The names of all columns that are read."""
        return tuple(dict.fromkeys(name for names in self.columns.values() for name in names))

    def records(self, table: str, rows: Rows, period: Period) -> tuple[pa.RecordBatch, Mapping[str, int]]:
        """What starts around the period, and how many rows were left out; Bad tells a cell that is wrong."""
        cut = _Cells(self, rows, period.zone, _kept(self, rows))
        schema, made = (SLOTS, cut.slots()) if table == SLOTS_TABLE else (BOOKINGS, cut.bookings())
        batch = pa.RecordBatch.from_arrays([made[name] for name in schema.names], schema=schema)
        begins, ends = around(period)
        near = pc.and_(
            pc.greater_equal(batch["starts"], pa.scalar(begins, _MOMENT)),
            pc.less(batch["starts"], pa.scalar(ends, _MOMENT)),
        )
        left_out = {IGNORED: len(rows.places) - len(cut.kept)}
        if table == BOOKINGS_TABLE and "places" in self.columns:
            none = pc.equal(batch["places"], 0)
            left_out["rows of no places"] = pc.sum(pc.and_(near, none)).as_py() or 0
            near = pc.and_not(near, none)
        return batch.filter(near), left_out

    def gathered(self, table: str, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Slots that many bookings tell are told once each."""
        return timetable(batches) if table != self.holds else batches


def _kept(booked: Booked, rows: Rows) -> pa.Array:
    """Which rows are the audit's business, by their numbers."""
    every = pa.array(range(len(rows.places)), pa.int64())
    ignore = booked.ignore
    if ignore is None:
        return every
    said = joined([rows.columns[name] for name in booked.columns["text"]]).to_pylist()
    return every.filter(pa.array([not ignore.search(each) for each in said], pa.bool_()))


@dataclass(frozen=True, slots=True)
class _Cells:
    """The rows of one block that are kept; times without an offset are of the zone."""

    booked: Booked
    rows: Rows
    zone: ZoneInfo
    kept: pa.Array

    def bookings(self) -> dict[str, pa.Array]:
        """The columns of ``tables.BOOKINGS``."""
        starts, written = self._starts()
        return {
            "place": self._places(),
            "code": self._text("code"),
            "starts": starts,
            "ends": self._ends(starts),
            "written": written,
            "places": self._numbers("places"),
            "standing": self._standing(),
            "slot": self._text("slot"),
            "title": self._text("title"),
            "made": self._moments("made"),
        }

    def slots(self) -> dict[str, pa.Array]:
        """The columns of ``tables.SLOTS``; a slot that names no key is known by where it stands."""
        starts, _ = self._starts()
        return {
            "place": self._places(),
            "slot": pc.coalesce(self._text("slot"), self._places()),
            "title": self._text("title"),
            "starts": starts,
            "ends": self._ends(starts),
            "capacity": self._numbers("capacity"),
        }

    def _places(self) -> pa.Array:
        return self.rows.places.take(self.kept)

    def _said(self, role: str) -> pa.Array | None:
        names = self.booked.columns.get(role)
        if names is None:
            return None
        return joined([self.rows.columns[name].take(self.kept) for name in names])

    def _text(self, role: str) -> pa.Array:
        said = self._said(role)
        return pa.nulls(len(self.kept), pa.string()) if said is None else or_null(said)

    def _starts(self) -> tuple[pa.Array, pa.Array]:
        """When each starts, and how that was written, with its zone behind it."""
        said, how = self._said("starts"), self._format("starts")
        known: dict[str, str] = {}

        def read(text: str) -> datetime:
            moment, known[text] = self._moment(text, how)
            return moment

        starts = self._each("starts", said, read, _MOMENT)
        if starts.null_count:
            row = pc.index(starts.is_null(), True).as_py()
            raise Bad(self.kept[row].as_py(), "no start is told", "one in each row")
        return starts, cells.each_once(said, known.__getitem__, pa.string(), "")

    def _ends(self, starts: pa.Array) -> pa.Array:
        ends = self._moments("ends")
        before = pc.fill_null(pc.less(ends, starts), False)
        if pc.any(before).as_py():
            raise Bad(self.kept[pc.index(before, True).as_py()].as_py(), "it ends before it starts", "an end behind it")
        return ends

    def _moments(self, role: str) -> pa.Array:
        said = self._said(role)
        if said is None:
            return pa.nulls(len(self.kept), _MOMENT)
        how = self._format(role)
        quick = cells.quickly(or_null(said), how, self.booked.zone or self.zone)
        if quick is not None:
            return quick
        return self._each(role, said, lambda text: self._moment(text, how)[0], _MOMENT)

    def _moment(self, text: str, how: str) -> tuple[datetime, str]:
        """In UTC, and as it was written (``how`` in strptime, "" for ISO 8601); ValueError where it is none.

        Without an offset it is read as in calendars (RFC 5545): of the hour that clocks go through twice the first, and
        where they skip it by the offset before.
        """
        read = datetime.strptime(text, how) if how else datetime.fromisoformat(text)
        declared = self.booked.zone
        if not _HOURS.search(how) if how else len(text) <= _LONGEST_DAY and "T" not in text:
            return instant(read, declared or self.zone), f"{read:%Y-%m-%d}"
        if read.tzinfo is not None:
            return read.astimezone(UTC), text
        return instant(read, declared or self.zone), f"{text} {declared.key if declared else '(no zone)'}"

    def _format(self, role: str) -> str:
        """How the texts of a role are written; columns of types of their own were made texts in ISO 8601."""
        names = self.booked.columns[role]
        return self.booked.time_format if any(is_text(self.rows.columns[name]) for name in names) else ""

    def _numbers(self, role: str) -> pa.Array:
        """Whole numbers; without a column of them 0 (not said), and for a capacity null."""
        said = self._said(role)
        if said is None:
            return pa.repeat(pa.scalar(None if role == "capacity" else 0, pa.int64()), len(self.kept))
        read = self._each(role, said, _number, pa.int64())
        if role == "places" and read.null_count:
            row = pc.index(read.is_null(), True).as_py()
            raise Bad(self.kept[row].as_py(), "no number of places is told", "one in each row, such as 3")
        return read

    def _standing(self) -> pa.Array:
        said = self._said("status")
        if said is None:
            return pa.repeat(True, len(self.kept))
        gone = one_of(said, self.booked.cancelled)
        if self.booked.standing is not None:
            known = self.booked.standing | self.booked.cancelled
            strange = pc.invert(one_of(said, known))
            if pc.any(strange).as_py():
                row = pc.index(strange, True).as_py()
                listed = ", ".join(shown(each) for each in sorted(known))
                raise Bad(self.kept[row].as_py(), f"the status {shown(said[row].as_py())}", f"one of {listed}")
        return pc.invert(gone)

    def _each(self, role: str, said: pa.Array, read: Callable[[str], object], kind: pa.DataType) -> pa.Array:
        try:
            return cells.each_once(said, read, kind, self._expected(role))
        except Bad as error:
            says = error.says.removesuffix(" is not that")
            raise Bad(self.kept[error.row].as_py(), f"{says} is no {_CALLED[role]}", error.expected) from error

    def _expected(self, role: str) -> str:
        if role in ("places", "capacity"):
            return "a whole number such as 3"
        how = self._format(role)
        return f"a time such as {f'{_EXAMPLE:{how}}' if how else '2026-05-31 19:30'}"


_CALLED: Final = {
    "starts": "start",
    "ends": "end",
    "made": "time",
    "places": "number of places",
    "capacity": "capacity",
}


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text)
