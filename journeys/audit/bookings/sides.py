"""Both sides as tables: each record with its day, and records of one booking taken together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

import pyarrow as pa

from journeys.audit.bookings.days import Day, Span, days, spans, wider
from journeys.audit.model import Period
from journeys.audit.sources import Source, Unreadable
from journeys.audit.tables import BOOKINGS, SLOTS


class Room(Protocol):
    """Tables of one audit: what this room asks of ``journeys.audit.engine.Room``."""

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """Do something whose result is a table."""
        ...

    def all(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """A result that is small."""
        ...

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """A result of any size, as it is asked for; tables that are only temporary are not seen."""
        ...

    def load(self, sql: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        """Insert records as they come, by an SQL that reads them from ``incoming``; how many there were."""
        ...


class Rooms(Protocol):
    """What this room asks of ``journeys.audit.engine.Engine``."""

    def room(self, name: str) -> Room:
        """Tables of their own, for one audit."""
        ...


RECORDS: Final = """
CREATE OR REPLACE TEMP TABLE bookings_{side} AS
WITH told AS (
    SELECT row_number() OVER () AS id, place, nullif(upper(trim(code)), '') AS code, epoch_us(starts) AS starts,
        written, epoch_us(made) AS made, places, standing, nullif(trim(slot), '') AS slot,
        nullif(trim(title), '') AS title,
        coalesce(regexp_full_match(written, '[0-9]{{4}}-?[0-9]{{2}}-?[0-9]{{2}}'), FALSE) AS dated
    FROM incoming
)
SELECT told.*, nullif(lower(regexp_replace(title, '\\s+', ' ', 'g')), '') AS called,
    dates.day AS date, CASE WHEN dated THEN dates.day ELSE days.day END AS day,
    CASE WHEN dated THEN dates.inside ELSE days.inside END AS inside
FROM told
ASOF JOIN bookings_days AS days ON told.starts >= days.begins
ASOF JOIN bookings_dates AS dates ON told.starts >= dates.begins
WHERE told.starts < (SELECT max(ends) FROM bookings_days)
"""
"""The records that lie in the days around the period; ``dated`` are those of which only a day is known."""

SUMMED: Final = """
CREATE OR REPLACE TEMP TABLE bookings_ours AS
SELECT min(id) AS id, arg_min(place, (length(place), place)) AS place, code, starts,
    arg_min(written, (length(place), place)) AS written, max(made) AS made, sum(places)::BIGINT AS places, standing,
    slot, arg_min(title, (length(place), place)) AS title, dated, arg_min(called, (length(place), place)) AS called,
    date, day, inside
FROM bookings_ours
GROUP BY code, slot, starts, standing, dated, date, day, inside,
    CASE WHEN code IS NULL THEN id END, CASE WHEN slot IS NULL THEN called END
"""
"""Records of one order and slot as one, with all its places; those without a number stay as they are."""

GROUPS: Final = """
CREATE OR REPLACE TEMP TABLE bookings_{side}_groups AS
SELECT row_number() OVER () AS g, code, slot, starts, standing, dated, own, min(called) AS called, count(*) AS k,
    sum(places)::BIGINT AS n, min(places) AS least, max(places) AS most, min(day) AS day, min(date) AS date,
    bool_or(inside) AS inside, min(place) AS place, max(made) AS made
FROM (SELECT *, {own} AS own FROM bookings_{side})
GROUP BY code, slot, starts, standing, dated, own
"""
"""Records of one booking in one slot; of those without a number each stands by itself (``own``)."""

WHOLE: Final = """
CREATE OR REPLACE TEMP TABLE bookings_{side}_groups AS
SELECT row_number() OVER () AS g, NULL::VARCHAR AS code, slot, starts, standing, dated, NULL::BIGINT AS own,
    min(called) AS called, count(*) AS k, sum(places)::BIGINT AS n, min(places) AS least, max(places) AS most,
    min(day) AS day, min(date) AS date, bool_or(inside) AS inside, min(place) AS place,
    max(made) AS made
