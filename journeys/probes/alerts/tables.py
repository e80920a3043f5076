"""The tables of alerts as they are today: what is remembered of probes, incidents, and the outbox of notices.

How they came to be is in ``journeys.probes.migrations``.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Boolean, Double, Index, Integer, Text

from journeys.probes.database import METADATA, inserting


def _column(name: str, kind: Any, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **how)


def _where(condition: sa.ColumnElement[bool]) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


STORES: Final = sa.Table(
    "journeys_alerted_stores",
    METADATA,
    _column("store", Text, primary_key=True),
    _column("moved", Double),  # whoever moves a store on holds its row to the end of the transaction
)
WATCHED: Final = sa.Table(
    "journeys_watched",
    METADATA,
    _column("probe", Text, primary_key=True),
    _column("store", Text),
    _column("newest", Double),
    _column("memory", sa.JSON),
    Index("journeys_watched_by_store", "store"),
)
INCIDENTS: Final = sa.Table(
    "journeys_incidents",
    METADATA,
    _column("id", Text, primary_key=True),
    *(_column(name, Text) for name in ("store", "kind", "name", "lane", "cause", "silence")),
    *(_column(name, Double) for name in ("began", "opened")),
    sa.Column("ended", Double),
    _column("over", Boolean),
    _column("body", sa.JSON),
    Index("journeys_incidents_by_opening", "opened"),
)
Index("journeys_incidents_standing", INCIDENTS.c.store, **_where(sa.not_(INCIDENTS.c.over)))
Index("journeys_incidents_open", INCIDENTS.c.lane, unique=True, **_where(INCIDENTS.c.ended.is_(None)))

NOTICES: Final = sa.Table(
    "journeys_notices",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    *(_column(name, Text) for name in ("key", "receiver", "incident", "lane", "says", "state")),
    _column("passing", Boolean),  # superfluous once something later is said about the same
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
Index(
    "journeys_notices_waiting",
    NOTICES.c.receiver,
    NOTICES.c.lane,
    NOTICES.c.id,
    **_where(NOTICES.c.state == sa.literal_column("'waiting'")),
)
RECEIVERS: Final = sa.Table(
    "journeys_receivers",
    METADATA,
    _column("name", Text, primary_key=True),
    _column("leased_by", Text),
    _column("leased_until", Double),
    _column("kept_up", Double),
)


def put(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> None:
    """The row as it is now, in place of the one of the same primary key or as a new one."""
    keys = [column.name for column in table.primary_key]
    insert = inserting(connection.dialect.name, table).values(row)
    rest = {name: insert.excluded[name] for name in row if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=rest))
