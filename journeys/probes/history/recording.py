"""One outcome into the tables, in one transaction: what became of it, the counts of its hour, and what is newest.

All that several outcomes may write at the same moment (names, hours, what is newest) is written in one order, so that
of two workers on PostgreSQL one waits for the other, and never each for the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from journeys.probes.database import inserting
from journeys.probes.history.counted import bound_of, hour_of
from journeys.probes.history.rows import Numbers, part_rows, run_row, storable
from journeys.probes.history.tables import (
    ARRIVAL_HOURS,
    ARRIVALS,
    DIAGNOSES,
    FACTS,
    HOURS,
    LATEST_DIAGNOSES,
    LATEST_READINGS,
    LATEST_RUNS,
    READINGS,
    RUNS,
    SURFACES,
)
from journeys.probes.outcome import Outcome

_Rows = list[dict[str, Any]]
_COUNTS: Final = {HOURS: HOURS.c.runs, ARRIVAL_HOURS: ARRIVAL_HOURS.c.arrivals}
_NEWEST_BY: Final = {
    LATEST_RUNS: LATEST_RUNS.c.due, LATEST_READINGS: LATEST_READINGS.c.at, LATEST_DIAGNOSES: LATEST_DIAGNOSES.c.at,
}  # fmt: skip


def record(connection: sa.Connection, outcome: Outcome) -> bool:
    """Write it down; False, and nothing is written, when one of its key is recorded already."""
    row = run_row(outcome)
    run = connection.scalar(_unless_there(connection.dialect.name, RUNS).returning(RUNS.c.id), row)
    if run is None:
        return False
    numbers = _numbers(connection, outcome)
    parts = part_rows(outcome, run, numbers)
    for table, rows in parts.items():
        connection.execute(table.insert(), rows)
    _count(connection, row, parts.get(ARRIVALS, []))
    _renew(connection, LATEST_RUNS, [{"probe": row["probe"], "run": run, "due": row["due"]}])
    _renew(connection, LATEST_READINGS, _newest(parts.get(READINGS, []), row["key"]))
    blamed = _blamed(parts.get(DIAGNOSES, []), numbers, row)
    _renew(connection, LATEST_DIAGNOSES, blamed)
    return True


def _numbers(connection: sa.Connection, outcome: Outcome) -> Numbers:
    """The numbers of the surfaces and facts that it tells of; new ones get one."""
    seen = [(each.surface, each.fact) for each in outcome.readings]
    seen += [(each.surface, each.fact) for each in outcome.arrivals]
    surfaces = {surface for surface, _ in seen} | {each.surface for each in outcome.diagnoses if each.surface}
    store = storable(outcome.store)
    return Numbers(
        surfaces=_numbered(connection, SURFACES, SURFACES.c.surface, surfaces, store=store),
        facts=_numbered(connection, FACTS, FACTS.c.fact, {fact for _, fact in seen}),
    )


def _numbered(
    connection: sa.Connection, table: sa.Table, text: sa.Column[Any], texts: Iterable[str], **of: str
) -> Mapping[str, int]:
    wanted = sorted(set(map(storable, texts)))
    if not wanted:
        return {}
    known = sa.select(text, table.c.id).where(text.in_(wanted), *(table.c[name] == each for name, each in of.items()))
    numbers = dict(connection.execute(known).all())
    missing: _Rows = [{text.name: each, **of} for each in wanted if each not in numbers]
    if missing:
        connection.execute(_unless_there(connection.dialect.name, table), missing)
        numbers = dict(connection.execute(known).all())
    return numbers


def _count(connection: sa.Connection, run: Mapping[str, Any], arrivals: Sequence[Mapping[str, Any]]) -> None:
    hour = {"probe": run["probe"], "start": hour_of(run["due"]), "state": run["state"], "runs": 1}
    _add(connection, HOURS, [hour])
    counted = Counter((each["surface"], hour_of(each["at"]), bound_of(each["high_s"])) for each in arrivals)
    names = ("surface", "start", "within_s")
    hours = [dict(zip(names, place, strict=True)) | {"arrivals": many} for place, many in sorted(counted.items())]
    _add(connection, ARRIVAL_HOURS, hours)


def _add(connection: sa.Connection, table: sa.Table, rows: _Rows) -> None:
    """Add to the counts that are there, or begin them."""
    if rows:
        connection.execute(_adding(connection.dialect.name, table), rows)


def _renew(connection: sa.Connection, table: sa.Table, rows: _Rows) -> None:
    """Put each row in the place of an older one."""
    if rows:
        connection.execute(_renewing(connection.dialect.name, table), rows)


# Statements are made once: that takes longer than to perform them.


@cache
def _unless_there(dialect: str, table: sa.Table) -> sa.Insert:
    return inserting(dialect, table).on_conflict_do_nothing()


@cache
def _adding(dialect: str, table: sa.Table) -> sa.Insert:
    new, count = inserting(dialect, table), _COUNTS[table]
    sums = {count.name: count + new.excluded[count.name]}
    return new.on_conflict_do_update(index_elements=list(table.primary_key), set_=sums)


@cache
def _renewing(dialect: str, table: sa.Table) -> sa.Insert:
    new, when = inserting(dialect, table), _NEWEST_BY[table]
    values = {column.name: new.excluded[column.name] for column in table.columns if not column.primary_key}
    newer = new.excluded[when.name] >= when
    return new.on_conflict_do_update(index_elements=list(table.primary_key), set_=values, where=newer)


def _newest(readings: Sequence[Mapping[str, Any]], key: str) -> _Rows:
    """Of each fact at each surface the newest reading; of several at one moment the last."""
    newest = {(each["surface"], each["fact"]): each for each in sorted(readings, key=lambda each: float(each["at"]))}
    names = ("surface", "fact", "at", "fresh", "value")
    return [{name: each[name] for name in names} | {"key": key} for _, each in sorted(newest.items())]


def _blamed(diagnoses: Sequence[Mapping[str, Any]], numbers: Numbers, run: Mapping[str, Any]) -> _Rows:
    """Of each surface the surest diagnosis, which comes first."""
    first = {each["surface"]: each for each in reversed(diagnoses) if each["surface"]}
    names = ("cause", "layers", "suspects", "confidence")
    told = {numbers.surfaces[surface]: {name: each[name] for name in names} for surface, each in first.items()}
    return [{"surface": at, **each, "at": run["ended"], "key": run["key"]} for at, each in sorted(told.items())]
