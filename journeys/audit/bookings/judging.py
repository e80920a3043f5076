"""What is wrong with each pair, and with what is in no pair."""

from __future__ import annotations

from typing import Final

from journeys.audit.bookings.clocks import hours
from journeys.audit.bookings.pairing import PAIRS
from journeys.audit.bookings.rules import Shape
from journeys.audit.bookings.sides import Room
from journeys.audit.model import Flaw

FOUND: Final = "bookings_found"
"""One row per discrepancy with one source: ``how`` is which case of its class it is, ``a`` and ``b`` its numbers."""


def begin(room: Room) -> None:
    """Nothing is found; the groups that a discrepancy names stand beside it."""
    room.run("CREATE OR REPLACE TEMP SEQUENCE bookings_next")
    room.run(
        f"CREATE OR REPLACE TEMP TABLE {FOUND}"
        " (f BIGINT, flaw VARCHAR, day DATE, how VARCHAR, a BIGINT, b BIGINT, o BIGINT, t BIGINT)"
    )
    room.run("CREATE OR REPLACE TEMP TABLE bookings_named (f BIGINT, side VARCHAR, g BIGINT)")


_COMPARED: Final = """
CREATE OR REPLACE TEMP TABLE bookings_compared AS
SELECT p.o, p.t, p.rule, o.standing, o.starts AS o_starts, t.starts AS t_starts, o.slot AS o_slot, t.slot AS t_slot,
    o.called AS o_called, t.called AS t_called, o.code, t.dated, o.date AS o_date, t.date AS t_date,
    o.k AS o_k, t.k AS t_k, o.n, o.least AS o_least, o.most AS o_most, t.least AS t_least, t.most AS t_most,
    CASE WHEN t.most > 0 THEN t.n WHEN {each_place} THEN t.k ELSE o.n * t.k END AS says,
    CASE WHEN o.inside THEN o.day ELSE t.day END AS day
FROM {pairs} AS p JOIN bookings_ours_groups AS o ON p.o = o.g JOIN bookings_theirs_groups AS t ON p.t = t.g
WHERE (o.inside OR t.inside) AND {settled} AND (NOT o.standing
    OR CASE WHEN t.dated THEN o.date <> t.date ELSE o.starts <> t.starts END
    OR o.slot <> t.slot OR o.called <> t.called OR t.n <> o.n)
"""
_PLACED: Final = """
CREATE OR REPLACE TEMP TABLE bookings_placed AS
SELECT c.*, CASE WHEN NOT c.dated AND coalesce(c.o_slot = c.t_slot, TRUE) THEN {hours} END AS hour
FROM bookings_compared AS c
ASOF JOIN bookings_clocks AS oc ON c.o_starts >= oc.begins
ASOF JOIN bookings_clocks AS tc ON c.t_starts >= tc.begins
WHERE standing AND CASE WHEN dated THEN o_date <> t_date ELSE o_starts <> t_starts END
"""
_SLOT_THERE: Final = """
(c.t_slot IS NULL AND EXISTS (
    SELECT 1 FROM bookings_timetable AS s WHERE s.starts = c.t_starts AND s.called IS NOT DISTINCT FROM c.o_called))
"""


def judge_pairs(room: Room, *, shape: Shape, titles: bool, before: int | None = None) -> None:
    """Another slot or start, another number of places, and what one side has cancelled."""
    each_place = "TRUE" if shape is Shape.PLACE else "FALSE"
    room.run(_COMPARED.format(pairs=PAIRS, each_place=each_place, settled=_settled("o.made", before)))
    room.run(_PLACED.format(hours=hours("c.o_starts", "c.t_starts", unless=_SLOT_THERE)))
    _find(
        room,
        Flaw.CANCELLED_BUT_KEPT,
        "FROM bookings_compared WHERE NOT standing",
        how="''",
        a="greatest(says, 1)",
    )
    _find(room, Flaw.WRONG_HOUR, "FROM bookings_placed WHERE hour IS NOT NULL", how="hour", a=_BY)
    moved = "CASE WHEN o_slot <> t_slot THEN 'slot and start' ELSE 'start' END"
    _find(room, Flaw.MOVED, "FROM bookings_placed WHERE hour IS NULL", how=moved, a=_BY)
    elsewhere = "o_slot <> t_slot" + (f" OR {_OTHER_TITLE}" if titles else "")
    same_start = "CASE WHEN dated THEN o_date = t_date ELSE o_starts = t_starts END"
    _find(
        room,
        Flaw.MOVED,
        f"FROM bookings_compared WHERE standing AND {same_start} AND ({elsewhere})",
        how="'slot'",
    )
    _judge_places(room, whole=shape is Shape.SLOT)


