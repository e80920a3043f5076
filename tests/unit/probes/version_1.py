"""A database as version 1 made and filled it, whichever database that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from journeys.probes.migrations import MIGRATIONS

VERSION_1 = MIGRATIONS[:1]
_RUN = {
    "journey": "guest checkout", "location": "here", "worker": "w", "reason": "", "headline": "", "history": "",
    "http_status": 200,
}  # fmt: skip
_BLAME = {"suspects": ["edge"], "evidence": ["20, then 19"], "next_step": "invalidate the key"}

ROWS: Mapping[str, list[dict[str, Any]]] = {
    "journeys_runs": [
        _RUN | {"id": 1, "key": "checkout@600", "probe": "checkout", "store": "shop", "state": "failed", "due": 600.0,
                "began": 601.0, "ended": 630.0, "name": "aa", "readings": 3},
        _RUN | {"id": 2, "key": "checkout@1200", "probe": "checkout", "store": "shop", "state": "passed", "due": 1200.0,
                "began": 1201.0, "ended": 1230.0, "name": "bb", "readings": 2},
        _RUN | {"id": 3, "key": "book@900", "probe": "book", "store": "booking", "state": "skipped", "due": 900.0,
                "began": 900.0, "ended": 900.0, "name": "", "readings": 0},
    ],
    "journeys_latest_runs": [
        {"probe": "book", "run": 3, "due": 900.0}, {"probe": "checkout", "run": 2, "due": 1200.0},
    ],
    "journeys_surfaces": [
        {"id": 1, "store": "shop", "surface": "product page"}, {"id": 2, "store": "shop", "surface": "dashboard"},
        {"id": 3, "store": "booking", "surface": "product page"},
    ],
    "journeys_facts": [{"id": 1, "fact": "availability:mug"}, {"id": 2, "fact": "orders"}],
    "journeys_steps": [
        {"run": 1, "number": 0, "name": "buy", "outcome": "passed", "began": 602.0, "took_s": 4.5, "error": ""},
    ],
    "journeys_readings": [
        {"run": 1, "number": 0, "surface": 1, "fact": 1, "at": 610.0, "fresh": False, "value": "20"},
        {"run": 1, "number": 1, "surface": 1, "fact": 1, "at": 620.0, "fresh": True, "value": "19"},
        {"run": 1, "number": 2, "surface": 2, "fact": 2, "at": 620.0, "fresh": None, "value": None},
        {"run": 2, "number": 0, "surface": 1, "fact": 1, "at": 1210.0, "fresh": False, "value": "17"},
        {"run": 2, "number": 1, "surface": 1, "fact": 1, "at": 1210.0, "fresh": True, "value": "18"},
    ],
    "journeys_arrivals": [
        {"run": 1, "number": 0, "surface": 1, "fact": 1, "at": 605.0, "low_s": 5.0, "high_s": 15.0},
        {"run": 1, "number": 1, "surface": 2, "fact": 2, "at": 605.0, "low_s": 15.0, "high_s": None},
    ],
    "journeys_findings": [
        {"run": 1, "number": 0, "check": "freshness", "verdict": "fail", "surface": "product page",
         "fact": "availability:mug", "explanation": "it showed 20"},
    ],
    "journeys_diagnoses": [
        _BLAME | {"run": 1, "number": 0, "cause": "cache", "surface": "product page", "layers": ["application cache"],
                  "confidence": 0.99},
        _BLAME | {"run": 1, "number": 1, "cause": "network", "surface": "product page", "layers": [],
                  "confidence": 0.5},
        _BLAME | {"run": 1, "number": 2, "cause": "platform", "surface": "", "layers": [], "confidence": 0.25},
    ],
    "journeys_residue": [{"run": 1, "number": 0, "what": "order 100004 stands"}],
    "journeys_hours": [
        {"probe": "book", "start": 0.0, "state": "skipped", "runs": 1},
        {"probe": "checkout", "start": 0.0, "state": "failed", "runs": 1},
        {"probe": "checkout", "start": 0.0, "state": "passed", "runs": 1},
    ],
    "journeys_arrival_hours": [
        {"surface": 1, "start": 0.0, "within_s": 15.0, "arrivals": 1},
        {"surface": 2, "start": 0.0, "within_s": float("inf"), "arrivals": 1},
    ],
}  # fmt: skip


def fill(engine: sa.Engine) -> None:
    """Write all of it into the tables that are there."""
    tables = _tables(engine)
    with engine.begin() as connection:
        for name, rows in ROWS.items():
            connection.execute(tables[name].insert(), rows)
        if engine.dialect.name == "postgresql":
            for name in ("journeys_runs", "journeys_surfaces", "journeys_facts"):
                connection.exec_driver_sql(f"select setval(pg_get_serial_sequence('{name}', 'id'), 3)")


def found(engine: sa.Engine) -> Mapping[str, list[dict[str, Any]]]:
    """What is in those tables now."""
    tables = _tables(engine)
    with engine.connect() as connection:
        return {name: _all(connection, tables[name]) for name in ROWS}


def _all(connection: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    rows = connection.execute(table.select().order_by(*table.primary_key)).mappings()
    return [{str(name): value for name, value in row.items()} for row in rows]


def _tables(engine: sa.Engine) -> Mapping[str, sa.Table]:
    metadata = sa.MetaData()
    metadata.reflect(engine, only=list(ROWS))
    return metadata.tables
