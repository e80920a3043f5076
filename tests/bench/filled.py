"""A history of so many readings, written by the database itself, as ninety days of probes would have left it.

Ten readings, three steps and two arrivals a run; one run in fifty failed.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

DAY_S: Final = 86400.0
SPAN_S: Final = 90 * DAY_S
BEGAN: Final = 1_760_000_400.0
NOW: Final = BEGAN + SPAN_S
PER_RUN: Final = 10

_STATEMENTS: Final = (
    ("insert into journeys_facts (id, fact) select i, 'availability:product-' || i from {source}", "facts"),
    (
        """insert into journeys_surfaces (id, store, surface)
           select i, case when i <= 10 then 'shop' else 'booking' end, 'surface ' || ((i - 1) % 10) from {source}""",
        "surfaces",
    ),
    (
        """insert into journeys_runs (id, key, probe, store, journey, location, state, due, began, ended, worker,
               reason, headline, name, history, http_status, readings)
           select i, 'probe-' || (i % 6) || '@' || i, 'probe-' || (i % 6),
               case i % 2 when 0 then 'shop' else 'booking' end, 'guest checkout', 'here',
               case when i % 50 = 0 then 'failed' when i % 97 = 0 then 'skipped' else 'passed' end,
               {began} + i * {step}, {began} + i * {step} + 1, {began} + i * {step} + 21, 'worker-1:4242', '', '',
               'run' || i, '/var/lib/journeys/runs/' || i || '/history.ndjson', 200, 10 from {source}""",
        "runs",
    ),
    (
        """insert into journeys_readings (run, number, at, surface, fact, fresh, value)
           select (i - 1) / 10 + 1, (i - 1) % 10, {began} + ((i - 1) / 10 + 1) * {step} + i % 10,
               (i - 1) % 10 + 1 + 10 * (((i - 1) / 10 + 1) % 2), i % 3 + 1, i % 40 <> 0, '' || (i % 50)
           from {source}""",
        "readings",
    ),
    (
        """insert into journeys_steps (run, number, name, outcome, began, took_s, error)
           select (i - 1) / 3 + 1, (i - 1) % 3, 'find the product', 'passed', {began}, 1.25, '' from {source}""",
        "steps",
    ),
    (
        """insert into journeys_arrivals (run, number, at, surface, fact, low_s, high_s)
           select (i - 1) / 2 + 1, (i - 1) % 2, {began} + ((i - 1) / 2 + 1) * {step},
               i % 10 + 1 + 10 * (((i - 1) / 2 + 1) % 2), i % 3 + 1, 0.25, i % 7 + 0.5 from {source}""",
        "arrivals",
    ),
    (
        """insert into journeys_findings (run, number, "check", verdict, surface, fact, explanation)
           select i * 50, 0, 'freshness', 'fail', 'surface 1', 'availability', 'it showed 20' from {source}""",
        "failed",
    ),
    (
        """insert into journeys_diagnoses
               (run, number, cause, surface, layers, suspects, evidence, confidence, next_step)
           select i * 50, 0, 'cache', 'surface 1', '["edge"]', '[]', '["20, then 19"]', 0.99, 'purge it'
           from {source}""",
        "failed",
    ),
    (
        """insert into journeys_hours (probe, start, state, runs)
           select probe, floor(due / 3600) * 3600, state, count(*) from journeys_runs group by 1, 2, 3""",
        "",
    ),
    (
        """insert into journeys_arrival_hours (surface, start, within_s, arrivals)
           select surface, floor(at / 3600) * 3600,
               case when high_s <= 0.5 then 0.5 when high_s <= 2 then 2 when high_s <= 5 then 5 else 10 end, count(*)
           from journeys_arrivals group by 1, 2, 3""",
        "",
    ),
)
_SOURCES: Final = {
    "sqlite": "(with recursive t (i) as (select 1 union all select i + 1 from t where i < {many}) select i from t)",
    "postgresql": "generate_series(1, {many}) as t (i)",
}
_BEFORE: Final = {
    "sqlite": ("pragma synchronous = off", "pragma foreign_keys = off"),
    "postgresql": ("set session_replication_role = replica", "set synchronous_commit = off"),
}
_AFTER: Final = {
    "sqlite": ("pragma wal_checkpoint(truncate)",),
    "postgresql": (
        "select setval(pg_get_serial_sequence('journeys_runs', 'id'), max(id)) from journeys_runs",
        "select setval(pg_get_serial_sequence('journeys_facts', 'id'), max(id)) from journeys_facts",
        "select setval(pg_get_serial_sequence('journeys_surfaces', 'id'), max(id)) from journeys_surfaces",
        "vacuum analyze",
        "checkpoint",
    ),
}


def fill(engine: sa.Engine, readings: int) -> None:
    """Write it into a database with nothing in it; what checks each row is left out meanwhile."""
    kind, runs = engine.dialect.name, readings // PER_RUN
    many = {"facts": 3, "surfaces": 20, "runs": runs, "readings": readings, "steps": runs * 3, "arrivals": runs * 2,
            "failed": runs // 50}  # fmt: skip
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # SQLAlchemy begins no transaction of its own then, and SQLite's own settings are not changed inside of one.
        raw = connection.connection.cursor()
        for each in _BEFORE[kind]:
            raw.execute(each)
        for statement, rows in _STATEMENTS:
            source = _SOURCES[kind].format(many=many.get(rows, 0))
            raw.execute(statement.format(source=source, began=BEGAN, step=SPAN_S / runs))
        for each in _AFTER[kind]:
            raw.execute(each)
        connection.invalidate()
