"""Which record of one side is which of the other: step by step, each only where a key is unique on both sides.

A step takes what the steps before it have left. No step chooses between two candidates, so that neither the order of
records nor the number of threads can change what is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from journeys.audit.bookings.sides import Room, number

PAIRS: Final = "bookings_pairs"


class Clocks(Enum):
    """Which offsets a start is tried with, as SQL; ``c`` are the clocks at that moment."""

    RIGHT = ""
    OWN = "l.starts - c.own, l.starts + c.own"
    ANY = (
        "l.starts - c.own, l.starts - c.before, l.starts - c.after,"
        " l.starts + c.own, l.starts + c.before, l.starts + c.after, l.starts + c.own - c.before,"
        " l.starts - c.own + c.before, l.starts + c.own - c.after, l.starts - c.own + c.after"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rule: the keys that have to be equal, whose records it is for, and what a pair has to fulfil besides.

    ``o`` and ``t`` are groups of the store and of the other side. ``clocks``: the other side's start is also ``tried``
    as it would be, had its writer confused UTC and local time: by the offset of that moment, or by any near it.
    """

    says: str
    ours: str
    theirs: str
    only_ours: str = "standing"
    only_theirs: str = "standing"
    besides: str = "TRUE"
    clocks: Clocks = Clocks.RIGHT


_CODED: Final = "standing AND code IS NOT NULL"
_CANCELLED: Final = "NOT standing AND code IS NOT NULL"
_EITHER_SLOT: Final = "(o.slot IS NULL OR t.slot IS NULL)"
_EITHER_CODE: Final = "(o.code IS NULL OR t.code IS NULL)"

BY_CODE: Final = (
    Step(
        says="order, slot and start",
        ours="code, slot, starts",
        theirs="code, slot, starts",
        only_ours=f"{_CODED} AND slot IS NOT NULL",
        only_theirs=f"{_CODED} AND slot IS NOT NULL",
    ),
    Step(
        says="order and start",
        ours="code, starts",
        theirs="code, starts",
        only_ours=_CODED,
        only_theirs=_CODED,
        besides=_EITHER_SLOT,
    ),
    Step(
        says="order and day",
        ours="code, date",
        theirs="code, date",
        only_ours=_CODED,
        only_theirs=f"{_CODED} AND dated",
        besides=f"({_EITHER_SLOT} OR o.slot = t.slot)",
    ),
    Step(
        says="order and slot",
        ours="code, slot",
        theirs="code, slot",
        only_ours=f"{_CODED} AND slot IS NOT NULL",
        only_theirs=f"{_CODED} AND slot IS NOT NULL",
    ),
)
KEPT: Final = (
    Step(
        says="cancelled order, slot and start",
        ours="code, slot, starts",
        theirs="code, slot, starts",
        only_ours=f"{_CANCELLED} AND slot IS NOT NULL",
        only_theirs=f"{_CODED} AND slot IS NOT NULL",
    ),
    Step(
        says="cancelled order and start",
        ours="code, starts",
        theirs="code, starts",
        only_ours=_CANCELLED,
        only_theirs=_CODED,
        besides=_EITHER_SLOT,
    ),
    Step(
        says="cancelled order and slot",
        ours="code, slot",
        theirs="code, slot",
        only_ours=f"{_CANCELLED} AND slot IS NOT NULL",
        only_theirs=f"{_CODED} AND slot IS NOT NULL",
    ),
)
BY_CODE_ALONE: Final = (
    Step(says="order", ours="code", theirs="code", only_ours=_CODED, only_theirs=_CODED),
    Step(
        says="order and start, in another slot",
        ours="code, starts",
        theirs="code, starts",
        only_ours=_CODED,
        only_theirs=_CODED,
    ),
    *(
        Step(
            says="order, an offset away",
            ours="code, starts",
            theirs="code, tried",
            only_ours=_CODED,
            only_theirs=_CODED,
            besides=f"({_EITHER_SLOT} OR o.slot = t.slot)",
            clocks=clocks,
        )
        for clocks in (Clocks.OWN, Clocks.ANY)
    ),
)


