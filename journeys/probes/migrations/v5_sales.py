"""Version 5: how many orders and bookings came in each hour."""

from __future__ import annotations

import sqlalchemy as sa


def sales(connection: sa.Connection) -> None:
    """Make the table of sales."""
    metadata = sa.MetaData()
    sa.Table(
        "journeys_sales",
        metadata,
        sa.Column("store", sa.Text, primary_key=True),
        sa.Column("noun", sa.Text, primary_key=True),
        sa.Column("start", sa.Double, primary_key=True),
        sa.Column("sold", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    metadata.create_all(connection)
