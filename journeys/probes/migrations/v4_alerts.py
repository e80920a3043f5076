"""Version 4: what alerts remember of probes, incidents, and the outbox of what is told of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Boolean, Double, Index, Integer, Text


def alerts(connection: sa.Connection) -> None:
    """Make the tables of alerts."""
    metadata = sa.MetaData()
    _stores(metadata)
    _incidents(metadata)
    _outbox(metadata)
    metadata.create_all(connection)


def _stores(metadata: sa.MetaData) -> None:
    sa.Table("journeys_alerted_stores", metadata, _column("store", Text, primary_key=True), _column("moved", Double))
    sa.Table(
        "journeys_watched",
        metadata,
        _column("probe", Text, primary_key=True),
        _column("store", Text),
        _column("newest", Double),
        _column("memory", sa.JSON),
        Index("journeys_watched_by_store", "store"),
    )


def _incidents(metadata: sa.MetaData) -> None:
    incidents = sa.Table(
        "journeys_incidents",
        metadata,
        _column("id", Text, primary_key=True),
        *(_column(name, Text) for name in ("store", "kind", "name", "lane", "cause", "silence")),
        *(_column(name, Double) for name in ("began", "opened")),
        sa.Column("ended", Double),
        _column("over", Boolean),
        _column("body", sa.JSON),
        Index("journeys_incidents_by_opening", "opened"),
    )
    Index("journeys_incidents_standing", incidents.c.store, **_where(sa.not_(incidents.c.over)))
    Index("journeys_incidents_open", incidents.c.lane, unique=True, **_where(incidents.c.ended.is_(None)))


def _outbox(metadata: sa.MetaData) -> None:
    notices = sa.Table(
        "journeys_notices",
        metadata,
        sa.Column("id", sa.BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        *(_column(name, Text) for name in ("key", "receiver", "incident", "lane", "says", "state")),
        _column("passing", Boolean),
        _column("made", Double),
        _column("tries", Integer),
        _column("next_try", Double),
        _column("last_error", Text),
        sa.Column("delivered", Double),
        _column("body", sa.JSON),
        sa.UniqueConstraint("key", "receiver"),
        Index("journeys_notices_by_incident", "incident"),
        Index("journeys_notices_by_state", "state", "made"),
    )
    waiting = _where(notices.c.state == sa.literal_column("'waiting'"))
    Index("journeys_notices_waiting", notices.c.receiver, notices.c.lane, notices.c.id, **waiting)
    sa.Table(
        "journeys_receivers",
        metadata,
        _column("name", Text, primary_key=True),
        _column("leased_by", Text),
        _column("leased_until", Double),
        _column("kept_up", Double),
    )


def _column(name: str, kind: Any, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **how)


def _where(condition: sa.ColumnElement[bool]) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}
