"""No question and no record searches a table that grows with time: SQLite's own plans say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from outcomes import NOON, full

from journeys.probes.history import History, Retention
from journeys.probes.outcome import State

GROWING = {
    "runs", "steps", "readings", "arrivals", "findings", "diagnoses", "isolations", "residue", "hours", "arrival_hours",
}  # fmt: skip
Asked = Callable[[History], object]

QUESTIONS: dict[str, Asked] = {
    "record": lambda history: history.record(full(NOON + 60)),
    "record again": lambda history: history.record(full()),
    "outcome": lambda history: history.outcome(full().key),
    "outcomes": lambda history: history.outcomes(),
    "outcomes of a probe": lambda history: history.outcomes(probe="checkout", since=NOON, until=NOON + 60),
    "outcomes of a store": lambda history: history.outcomes(store="shop", since=NOON),
    "failed outcomes": lambda history: history.outcomes(states=(State.FAILED,)),
    "latest": lambda history: history.latest(),
    "last due": lambda history: history.last_due("checkout"),
    "recent": lambda history: history.recent("checkout", 5),
    "hours": lambda history: history.hours(probe="checkout", since=NOON),
    "arrived": lambda history: history.arrived(store="shop", surface="dashboard", since=NOON),
    "arrivals of a surface": lambda history: history.arrivals(store="shop", surface="dashboard"),
    "arrivals of a store": lambda history: history.arrivals(store="shop", since=NOON),
    "surfaces": lambda history: history.surfaces("shop"),
    "prune": lambda history: history.keep_to(Retention(), now=NOON + 1e9),
    "export": lambda history: list(history.export(since=NOON)),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_table_that_grows_is_searched_from_end_to_end(history: History, engine: sa.Engine, name: str) -> None:
    history.record(full())
    with _plans(engine) as plans:
        QUESTIONS[name](history)
    assert plans
    assert [line for plan in plans for line in plan if any(_scans(line, f"journeys_{each}") for each in GROWING)] == []


def test_a_search_from_end_to_end_would_be_noticed(engine: sa.Engine) -> None:
    with _plans(engine) as plans, engine.connect() as connection:
        connection.exec_driver_sql("select * from journeys_runs where worker = 'x'").all()
    assert [[_scans(line, "journeys_runs") for line in plan] for plan in plans] == [[True]]


def _scans(line: str, table: str) -> bool:
    return line.startswith("SCAN") and table in line.split()


@contextmanager
def _plans(engine: sa.Engine) -> Iterator[list[list[str]]]:
    """What SQLite says of how it performs each statement, line by line; nothing of a plain insert."""
    plans: list[list[str]] = []

    def explain(_c: Any, cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        if statement.split()[0].lower() in ("select", "insert", "update", "delete"):
            given = parameters[0] if many else parameters
            told = cursor.connection.cursor().execute(f"explain query plan {statement}", given)
            plans.append([row[-1] for row in told])

    sa.event.listen(engine, "before_cursor_execute", explain)
    yield plans
    sa.event.remove(engine, "before_cursor_execute", explain)