_BY: Final = "t_starts - o_starts"
_OTHER_TITLE: Final = """
((o_slot IS NULL OR t_slot IS NULL) AND o_called <> t_called
    AND t_called IN (SELECT called FROM bookings_timetable))
"""


def _judge_places(room: Room, *, whole: bool) -> None:
    few = "FROM bookings_compared WHERE standing AND says < n"
    many = "FROM bookings_compared WHERE standing AND says > n"
    partly = _PARTLY.format(fits=">=" if whole else "=")
    unsaid = " AND t_most > 0" if whole else ""
    here = "(o_k > 1 AND o_least = o_most AND t_k = 1 AND says = o_least)" if not whole else "FALSE"
    copied = "(t_k > 1 AND t_least = t_most)" if not whole else "t_k > 1"
    _find(room, Flaw.DUPLICATE, f"{few} AND {here}", how="'here'", a="o_k - 1")
    _find(room, Flaw.MISSING_THERE, f"{few}{unsaid} AND NOT {here}", how="'places'", a="n - says", b="n")
    _find(room, Flaw.CANCELLED_BUT_KEPT, f"{many} AND {partly}", how="'places'", a="says - n", b="n")
    _find(room, Flaw.DUPLICATE, f"{many} AND NOT {partly} AND {copied}", how="'there'", a="says - n", b="n")
    rest = f"{many}{unsaid} AND NOT {partly} AND NOT {copied}"
    _find(room, Flaw.MISSING_HERE, rest, how="'places'", a="says - n", b="n")


_PARTLY: Final = """
EXISTS (
    SELECT 1 FROM bookings_ours_groups AS gone
    WHERE NOT gone.standing AND gone.code IS NOT DISTINCT FROM bookings_compared.code
        AND coalesce(gone.slot = o_slot, gone.starts = o_starts AND gone.called IS NOT DISTINCT FROM o_called)
        AND gone.n {fits} says - bookings_compared.n
)
"""


def judge_rest(room: Room, *, places: bool, titles: bool, before: int | None = None) -> None:
    """What is in no pair: ambiguous where both sides have something of the same left, else missing, or one too many."""
    _ambiguous(room, "code", how="order")
    words = f"{'called' if titles else 'NULL'}, {'n::VARCHAR' if places else 'NULL'}"
    _ambiguous(room, f"[starts::VARCHAR, {words}]", how="alike")
    ours, theirs = (_unnamed(side, before) for side in ("ours", "theirs"))
    stands = "SELECT code FROM bookings_ours_groups WHERE standing AND code IS NOT NULL"
    known = "SELECT code FROM bookings_ours_groups WHERE code IS NOT NULL"
    cases = (
        (Flaw.MISSING_THERE, ours, _CANCELLED_THERE, "n"),
        (Flaw.DUPLICATE, f"{theirs} AND code IN ({stands})", "'elsewhere'", "k"),
        (
            Flaw.CANCELLED_BUT_KEPT,
            f"{theirs} AND code IN ({known}) AND code NOT IN ({stands})",
            "'elsewhere'",
            "greatest(n, 1)",
        ),
        (Flaw.MISSING_HERE, f"{theirs} AND code IS NOT NULL AND code NOT IN ({known})", "'order'", "n"),
        (Flaw.MISSING_HERE, f"{theirs} AND code IS NULL", "'no order'", "n"),
    )
    for flaw, where, how, a in cases:
        o, t = ("g", "NULL::BIGINT") if where is ours else ("NULL::BIGINT", "g")
        _find(room, flaw, where, how=how, a=a, o=o, t=t)
    _name_others(room)


def _unnamed(side: str, before: int | None) -> str:
    """What is left of a side, lies in the period and is not part of what is ambiguous."""
    return (
        f"FROM bookings_{side}_left WHERE standing AND inside AND {_settled('made', before)}"
        f" AND g NOT IN (SELECT g FROM bookings_named WHERE side = '{side}')"
    )


