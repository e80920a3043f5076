"""The tables of the history as they are today; how they came to be is in ``journeys.probes.migrations``."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Boolean, Double, ForeignKey, Index, Integer, Text

from journeys.probes.database import METADATA


def _column(name: str, kind: Any, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **how)


def _part(name: str, *columns: Any) -> sa.Table:
    """A table of what one run has several of, numbered from 0."""
    return sa.Table(
        name,
        METADATA,
        sa.Column(
            "run", sa.BigInteger, ForeignKey("journeys_runs.id", ondelete="cascade"), primary_key=True,
            autoincrement=False,
        ),
        sa.Column("number", Integer, primary_key=True, autoincrement=False),
        *columns,
        sqlite_with_rowid=False,
    )  # fmt: skip


def _number_of(name: str, **how: Any) -> sa.Column[Any]:
    """A number that stands for a text: readings are many, and the texts in them are few."""
    return sa.Column(name, Integer, ForeignKey(f"journeys_{name}s.id"), nullable=False, **how)


RUNS: Final = sa.Table(
    "journeys_runs",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    _column("key", Text, unique=True),
    *(_column(name, Text) for name in ("probe", "store", "journey", "location", "state")),
    *(_column(name, Double) for name in ("due", "began", "ended")),
    *(_column(name, Text) for name in ("worker", "reason", "headline")),
    _column("name", Text),  # the id of the run's own history
    _column("history", Text),
    _column("http_status", Integer),
    _column("readings", Integer),  # how many of them are kept
    Index("journeys_runs_by_state", "state", "due"),
    Index("journeys_runs_by_probe", "probe", "state", "due"),
    Index("journeys_runs_by_store", "store", "state", "due"),
)
_WITH_READINGS: Final = RUNS.c.readings > 0
Index("journeys_runs_with_readings", RUNS.c.due, sqlite_where=_WITH_READINGS, postgresql_where=_WITH_READINGS)

SURFACES: Final = sa.Table(
    "journeys_surfaces",
    METADATA,
    sa.Column("id", Integer, primary_key=True),
    _column("store", Text),
    _column("surface", Text),
    sa.UniqueConstraint("store", "surface"),
)
FACTS: Final = sa.Table(
    "journeys_facts", METADATA, sa.Column("id", Integer, primary_key=True), _column("fact", Text, unique=True)
)

STEPS: Final = _part(
    "journeys_steps",
    *(_column(name, Text) for name in ("name", "outcome")),
    *(_column(name, Double) for name in ("began", "took_s")),
    _column("error", Text),
)
READINGS: Final = _part(
    "journeys_readings",
    _column("at", Double),
    _number_of("surface"),
    _number_of("fact"),
    sa.Column("fresh", Boolean),
    sa.Column("value", Text),
)
ARRIVALS: Final = _part(
    "journeys_arrivals",
    _column("at", Double),
    _number_of("surface"),
    _number_of("fact"),
    _column("low_s", Double),
    sa.Column("high_s", Double),
    Index("journeys_arrivals_by_surface", "surface", "at"),
)
FINDINGS: Final = _part(
    "journeys_findings", *(_column(name, Text) for name in ("check", "verdict", "surface", "fact", "explanation"))
)
DIAGNOSES: Final = _part(
    "journeys_diagnoses",
    *(_column(name, Text) for name in ("cause", "surface")),
    *(_column(name, sa.JSON) for name in ("layers", "suspects", "evidence")),
    _column("confidence", Double),
    _column("next_step", Text),
)
ISOLATIONS: Final = _part("journeys_isolations", *(_column(name, Text) for name in ("surface", "fact", "stops")))
"""``stops`` is a list in JSON: nobody asks for a part of it."""
RESIDUE: Final = _part("journeys_residue", _column("what", Text))
PARTS: Final = (STEPS, READINGS, ARRIVALS, FINDINGS, DIAGNOSES, ISOLATIONS, RESIDUE)

HOURS: Final = sa.Table(
    "journeys_hours",
    METADATA,
    _column("probe", Text, primary_key=True),
    _column("start", Double, primary_key=True),
    _column("state", Text, primary_key=True),
    _column("runs", Integer),
    sqlite_with_rowid=False,
)
ARRIVAL_HOURS: Final = sa.Table(
    "journeys_arrival_hours",
    METADATA,
    _number_of("surface", primary_key=True, autoincrement=False),
    _column("start", Double, primary_key=True),
    _column("within_s", Double, primary_key=True),
    _column("arrivals", Integer),
    sqlite_with_rowid=False,
)

LATEST_RUNS: Final = sa.Table(
    "journeys_latest_runs",
    METADATA,
    _column("probe", Text, primary_key=True),
    _column("run", sa.BigInteger),  # no foreign key, whose index would be written with each run
    _column("due", Double),
    sqlite_with_rowid=False,
)
LATEST_READINGS: Final = sa.Table(
    "journeys_latest_readings",
    METADATA,
    _number_of("surface", primary_key=True, autoincrement=False),
    _number_of("fact", primary_key=True, autoincrement=False),
    _column("at", Double),
    sa.Column("fresh", Boolean),
    sa.Column("value", Text),
    _column("key", Text),
    sqlite_with_rowid=False,
)
LATEST_DIAGNOSES: Final = sa.Table(
    "journeys_latest_diagnoses",
    METADATA,
    _number_of("surface", primary_key=True, autoincrement=False),
    _column("at", Double),
    _column("cause", Text),
    *(_column(name, sa.JSON) for name in ("layers", "suspects")),
    _column("confidence", Double),
    _column("key", Text),
    sqlite_with_rowid=False,
)