FROM bookings_{side}
GROUP BY slot, starts, standing, dated, CASE WHEN slot IS NULL THEN called END
"""
"""All records of one slot taken together."""


def prepare(room: Room, period: Period, near_days: int) -> Period:
    """The days and the clocks of the period and of what lies near it; gives that wider period."""
    wide = wider(period, near_days)
    at_midnight = Period(first=wide.first, last=wide.last, zone=wide.zone)
    _keep_days(room, "bookings_days", days(wide), period)
    _keep_days(room, "bookings_dates", days(at_midnight), period)
    _keep_clocks(room, spans(wide))
    return wide


def load_bookings(room: Room, side: str, source: Source | None, wide: Period) -> int:
    """The bookings of a source as ``bookings_ours`` or ``bookings_theirs``; how many of them lie in the period."""
    room.load(RECORDS.format(side=side), () if source is None else source.read("bookings", wide), BOOKINGS)
    return number(room, f"SELECT count(*) FROM bookings_{side} WHERE inside")


def take_export(room: Room, name: str, *, summed: bool) -> None:
    """Take ``bookings_ours`` as an export: a record without a number of places is one place.

    With ``summed`` the records of one order and slot are one booking. Unreadable where only a day is told.
    """
    room.run("UPDATE bookings_ours SET places = greatest(places, 1)")
    dated = room.all("SELECT place FROM bookings_ours WHERE dated ORDER BY length(place), place LIMIT 1")
    if dated:
        raise Unreadable(
            f"{dated[0][0]}: only a day is told; expected is the time as well, for {name} says when each slot starts"
        )
    if summed:
        room.run(SUMMED)


def load_slots(room: Room, side: str, source: Source | None, wide: Period) -> int:
    """The slots of a source as ``bookings_ours_slots`` or ``bookings_theirs_slots``; how many lie in the period."""
    room.load(
        f"""
        CREATE OR REPLACE TEMP TABLE bookings_{side}_slots AS
        SELECT row_number() OVER () AS g, place, nullif(trim(slot), '') AS slot, nullif(trim(title), '') AS title,
            nullif(lower(regexp_replace(trim(title), '\\s+', ' ', 'g')), '') AS called, told.starts, capacity,
            days.day, days.inside
        FROM (SELECT * REPLACE (epoch_us(starts) AS starts) FROM incoming) AS told
        ASOF JOIN bookings_days AS days ON told.starts >= days.begins
        WHERE told.starts < (SELECT max(ends) FROM bookings_days)
        """,
        () if source is None else source.read("slots", wide),
        SLOTS,
    )
    return number(room, f"SELECT count(*) FROM bookings_{side}_slots WHERE inside")


def group(room: Room, side: str, *, whole: bool) -> None:
    """``bookings_<side>_groups``: the records of one booking, or with ``whole`` those of one slot."""
    own = "CASE WHEN code IS NULL THEN id END"
    room.run(WHOLE.format(side=side) if whole else GROUPS.format(side=side, own=own))


def number(room: Room, question: str) -> int:
    """The one number that a question is answered with; 0 for none."""
    answer = room.all(question)
    return int(answer[0][0] or 0) if answer else 0


def keep_table(room: Room, name: str, table: pa.Table) -> None:
    """A small table of our own."""
    room.load(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming", table.to_batches(), table.schema)


def _keep_days(room: Room, name: str, known: Iterable[Day], period: Period) -> None:
    rows = [
        {
            "day": each.day,
            "begins": each.begins,
            "ends": each.ends,
            "inside": period.first <= each.day <= period.last,
        }
        for each in known
    ]
    keep_table(room, name, pa.Table.from_pylist(rows))


def _keep_clocks(room: Room, known: Iterable[Span]) -> None:
    rows = [
        {
            "begins": each.begins,
            "ends": each.ends,
            "own": each.offset,
            "before": each.before,
            "after": each.after,
        }
        for each in known
    ]
    keep_table(room, "bookings_clocks", pa.Table.from_pylist(rows))
