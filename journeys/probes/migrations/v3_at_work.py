"""Version 3: those at work (ticks, workers, who leads) and what runs promise to undo."""

from __future__ import annotations

import sqlalchemy as sa


def at_work(connection: sa.Connection) -> None:
    """Make the tables of those at work."""
    metadata = sa.MetaData()
    sa.Table(
        "journeys_ticks",
        metadata,
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("probe", sa.String(120), nullable=False, index=True),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("worker", sa.String(120), nullable=False),
        sa.Column("since", sa.Double, nullable=False),
    )
    sa.Table(
        "journeys_scheduled",
        metadata,
        sa.Column("probe", sa.String(120), primary_key=True),
        sa.Column("due", sa.Double, nullable=False),
    )
    sa.Table(
        "journeys_workers",
        metadata,
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("location", sa.String(120), nullable=False),
        sa.Column("began", sa.Double, nullable=False),
        sa.Column("beat", sa.Double, nullable=False),
        sa.Column("ended", sa.Double),
    )
    sa.Table(
        "journeys_leases",
        metadata,
        sa.Column("role", sa.String(40), primary_key=True),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("until", sa.Double, nullable=False),
    )
    sa.Table(
        "journeys_promises",
        metadata,
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(200), nullable=False, index=True),
        sa.Column("run", sa.String(40), nullable=False),
        sa.Column("store", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )
    metadata.create_all(connection)
