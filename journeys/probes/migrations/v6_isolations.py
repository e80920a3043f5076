"""Version 6: what was tried on stale surfaces, so that its path can be drawn wherever the history is asked."""

from __future__ import annotations

import sqlalchemy as sa


def isolations(connection: sa.Connection) -> None:
    """Make the table of isolations; runs that are there have none."""
    metadata = sa.MetaData()
    sa.Table("journeys_runs", metadata, sa.Column("id", sa.BigInteger, primary_key=True))
    table = sa.Table(
        "journeys_isolations",
        metadata,
        sa.Column(
            "run", sa.BigInteger, sa.ForeignKey("journeys_runs.id", ondelete="cascade"), primary_key=True,
            autoincrement=False,
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("surface", "fact", "stops")),
        sqlite_with_rowid=False,
    )  # fmt: skip
    table.create(connection)
