"""Version 2: what each surface shows now and which layers were blamed last, without a search of all readings."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Double, ForeignKey, Integer, Text, func, select

_KEY: Final = ("run", "number", "at", "surface")


def latest_readings(connection: sa.Connection) -> None:
    """Make both tables, and fill them from all that is kept."""
    metadata = sa.MetaData()
    readings_now, diagnoses_now = _tables(metadata)
    metadata.create_all(connection)
    runs = sa.table("journeys_runs", *map(sa.column, ("id", "key", "store", "ended")))
    _fill_readings(connection, readings_now, runs)
    _fill_diagnoses(connection, diagnoses_now, runs)


def _tables(metadata: sa.MetaData) -> tuple[sa.Table, sa.Table]:
    # A stand-in: a foreign key needs to know the table that it leads to. It is there already.
    sa.Table("journeys_surfaces", metadata, sa.Column("id", Integer, primary_key=True))
    sa.Table("journeys_facts", metadata, sa.Column("id", Integer, primary_key=True))
    readings = sa.Table(
        "journeys_latest_readings",
        metadata,
        sa.Column("surface", Integer, ForeignKey("journeys_surfaces.id"), primary_key=True, autoincrement=False),
        sa.Column("fact", Integer, ForeignKey("journeys_facts.id"), primary_key=True, autoincrement=False),
        sa.Column("at", Double, nullable=False),
        sa.Column("fresh", sa.Boolean),
        sa.Column("value", Text),
        sa.Column("key", Text, nullable=False),
        sqlite_with_rowid=False,
    )
    diagnoses = sa.Table(
        "journeys_latest_diagnoses",
        metadata,
        sa.Column("surface", Integer, ForeignKey("journeys_surfaces.id"), primary_key=True, autoincrement=False),
        sa.Column("at", Double, nullable=False),
        sa.Column("cause", Text, nullable=False),
        sa.Column("layers", sa.JSON, nullable=False),
        sa.Column("suspects", sa.JSON, nullable=False),
        sa.Column("confidence", Double, nullable=False),
        sa.Column("key", Text, nullable=False),
        sqlite_with_rowid=False,
    )
    return readings, diagnoses


def _fill_readings(connection: sa.Connection, into: sa.Table, runs: sa.TableClause) -> None:
    """The newest reading of each fact at each surface; of several at one moment, the last of the last run."""
    readings = sa.table("journeys_readings", *map(sa.column, (*_KEY, "fact", "fresh", "value")))
    place = (readings.c.surface, readings.c.fact)
    newest = select(*place, func.max(readings.c.at).label("at")).group_by(*place).subquery()
    same = sa.and_(*(readings.c[name] == newest.c[name] for name in ("surface", "fact", "at")))
    _fill(
        connection,
        into,
        select(*(readings.c[name] for name in ("surface", "fact", "at", "fresh", "value")), runs.c.key)
        .join(newest, same)
        .join(runs, runs.c.id == readings.c.run),
        partition=place,
        order=(readings.c.run.desc(), readings.c.number.desc()),
    )


def _fill_diagnoses(connection: sa.Connection, into: sa.Table, runs: sa.TableClause) -> None:
    """The surest diagnosis of the last run that had one of the surface."""
    names = ("run", "number", "surface", "cause", "layers", "suspects", "confidence")
    said = sa.table("journeys_diagnoses", *map(sa.column, names))
    surfaces = sa.table("journeys_surfaces", *map(sa.column, ("id", "store", "surface")))
    here = sa.and_(surfaces.c.store == runs.c.store, surfaces.c.surface == said.c.surface)
    _fill(
        connection,
        into,
        select(
            surfaces.c.id.label("surface"),
            runs.c.ended.label("at"),
            *(said.c[name] for name in ("cause", "layers", "suspects", "confidence")),
            runs.c.key,
        )
        .join(runs, runs.c.id == said.c.run)
        .join(surfaces, here),
        partition=(surfaces.c.id,),
        order=(runs.c.ended.desc(), runs.c.id.desc(), said.c.number),
    )


def _fill(
    connection: sa.Connection,
    into: sa.Table,
    rows: sa.Select[Any],
    *,
    partition: tuple[Any, ...],
    order: tuple[Any, ...],
) -> None:
    place = func.row_number().over(partition_by=partition, order_by=order).label("place")
    ranked = rows.add_columns(place).subquery()
    names = [column.name for column in into.columns]
    connection.execute(
        into.insert().from_select(names, select(*(ranked.c[n] for n in names)).where(ranked.c.place == 1))
    )