def without_code(*, whole: bool, places: bool, titles: bool) -> tuple[Step, ...]:
    """For records of which one names no order, or of ``whole`` slots: by start, by slot or title, and by places.

    Titles are left out where both sides have other words for the same, ``places`` where one side does not say them.
    """
    words = f"{'slot' if whole else 'slot and places' if places else 'slot'}"
    number, called = ", n" if places else "", "called, " if titles else ""
    title = words.replace("slot", "title" if titles else "no title")
    named, either = "standing AND slot IS NOT NULL", "TRUE" if whole else _EITHER_CODE
    untold = f"{either} AND {_EITHER_SLOT}"

    def by_slot(says: str, ours: str, theirs: str, dated: str = "", clocks: Clocks = Clocks.RIGHT) -> Step:
        return Step(
            says=f"{words}{says}",
            ours=f"slot{ours}{number}",
            theirs=f"slot{theirs}{number}",
            only_ours=named,
            only_theirs=f"{named}{dated}",
            besides=either,
            clocks=clocks,
        )

    def by_title(says: str, ours: str, theirs: str, dated: str = "", clocks: Clocks = Clocks.RIGHT) -> Step:
        return Step(
            says=f"{title}{says}",
            ours=f"{called}{ours}{number}",
            theirs=f"{called}{theirs}{number}",
            only_theirs=f"standing{dated}",
            besides=untold,
            clocks=clocks,
        )

    away = " and a start that is an offset away"
    return (
        by_slot(" and start", ", starts", ", starts"),
        by_slot(" and day", ", date", ", date", " AND dated"),
        by_title(" and start", "starts", "starts"),
        by_title(" and day", "date", "date", " AND dated"),
        by_slot(away, ", starts", ", tried", clocks=Clocks.OWN),
        by_title(away, "starts", "tried", clocks=Clocks.OWN),
        by_slot(away, ", starts", ", tried", clocks=Clocks.ANY),
        by_title(away, "starts", "tried", clocks=Clocks.ANY),
        by_slot("", "", ""),
    )


def kept_without_code(*, places: bool, titles: bool) -> tuple[Step, ...]:
    """What one side has cancelled and the other, which names no order, still has.

    Not where something that stands could be it as well.
    """
    number, called = ", n" if places else "", "called, " if titles else ""
    return (
        Step(
            says="cancelled slot and start",
            ours=f"slot, starts{number}",
            theirs=f"slot, starts{number}",
            only_ours="slot IS NOT NULL",
            only_theirs="standing AND slot IS NOT NULL",
            besides=f"NOT o.standing AND {_EITHER_CODE}",
        ),
        Step(
            says="cancelled title and start",
            ours=f"{called}starts{number}",
            theirs=f"{called}starts{number}",
            only_ours="TRUE",
            besides=f"NOT o.standing AND {_EITHER_CODE} AND {_EITHER_SLOT}",
        ),
    )


def begin(room: Room) -> None:
    """Nothing is paired, all is left."""
    room.run(f"CREATE OR REPLACE TEMP TABLE {PAIRS} (o BIGINT, t BIGINT, rule VARCHAR)")
    for side in ("ours", "theirs"):
        room.run(f"CREATE OR REPLACE TEMP TABLE bookings_{side}_left AS SELECT * FROM bookings_{side}_groups")


def take(room: Room, step: Step) -> int:
    """Pair what this step can pair; how many pairs that were."""
    room.run(f"CREATE OR REPLACE TEMP TABLE bookings_new AS {_question(step)}")
    found = number(room, "SELECT count(*) FROM bookings_new")
    if found:
        room.run(f"INSERT INTO {PAIRS} SELECT o, t, ? FROM bookings_new", [step.says])
        _leave(room, "ours", "o")
        _leave(room, "theirs", "t")
    return found


def _leave(room: Room, side: str, column: str) -> None:
    """Only what is in no pair is left for the next step."""
    room.run(
        f"CREATE OR REPLACE TEMP TABLE bookings_rest AS SELECT l.* FROM bookings_{side}_left AS l"
        f" ANTI JOIN bookings_new AS new ON l.g = new.{column}"
    )
    room.run(f"DROP TABLE bookings_{side}_left")
    room.run(f"ALTER TABLE bookings_rest RENAME TO bookings_{side}_left")


def _question(step: Step) -> str:
    """The pairs of groups whose keys are equal, and unique on both sides."""
    equal = " AND ".join(
        f"o.{one} = t.{other}" for one, other in zip(step.ours.split(", "), step.theirs.split(", "), strict=True)
    )
    return f"""
        WITH o AS ({_unique("bookings_ours_left", step.ours, step.only_ours)}),
        t AS ({_unique(_tried(step.clocks), step.theirs, step.only_theirs)})
        SELECT o.g AS o, t.g AS t FROM o JOIN t ON {equal} WHERE {step.besides}
        QUALIFY count(*) OVER (PARTITION BY o.g) = 1 AND count(*) OVER (PARTITION BY t.g) = 1
    """


def _unique(table: str, keys: str, only: str) -> str:
    known = keys.split(", ")
    others = "".join(
        f", any_value({each}) AS {each}" for each in ("g", "code", "slot", "standing") if each not in known
    )
    return f"SELECT {keys}{others} FROM {table} WHERE {only} GROUP BY {keys} HAVING count(*) = 1"


def _tried(clocks: Clocks) -> str:
    if clocks is Clocks.RIGHT:
        return "bookings_theirs_left"
    return f"""(
        SELECT DISTINCT l.g, l.code, l.slot, l.called, l.n, l.standing, unnest([{clocks.value}]) AS tried
        FROM bookings_theirs_left AS l ASOF JOIN bookings_clocks AS c ON l.starts >= c.begins WHERE NOT l.dated
    )"""
