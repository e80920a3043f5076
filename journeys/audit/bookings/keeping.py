"""What was found, kept in the database with the records it is about, and told in order as often as it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from journeys.audit.bookings import judging, slots
from journeys.audit.bookings.sides import Room
from journeys.audit.bookings.telling import Row, Teller
from journeys.audit.model import Discrepancy, Flaw

_RECORD: Final = (
    "STRUCT(place VARCHAR, code VARCHAR, starts BIGINT, written VARCHAR, places BIGINT, standing BOOLEAN,"
    " slot VARCHAR, title VARCHAR, capacity BIGINT)"
)


def begin(room: Room) -> None:
    """Nothing is kept."""
    room.run(
        "CREATE OR REPLACE TABLE bookings_kept (source VARCHAR, flaw VARCHAR, rank INTEGER, day DATE, how VARCHAR,"
        f" a BIGINT, b BIGINT, ours {_RECORD}[], theirs {_RECORD}[], more BIGINT)"
    )


def keep(room: Room, source: str, *, shown: int, whole: bool) -> None:
    """What was found in the bookings of a source, with at most ``shown`` records of each side."""
    room.run(
        f"""
        CREATE OR REPLACE TEMP TABLE bookings_members AS
        SELECT f, 'ours' AS side, o AS g FROM {judging.FOUND} WHERE o IS NOT NULL
        UNION SELECT f, 'theirs', t FROM {judging.FOUND} WHERE t IS NOT NULL
        UNION SELECT f, side, g FROM bookings_named
        """
    )
    for side in ("ours", "theirs"):
        room.run(f"CREATE OR REPLACE TEMP TABLE bookings_{side}_shown AS {_shown(side, shown, whole)}")
    room.run(
        f"""
        INSERT INTO bookings_kept
        SELECT ?, found.flaw, {_rank("found.flaw")}, found.day, found.how, found.a, found.b,
            coalesce(o.records, []), coalesce(t.records, []), coalesce(o.more, 0) + coalesce(t.more, 0)
        FROM {judging.FOUND} AS found LEFT JOIN bookings_ours_shown AS o ON found.f = o.f
        LEFT JOIN bookings_theirs_shown AS t ON found.f = t.f
        """,
        [source],
    )


def _shown(side: str, shown: int, whole: bool) -> str:
    """The first records of each group that a discrepancy names."""
    own = (
        "(g.slot IS NOT NULL OR r.called IS NOT DISTINCT FROM g.called)" if whole else "(g.own IS NULL OR r.id = g.own)"
    )
    code = "TRUE" if whole else "r.code IS NOT DISTINCT FROM g.code"
    return f"""
        SELECT f, list({{'place': place, 'code': code, 'starts': starts, 'written': written, 'places': places,
            'standing': standing, 'slot': slot, 'title': title, 'capacity': NULL::BIGINT}} ORDER BY nth)
            FILTER (nth <= {shown}) AS records, greatest(count(*) - {shown}, 0) AS more
        FROM (
            SELECT m.f, r.*, row_number() OVER (PARTITION BY m.f ORDER BY r.starts, r.place, r.id) AS nth
            FROM bookings_members AS m JOIN bookings_{side}_groups AS g ON m.side = '{side}' AND m.g = g.g
            JOIN bookings_{side} AS r ON r.starts = g.starts AND r.standing = g.standing AND r.dated = g.dated
                AND r.slot IS NOT DISTINCT FROM g.slot AND {code} AND {own}
        ) GROUP BY f
    """


def keep_slots(room: Room, source: str) -> None:
    """What was found in the slots of a source; afterwards nothing is found."""
    record = (
        "{{'place': {0}.place, 'code': NULL::VARCHAR, 'starts': {0}.starts, 'written': NULL::VARCHAR,"
        " 'places': NULL::BIGINT, 'standing': NULL::BOOLEAN, 'slot': {0}.slot, 'title': {0}.title,"
        " 'capacity': {0}.capacity}}"
    )
    room.run(
        f"""
        INSERT INTO bookings_kept
        SELECT ?, flaw, {_rank("flaw")}, found.day, how, a, b,
            CASE WHEN found.o IS NULL THEN [] ELSE [{record.format("o")}] END,
            CASE WHEN found.t IS NULL THEN [] ELSE [{record.format("t")}] END, 0
        FROM {slots.FOUND} AS found LEFT JOIN bookings_ours_slots AS o ON found.o = o.g
        LEFT JOIN bookings_theirs_slots AS t ON found.t = t.g
        """,
        [source],
    )
    room.run(f"DELETE FROM {slots.FOUND}")


def _rank(column: str) -> str:
    names = ", ".join(f"'{each}'" for each in Flaw)
    return f"list_position([{names}], {column})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All that was found, in a database that has to stay open."""

    room: Room
    teller: Teller

    def counts(self) -> dict[Flaw, int]:
        """How many there are of each class that there is any of."""
        rows = self.room.all("SELECT flaw, count(*), rank FROM bookings_kept GROUP BY ALL ORDER BY rank")
        return {Flaw(flaw): count for flaw, count, _ in rows}

    def discrepancies(self) -> Iterator[Discrepancy]:
        """One by one, by day, class and record."""
        return self.teller.tell(self._rows())

    def _rows(self) -> Iterator[Row]:
        question = """
            SELECT source, flaw, day, how, a, b, ours, theirs, more FROM bookings_kept
            ORDER BY day, rank, coalesce(ours[1].place, theirs[1].place), theirs[1].place, source, how, ours, theirs
        """
        names = ("source", "flaw", "day", "how", "a", "b", "ours", "theirs", "more")
        for row in self.room.rows(question):
            said = dict(zip(names, row, strict=True))
            yield Row(**{**said, "flaw": Flaw(said["flaw"])})
