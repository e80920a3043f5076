"""Version 1: what became of each tick, what was seen meanwhile, and how often what happened in each hour."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Boolean, Double, Index, Integer, Text


def history(connection: sa.Connection) -> None:
    """Make the tables of the history."""
    metadata = sa.MetaData()
    _runs(metadata)
    _names(metadata)
    _seen(metadata)
    _said(metadata)
    _counted(metadata)
    metadata.create_all(connection)


def _runs(metadata: sa.MetaData) -> None:
    runs = sa.Table(
        "journeys_runs",
        metadata,
        sa.Column("id", sa.BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        _column("key", Text, unique=True),
        *(_column(name, Text) for name in ("probe", "store", "journey", "location", "state")),
        *(_column(name, Double) for name in ("due", "began", "ended")),
        *(_column(name, Text) for name in ("worker", "reason", "headline", "name", "history")),
        _column("http_status", Integer),
        _column("readings", Integer),
        Index("journeys_runs_by_state", "state", "due"),
        Index("journeys_runs_by_probe", "probe", "state", "due"),
        Index("journeys_runs_by_store", "store", "state", "due"),
    )
    Index(
        "journeys_runs_with_readings",
        runs.c.due,
        sqlite_where=runs.c.readings > 0,
        postgresql_where=runs.c.readings > 0,
    )
    sa.Table(
        "journeys_latest_runs",
        metadata,
        _column("probe", Text, primary_key=True),
        _column("run", sa.BigInteger),
        _column("due", Double),
        sqlite_with_rowid=False,
    )


def _names(metadata: sa.MetaData) -> None:
    sa.Table(
        "journeys_surfaces",
        metadata,
        sa.Column("id", Integer, primary_key=True),
        _column("store", Text),
        _column("surface", Text),
        sa.UniqueConstraint("store", "surface"),
    )
    sa.Table(
        "journeys_facts",
        metadata,
        sa.Column("id", Integer, primary_key=True),
        _column("fact", Text, unique=True),
    )


def _seen(metadata: sa.MetaData) -> None:
    def where_and_what() -> list[sa.Column[Any]]:
        return [
            sa.Column("surface", Integer, sa.ForeignKey("journeys_surfaces.id"), nullable=False),
            sa.Column("fact", Integer, sa.ForeignKey("journeys_facts.id"), nullable=False),
        ]

    _part(
        "journeys_readings",
        metadata,
        _column("at", Double),
        *where_and_what(),
        sa.Column("fresh", Boolean),
        sa.Column("value", Text),
    )
    _part(
        "journeys_arrivals",
        metadata,
        _column("at", Double),
        *where_and_what(),
        _column("low_s", Double),
        sa.Column("high_s", Double),
        Index("journeys_arrivals_by_surface", "surface", "at"),
    )


def _said(metadata: sa.MetaData) -> None:
    _part(
        "journeys_steps",
        metadata,
        *(_column(name, Text) for name in ("name", "outcome")),
        *(_column(name, Double) for name in ("began", "took_s")),
        _column("error", Text),
    )
    found = ("check", "verdict", "surface", "fact", "explanation")
    _part("journeys_findings", metadata, *(_column(name, Text) for name in found))
    _part(
        "journeys_diagnoses",
        metadata,
        *(_column(name, Text) for name in ("cause", "surface")),
        *(_column(name, sa.JSON) for name in ("layers", "suspects", "evidence")),
        _column("confidence", Double),
        _column("next_step", Text),
    )
    _part("journeys_residue", metadata, _column("what", Text))


def _counted(metadata: sa.MetaData) -> None:
    sa.Table(
        "journeys_hours",
        metadata,
        _column("probe", Text, primary_key=True),
        _column("start", Double, primary_key=True),
        _column("state", Text, primary_key=True),
        _column("runs", Integer),
        sqlite_with_rowid=False,
    )
    sa.Table(
        "journeys_arrival_hours",
        metadata,
        sa.Column("surface", Integer, sa.ForeignKey("journeys_surfaces.id"), primary_key=True, autoincrement=False),
        _column("start", Double, primary_key=True),
        _column("within_s", Double, primary_key=True),
        _column("arrivals", Integer),
        sqlite_with_rowid=False,
    )


def _part(name: str, metadata: sa.MetaData, *columns: Any) -> None:
    """A table of what one run has several of, numbered from 0."""
    of = sa.ForeignKey("journeys_runs.id", ondelete="cascade")
    sa.Table(
        name,
        metadata,
        sa.Column("run", sa.BigInteger, of, primary_key=True, autoincrement=False),
        sa.Column("number", Integer, primary_key=True, autoincrement=False),
        *columns,
        sqlite_with_rowid=False,
    )


def _column(name: str, kind: Any, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **how)
