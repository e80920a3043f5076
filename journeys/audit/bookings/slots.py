"""What is wrong with slots: more booked than they hold, another number of places than declared, another timetable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from journeys.audit.bookings.clocks import hours
from journeys.audit.bookings.sides import Room, keep_table
from journeys.audit.model import Flaw

FOUND: Final = "bookings_slots_found"
"""One row per discrepancy: ``o`` is a slot of the store, ``t`` one of the other side."""

_TAKEN: Final = """
CREATE OR REPLACE TEMP TABLE bookings_taken AS
WITH named AS (
    SELECT slot, sum(places)::BIGINT AS n FROM bookings_ours WHERE standing AND slot IS NOT NULL GROUP BY slot
), unnamed AS (
    SELECT starts, called, sum(places)::BIGINT AS n FROM bookings_ours WHERE standing AND slot IS NULL
    GROUP BY starts, called
)
SELECT s.g, s.day, s.inside, s.capacity, coalesce(named.n, 0) + coalesce(unnamed.n, 0) AS n
FROM bookings_ours_slots AS s LEFT JOIN named ON s.slot = named.slot
LEFT JOIN unnamed ON s.starts = unnamed.starts AND s.called IS NOT DISTINCT FROM unnamed.called
"""
_TIMETABLE: Final = """
CREATE OR REPLACE TEMP TABLE bookings_timetable AS
SELECT DISTINCT starts, called FROM (
    SELECT starts, called FROM bookings_ours_slots UNION ALL SELECT starts, called FROM bookings_ours
)
"""


def begin(room: Room) -> None:
    """When the store's slots start, and how many places of each are taken; nothing is found."""
    room.run(
        f"CREATE OR REPLACE TEMP TABLE {FOUND}"
        " (flaw VARCHAR, day DATE, how VARCHAR, a BIGINT, b BIGINT, o BIGINT, t BIGINT)"
    )
    room.run(_TIMETABLE)
    room.run(_TAKEN)


def judge_own(room: Room, capacities: Mapping[str, int]) -> None:
    """Slots of the store that hold more than they can, and those whose capacity is not the declared one."""
    over = "'', n, capacity, g, NULL FROM bookings_taken WHERE inside AND n > capacity"
    _find(room, Flaw.OVERBOOKED, over)
    if not capacities:
        return
    declared = pa.table({"name": [*capacities], "places": pa.array([*capacities.values()], pa.int64())})
    keep_table(room, "bookings_declared", declared)
    _find(room, Flaw.CAPACITY, f"'declared', capacity, places, g, NULL FROM ({_DECLARED}) WHERE inside")


_DECLARED: Final = """
SELECT s.*, coalesce(by_slot.places, by_title.places) AS places FROM bookings_ours_slots AS s
LEFT JOIN bookings_declared AS by_slot ON s.slot = by_slot.name
LEFT JOIN bookings_declared AS by_title ON s.title = by_title.name
WHERE coalesce(by_slot.places, by_title.places) <> coalesce(s.capacity, -1)
"""


def judge_other(room: Room) -> None:
    """Slots of the store against those of another source: by key where both know it, else by start and title."""
    room.run("CREATE OR REPLACE TEMP TABLE bookings_slot_pairs (o BIGINT, t BIGINT)")
    _pair(room, "slot")
    _pair(room, "starts, called")
    _find(
        room,
        Flaw.CAPACITY,
        "'other', o.capacity, t.capacity, o.g, t.g FROM bookings_slot_pairs AS p"
        " JOIN bookings_ours_slots AS o ON p.o = o.g JOIN bookings_theirs_slots AS t ON p.t = t.g"
        " WHERE (o.inside OR t.inside) AND o.capacity <> t.capacity",
        day="o.day",
    )
    for flaw, test in ((Flaw.WRONG_HOUR, "IS NOT NULL"), (Flaw.MOVED, "IS NULL")):
        how = "hour" if flaw is Flaw.WRONG_HOUR else "'slot itself'"
        _find(room, flaw, f"{how}, t_starts - o_starts, 0, o, t FROM ({_SHIFTED}) WHERE hour {test}")
    there, here = (
        f"FROM bookings_{side}_slots AS s WHERE inside AND g NOT IN (SELECT {side[0]} FROM bookings_slot_pairs)"
        for side in ("ours", "theirs")
    )
    again = "s.slot IN (SELECT k.slot FROM bookings_theirs_slots AS k SEMI JOIN bookings_slot_pairs AS q ON k.g = q.t)"
    _find(room, Flaw.MISSING_THERE, f"'slot', 0, 0, s.g, NULL {there}")
    _find(room, Flaw.DUPLICATE, f"'slot', 0, 0, NULL, s.g {here} AND {again}")
    _find(room, Flaw.MISSING_HERE, f"'slot', 0, 0, NULL, s.g {here} AND NOT ({again})")


_SHIFTED: Final = f"""
SELECT o.g AS o, t.g AS t, CASE WHEN o.inside THEN o.day ELSE t.day END AS day, o.starts AS o_starts,
    t.starts AS t_starts, {hours("o.starts", "t.starts")} AS hour
FROM bookings_slot_pairs AS p
JOIN bookings_ours_slots AS o ON p.o = o.g
JOIN bookings_theirs_slots AS t ON p.t = t.g
ASOF JOIN bookings_clocks AS oc ON o.starts >= oc.begins
ASOF JOIN bookings_clocks AS tc ON t.starts >= tc.begins
WHERE (o.inside OR t.inside) AND o.starts <> t.starts
"""


def _pair(room: Room, keys: str) -> None:
    """Those with equal keys, the first of each where several records have them: the others are one too many."""
    sides = {
        side: f"SELECT {keys}, arg_min(g, place) AS g FROM bookings_{side}_slots"
        f" WHERE g NOT IN (SELECT {side[0]} FROM bookings_slot_pairs) GROUP BY {keys}"
        for side in ("ours", "theirs")
    }
    room.run(
        f"INSERT INTO bookings_slot_pairs SELECT ours.g, theirs.g FROM ({sides['ours']}) AS ours"
        f" JOIN ({sides['theirs']}) AS theirs USING ({keys})"
    )


def _find(room: Room, flaw: Flaw, what: str, day: str = "day") -> None:
    room.run(f"INSERT INTO {FOUND} SELECT '{flaw}', {day}, {what}")
