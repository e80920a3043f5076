"""Where discrepancies are kept as they are found, and how they are given out one by one in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from journeys.audit.engine import Room
from journeys.audit.model import Discrepancy, Flaw, Item, Kind
from journeys.audit.sales.causes import Line, Situation, words
from journeys.model import Money

SHOWN: Final = 10
"""How many records of one side a discrepancy names at most."""
_FLAWS: Final = (*Flaw,)
_KINDS: Final = (*Kind,)


def make_found(room: Room) -> None:
    """The table of discrepancies: which class, which situation, which records."""
    room.run(
        "CREATE TABLE found (flaw TINYINT, note VARCHAR, day DATE, currency VARCHAR, amount HUGEINT, ours BIGINT[],"
        " theirs BIGINT[], n_ours BIGINT, n_theirs BIGINT, more VARCHAR)"
    )


def add(room: Room, flaw: Flaw, note: str, query: str) -> None:
    """Keep what a query finds: day, currency, amount, ours, theirs, n_ours, n_theirs, more."""
    room.run(
        f"INSERT INTO found SELECT {_FLAWS.index(flaw)}, '{note}', day, currency, amount, ours, theirs, n_ours,"
        f" n_theirs, more FROM ({query})"
    )


LISTED: Final = f"list(r.id ORDER BY r.day, r.moment, r.source, r.place, r.kind, r.amount)[:{SHOWN}]"
"""The SQL of the first of a group of records ``r``."""


def keep_items(room: Room) -> None:
    """Keep the named records apart, so that giving them out does not go through all."""
    room.run(
        "CREATE TABLE items AS SELECT * FROM records WHERE id IN"
        " (SELECT unnest(ours) FROM found UNION ALL SELECT unnest(theirs) FROM found)"
    )


def counts(room: Room) -> tuple[Mapping[Flaw, int], Mapping[tuple[Flaw, str], int]]:
    """How many of each class, and the sums of their amounts by class and currency."""
    rows = room.all("SELECT flaw, currency, count(*), sum(amount) FROM found GROUP BY ALL ORDER BY ALL")
    flaws: dict[Flaw, int] = {}
    money: dict[tuple[Flaw, str], int] = {}
    for flaw, currency, count, amount in rows:
        which = _FLAWS[flaw]
        flaws[which] = flaws.get(which, 0) + count
        if currency:
            money[which, currency] = int(amount)
    return flaws, money


def give(room: Room, names: Sequence[str], situation: Situation) -> Callable[[], Iterator[Discrepancy]]:
    """What gives the discrepancies, by day, class and record, as often as it is called."""

    def each() -> Iterator[Discrepancy]:
        for row in room.rows(_GIVE):
            yield _discrepancy(row, names, situation)

    return each


ITEMS: Final = """list({source: i.source, place: i.place, kind: i.kind, amount: i.amount,
        currency: i.currency, day: i.day, moment: i.moment, key: i.key, bundle: i.bundle, text: i.text,
        written: i.written} ORDER BY i.source, i.day, i.moment, i.place, i.kind, i.amount)"""
"""The SQL of all that is told of records ``i``, in their order."""


def _side(side: str) -> str:
    return f"""SELECT f.rowid AS nr, {ITEMS} AS items
        FROM (SELECT rowid, unnest({side}) AS id FROM found) f JOIN items i USING (id) GROUP BY f.rowid"""


_GIVE: Final = f"""
    SELECT flaw, note, day, f.currency, amount, o.items, t.items, n_ours, n_theirs, more
    FROM (SELECT rowid AS nr, * FROM found) f LEFT JOIN ({_side("ours")}) o USING (nr)
    LEFT JOIN ({_side("theirs")}) t USING (nr)
    ORDER BY day, flaw, coalesce(o.items[1].key, t.items[1].key), coalesce(o.items[1].place, t.items[1].place),
        o.items, t.items, note, amount"""


def _discrepancy(row: tuple[Any, ...], names: Sequence[str], situation: Situation) -> Discrepancy:
    flaw, note, day, currency, amount, ours, theirs, n_ours, n_theirs, more = row
    money = None if amount is None else Money(minor=int(amount), currency=currency)
    sides = [tuple(_line(each, names) for each in side or ()) for side in (ours, theirs)]
    said = words(note, sides[0], sides[1], (n_ours, n_theirs), money, more or "", situation)
    return Discrepancy(
        flaw=_FLAWS[flaw],
        day=day,
        ours=tuple(_item(line) for line in sides[0]),
        theirs=tuple(_item(line) for line in sides[1]),
        explanation=said.explanation,
        cause=said.cause,
        why=said.why,
        amount=money,
    )


def items(rows: Sequence[Mapping[str, Any]] | None, names: Sequence[str]) -> tuple[Item, ...]:
    """The records of one side, as they are named."""
    return tuple(_item(_line(row, names)) for row in rows or ())


def _line(row: Mapping[str, Any], names: Sequence[str]) -> Line:
    return Line(
        source=names[row["source"]],
        place=row["place"],
        kind=_KINDS[row["kind"]],
        amount=Money(minor=row["amount"], currency=row["currency"]),
        day=row["day"],
        at=row["moment"],
        reference=row["key"] or "",
        bundle=row["bundle"] or "",
        text=row["text"] or "",
        written=row["written"],
    )


def _item(line: Line) -> Item:
    named = line.reference or line.bundle
    says = " ".join(filter(None, (line.kind.value, named, f"“{line.text}”" if line.text else "")))
    moment = f"{line.at.isoformat(timespec='seconds')}Z" if line.at is not None else line.day.isoformat()
    return Item(
        source=line.source,
        place=line.place,
        says=says,
        reference=line.reference,
        amount=line.amount,
        moment=moment,
    )
