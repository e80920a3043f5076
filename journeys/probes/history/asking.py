"""What the history is asked: each question takes as long as its answer, however much is kept.

Ticks are looked for state by state, because each index has the state before the time: the few failed runs among very
many that passed are found as quickly as the newest ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Final

import sqlalchemy as sa

from journeys.probes.history.counted import BOUNDS_S, ArrivalHour, Hour, SurfaceNow, hour_of
from journeys.probes.history.rows import Row, arrival_of, outcome_of
from journeys.probes.history.tables import (
    ARRIVAL_HOURS,
    ARRIVALS,
    FACTS,
    HOURS,
    ISOLATIONS,
    LATEST_DIAGNOSES,
    LATEST_READINGS,
    LATEST_RUNS,
    PARTS,
    READINGS,
    RUNS,
    SURFACES,
)
from journeys.probes.outcome import Arrival, Outcome, State

BRIEF: Final = tuple(table for table in PARTS if table not in (READINGS, ISOLATIONS))
"""All parts of an outcome but its readings and what was tried on them."""
_Rows = Mapping[sa.Table, Sequence[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """Which ticks are asked for; nothing given is all. ``after`` is the time and the row after which to go on."""

    probe: str = ""
    store: str = ""
    since: float = 0.0
    until: float = inf
    states: Collection[State] = ()
    after: tuple[float, int] | None = None

    def of(self, state: State) -> list[sa.ColumnElement[bool]]:
        """Those of one state."""
        due, wanted = RUNS.c.due, [RUNS.c.state == state.value]
        wanted += [RUNS.c.probe == self.probe] if self.probe else []
        wanted += [RUNS.c.store == self.store] if self.store else []
        wanted += [due >= self.since] if self.since > 0 else []
        wanted += [due < self.until] if self.until < inf else []
        if self.after:
            at, row = self.after
            wanted += [due >= at, sa.or_(due > at, RUNS.c.id > row)]
        return wanted


def ids(connection: sa.Connection, ticks: Ticks, *, limit: int, newest_first: bool = True) -> list[int]:
    """The runs of these ticks, by their rows."""

    def ordered(due: sa.ColumnElement[Any], run: sa.ColumnElement[Any]) -> tuple[sa.ColumnElement[Any], ...]:
        return (due.desc(), run.desc()) if newest_first else (due, run)

    columns = (RUNS.c.id, RUNS.c.due)
    each = [
        sa.select(*columns).where(*ticks.of(state)).order_by(*ordered(RUNS.c.due, RUNS.c.id)).limit(limit).subquery()
        for state in (ticks.states or State)
    ]
    every = sa.union_all(*map(sa.select, each)).subquery()
    return list(connection.scalars(sa.select(every.c.id).order_by(*ordered(every.c.due, every.c.id)).limit(limit)))


def outcomes(connection: sa.Connection, runs: Sequence[int], parts: Iterable[sa.Table] = BRIEF) -> tuple[Outcome, ...]:
    """The outcomes in these rows, in the same order; what was pruned meanwhile is left out."""
    if not runs:
        return ()
    rows = {row["id"]: row for row in connection.execute(sa.select(RUNS).where(RUNS.c.id.in_(runs))).mappings()}
    of = parts_of(connection, runs, parts)
    return tuple(outcome_of(rows[run], of[run]) for run in runs if run in rows)


def parts_of(connection: sa.Connection, runs: Sequence[int], parts: Iterable[sa.Table]) -> Mapping[int, _Rows]:
    """What these runs have several of, with the texts of surfaces and facts, by run and table."""
    found: dict[int, dict[sa.Table, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for table in parts:
        for row in connection.execute(
            _legible(table).where(table.c.run.in_(runs)).order_by(*table.primary_key)
        ).mappings():
            found[row["run"]][table].append(row)
    return found


def outcome(connection: sa.Connection, key: str) -> Outcome | None:
    """The one of this key, whole."""
    run = connection.scalar(sa.select(RUNS.c.id).where(RUNS.c.key == key))
    return None if run is None else next(iter(outcomes(connection, [run], PARTS)), None)


def latest(connection: sa.Connection) -> tuple[Outcome, ...]:
    """The newest of each probe, by name."""
    return outcomes(connection, list(connection.scalars(sa.select(LATEST_RUNS.c.run).order_by(LATEST_RUNS.c.probe))))


def last_due(connection: sa.Connection, probe: str) -> float | None:
    """The newest tick of the probe."""
    due: float | None = connection.scalar(sa.select(LATEST_RUNS.c.due).where(LATEST_RUNS.c.probe == probe))
    return due


def hours(connection: sa.Connection, probe: str, since: float) -> tuple[Hour, ...]:
    """The hours from the one on that ``since`` lies in."""
    wanted = sa.select(HOURS).where(HOURS.c.probe == probe, HOURS.c.start >= hour_of(since)).order_by(HOURS.c.start)
    counted: dict[float, dict[State, int]] = defaultdict(dict)
    for row in connection.execute(wanted):
        counted[row.start][State(row.state)] = row.runs
    return tuple(Hour(start=start, states=states) for start, states in counted.items())


def arrived(connection: sa.Connection, store: str, surface: str, since: float) -> tuple[ArrivalHour, ...]:
    """The same of arrivals at a surface."""
    here = (SURFACES.c.store == store, SURFACES.c.surface == surface, ARRIVAL_HOURS.c.start >= hour_of(since))
    wanted = sa.select(ARRIVAL_HOURS).join(SURFACES).where(*here).order_by(ARRIVAL_HOURS.c.start)
    counted: dict[float, dict[float, int]] = defaultdict(dict)
    for row in connection.execute(wanted):
        counted[row.start][row.within_s] = row.arrivals
    return tuple(
        ArrivalHour(start=start, counts={bound: of.get(bound, 0) for bound in BOUNDS_S}, censored=of.get(inf, 0))
        for start, of in counted.items()
    )


def arrivals(connection: sa.Connection, store: str, surface: str, since: float, limit: int) -> tuple[Arrival, ...]:
    """The newest at one surface, or at all of the store."""
    here = [SURFACES.c.store == store, *([SURFACES.c.surface == surface] if surface else [])]
    order = (ARRIVALS.c.at.desc(), ARRIVALS.c.run.desc(), ARRIVALS.c.number.desc())
    each = [
        sa.select(ARRIVALS).where(ARRIVALS.c.surface == number, ARRIVALS.c.at >= since).order_by(*order).limit(limit)
        for number in connection.scalars(sa.select(SURFACES.c.id).where(*here))
    ]
    if not each:
        return ()
    every = sa.union_all(*(sa.select(one.subquery()) for one in each)).subquery()
    texts = sa.select(SURFACES.c.surface, FACTS.c.fact, every.c.at, every.c.low_s, every.c.high_s)
    found = texts.join(SURFACES, SURFACES.c.id == every.c.surface).join(FACTS, FACTS.c.id == every.c.fact)
    newest = found.order_by(every.c.at.desc(), every.c.run.desc(), every.c.number.desc()).limit(limit)
    return tuple(arrival_of(row) for row in connection.execute(newest).mappings())


def surfaces(connection: sa.Connection, store: str) -> tuple[SurfaceNow, ...]:
    """What each surface of the store shows, by surface and fact."""
    now, blamed = LATEST_READINGS.c, LATEST_DIAGNOSES.c
    columns = [SURFACES.c.surface, FACTS.c.fact, now.at, now.value, now.fresh, now.key]
    of_blame = [blamed.cause, blamed.layers, blamed.suspects, blamed.confidence]
    wanted = (
        sa.select(*columns, *of_blame, blamed.key.label("blamed"), blamed.at.label("blamed_at"))
        .select_from(SURFACES)
        .join(LATEST_READINGS, now.surface == SURFACES.c.id)
        .join(FACTS, now.fact == FACTS.c.id)
        .outerjoin(LATEST_DIAGNOSES, blamed.surface == SURFACES.c.id)
        .where(SURFACES.c.store == store)
        .order_by(SURFACES.c.surface, FACTS.c.fact)
    )
    return tuple(_now(row) for row in connection.execute(wanted).mappings())


def _now(row: Row) -> SurfaceNow:
    told = {name: row[name] for name in ("surface", "fact", "at", "value", "fresh", "key")}
    if row["blamed"] is not None:
        told |= {name: row[name] for name in ("cause", "confidence", "blamed", "blamed_at")}
        told |= {name: tuple(row[name]) for name in ("layers", "suspects")}
    return SurfaceNow(**told)


def _legible(table: sa.Table) -> sa.Select[Any]:
    """All of a table, with texts for the numbers of surfaces and facts."""
    if not isinstance(table.c.get("surface", None), sa.Column) or not table.c.surface.foreign_keys:
        return sa.select(table)
    rest = [column for column in table.columns if column.name not in ("surface", "fact")]
    return sa.select(*rest, SURFACES.c.surface, FACTS.c.fact).select_from(table).join(SURFACES).join(FACTS)
