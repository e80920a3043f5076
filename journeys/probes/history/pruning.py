"""Forgetting: what is older than it is to be kept, a little at a time, so that nobody who records waits for long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event
from typing import Final

import sqlalchemy as sa

from journeys.probes.history import asking
from journeys.probes.history.tables import LATEST_DIAGNOSES, LATEST_READINGS, LATEST_RUNS, PARTS, READINGS, RUNS
from journeys.run.settle import beats

DAY_S: Final = 86400.0
RUNS_AT_ONCE: Final = 200
_PAUSE_S: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long the history is kept: outcomes with all their parts, and their readings, of which there are most.

    What is counted by the hour stays for ever.
    """

    runs_s: float = 90 * DAY_S
    readings_s: float = 14 * DAY_S


def prune(engine: sa.Engine, *, before: float, readings_before: float) -> int:
    """Forget the outcomes of ticks due before the one moment, and the readings of those before the other.

    How many rows that were. Each batch is a transaction of its own, with a pause behind it for others.
    """
    with engine.begin() as connection:
        gone = _of_latest(connection, before)
    for step, until in ((_readings, max(before, readings_before)), (_runs, before)):
        for removed in _batches(engine, step, until):
            gone += removed
    return gone


def _batches(engine: sa.Engine, step: Callable[[sa.Connection, float], int], before: float) -> Iterator[int]:
    """What each batch has removed, until nothing is left to remove."""
    for _ in _now_and_later():
        with engine.begin() as connection:
            removed = step(connection, before)
        if not removed:
            return
        yield removed


def _now_and_later() -> Iterator[None]:
    yield
    yield from beats(Event(), _PAUSE_S)


def _of_latest(connection: sa.Connection, before: float) -> int:
    """A probe or a surface that has been gone for so long is no longer shown."""
    old = (LATEST_RUNS.c.due, LATEST_READINGS.c.at, LATEST_DIAGNOSES.c.at)
    return sum(connection.execute(sa.delete(when.table).where(when < before)).rowcount for when in old)


def _readings(connection: sa.Connection, before: float) -> int:
    """The readings of the oldest runs that have any."""
    wanted = sa.select(RUNS.c.id).where(RUNS.c.readings > 0, RUNS.c.due < before).order_by(RUNS.c.due)
    runs = list(connection.scalars(wanted.limit(RUNS_AT_ONCE)))
    if not runs:
        return 0
    connection.execute(sa.update(RUNS).where(RUNS.c.id.in_(runs)).values(readings=0))
    return connection.execute(sa.delete(READINGS).where(READINGS.c.run.in_(runs))).rowcount


def _runs(connection: sa.Connection, before: float) -> int:
    """The oldest runs, with all that they had several of."""
    runs = asking.ids(connection, asking.Ticks(until=before), limit=RUNS_AT_ONCE, newest_first=False)
    if not runs:
        return 0
    parts = sum(connection.execute(sa.delete(table).where(table.c.run.in_(runs))).rowcount for table in PARTS)
    return parts + connection.execute(sa.delete(RUNS).where(RUNS.c.id.in_(runs))).rowcount