def _settled(made: str, before: int | None) -> str:
    """Whether it was made long enough ago to be judged; ``before`` in microseconds."""
    return "TRUE" if before is None else f"coalesce({made} < {before}, TRUE)"


_CANCELLED_THERE: Final = """
CASE WHEN code IN (SELECT code FROM bookings_theirs_groups WHERE NOT standing AND code IS NOT NULL)
    THEN 'cancelled there' ELSE '' END
"""
_BESIDE: Final = (
    (Flaw.DUPLICATE, "elsewhere", "theirs", "ours", "other.standing"),
    (Flaw.CANCELLED_BUT_KEPT, "elsewhere", "theirs", "ours", "NOT other.standing"),
    (Flaw.CANCELLED_BUT_KEPT, "places", "ours", "ours", "NOT other.standing"),
    (Flaw.MISSING_THERE, "cancelled there", "ours", "theirs", "NOT other.standing"),
)
"""Of which cases other records of the same order are named as well: those of which side."""


def _name_others(room: Room) -> None:
    for flaw, how, own, side, only in _BESIDE:
        room.run(
            f"""
            INSERT INTO bookings_named SELECT found.f, '{side}', other.g
            FROM {FOUND} AS found JOIN bookings_{own}_groups AS own ON found.{own[0]} = own.g
            JOIN bookings_{side}_groups AS other ON own.code = other.code
            WHERE found.flaw = '{flaw}' AND found.how = '{how}' AND {only}
            """
        )


def _ambiguous(room: Room, key: str, *, how: str) -> None:
    """One discrepancy for all that is left on both sides with the same key; nothing is claimed of any of them.

    Alike are only records of which one names no order: two different orders are never the same booking.
    """
    for side in ("ours", "theirs"):
        room.run(
            f"CREATE OR REPLACE TEMP TABLE bookings_unclear_{side} AS"
            f" SELECT {key} AS key, g, code IS NULL AS bare, day, inside FROM bookings_{side}_left"
            f" WHERE standing AND ({key}) IS NOT NULL AND g NOT IN (SELECT g FROM bookings_named WHERE side = '{side}')"
        )
    each = "SELECT key, count(*) AS k, count(*) FILTER (bare) AS bare, min(day) AS day, bool_or(inside) AS inside"
    room.run(
        f"""
        CREATE OR REPLACE TEMP TABLE bookings_unclear AS
        WITH o AS ({each} FROM bookings_unclear_ours GROUP BY key),
        t AS ({each} FROM bookings_unclear_theirs GROUP BY key)
        SELECT nextval('bookings_next') AS f, key, CASE WHEN o.inside THEN o.day ELSE t.day END AS day,
            CASE WHEN t.bare > 0 OR '{how}' = 'order' THEN o.k ELSE o.bare END AS a,
            CASE WHEN o.bare > 0 OR '{how}' = 'order' THEN t.k ELSE t.bare END AS b,
            t.bare > 0 OR '{how}' = 'order' AS all_ours, o.bare > 0 OR '{how}' = 'order' AS all_theirs
        FROM o JOIN t USING (key)
        WHERE (o.inside OR t.inside) AND (o.bare > 0 OR t.bare > 0 OR '{how}' = 'order')
        """
    )
    room.run(f"INSERT INTO {FOUND} SELECT f, '{Flaw.AMBIGUOUS}', day, '{how}', a, b, NULL, NULL FROM bookings_unclear")
    for side in ("ours", "theirs"):
        room.run(
            f"INSERT INTO bookings_named SELECT u.f, '{side}', l.g FROM bookings_unclear_{side} AS l"
            f" JOIN bookings_unclear AS u USING (key) WHERE l.bare OR u.all_{side}"
        )


def _find(
    room: Room,
    flaw: Flaw,
    where: str,
    *,
    how: str,
    a: str = "0",
    b: str = "0",
    o: str = "o",
    t: str = "t",
) -> None:
    room.run(f"INSERT INTO {FOUND} SELECT nextval('bookings_next'), '{flaw}', day, {how}, {a}, {b}, {o}, {t} {where}")
