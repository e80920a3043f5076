"""How the other side writes bookings down, found out from its records where it was not declared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from journeys.audit.bookings.pairing import PAIRS
from journeys.audit.bookings.rules import Shape
from journeys.audit.bookings.sides import Room, number

_NEARLY_ALL: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What the other side's records are like.

    ``declared``: its shape is not to be found out. ``coded``: there are records with order numbers on both sides;
    ``bare``: there are some without on either. ``places``: it says how many places a record takes. ``titles``: its
    titles are those of the store.
    """

    shape: Shape
    declared: bool
    coded: bool
    bare: bool
    places: bool
    titles: bool


def look(room: Room, declared: Shape | None) -> Looks:
    """What ``bookings_theirs`` are like beside ``bookings_ours``; records of whole slots name no orders."""
    theirs, ours = (_counted(room, f"bookings_{side}") for side in ("theirs", "ours"))
    titles = number(
        room,
        "SELECT count(*) FILTER (called IN (SELECT called FROM bookings_timetable)) * 2 > count(*)"
        " FROM (SELECT DISTINCT called FROM bookings_theirs WHERE called IS NOT NULL)",
    )
    shape = declared or Shape.BOOKING
    if declared is None and not theirs["coded"] and _by_slot(room, bool(titles)):
        shape = Shape.SLOT
    return Looks(
        shape=shape,
        declared=declared is not None,
        coded=bool(theirs["coded"] and ours["coded"]),
        bare=theirs["coded"] < theirs["all"] or ours["coded"] < ours["all"],
        places=bool(theirs["said"]),
        titles=bool(titles),
    )


def counted(room: Room, looks: Looks) -> Looks:
    """Whether it writes each place by itself: where several were booked there are as many records rather than one."""
    if looks.declared or looks.places or looks.shape is not Shape.BOOKING:
        return looks
    question = f"""
        SELECT count(*) FILTER (t.k = o.n) > count(*) FILTER (t.k = 1)
        FROM {PAIRS} AS p JOIN bookings_ours_groups AS o ON p.o = o.g JOIN bookings_theirs_groups AS t ON p.t = t.g
        WHERE o.standing AND o.n > 1
    """
    return replace(looks, shape=Shape.PLACE) if number(room, question) else looks


def _counted(room: Room, table: str) -> dict[str, int]:
    (row,) = room.all(f"SELECT count(*), count(code), count(*) FILTER (places > 0) FROM {table}")
    return dict(zip(("all", "coded", "said"), row, strict=True))


def _by_slot(room: Room, titles: bool) -> bool:
    """One record for nearly every slot there, and more than one here, whose places mostly add up to its own."""
    key = f"coalesce(slot, starts::VARCHAR{' || called' if titles else ''})"
    each = f"SELECT {key} AS key, count(*) AS k, sum(places) AS n FROM bookings_{{}} WHERE standing GROUP BY key"
    ((there, here, adds_up),) = room.all(
        f"""
        WITH theirs AS ({each.format("theirs")}), ours AS ({each.format("ours")})
        SELECT (SELECT count(*) / sum(k) FROM theirs), (SELECT count(*) / sum(k) FROM ours),
            (SELECT count(*) FILTER (theirs.n IN (ours.n, 0)) * 2 > count(*) FROM theirs JOIN ours USING (key)
                WHERE ours.k > 1)
        """
    )
    return bool(there and here and there >= _NEARLY_ALL and there > here and adds_up)
