"""The table of a store's sales by the hour: only how many there were, never whose."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from journeys.probes.database import METADATA

SALES: Final = sa.Table(
    "journeys_sales",
    METADATA,
    sa.Column("store", sa.Text, primary_key=True),
    sa.Column("noun", sa.Text, primary_key=True),
    sa.Column("start", sa.Double, primary_key=True),
    sa.Column("sold", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""``sold`` of a ``noun`` (order, booking) in the hour that began at ``start``. An hour of which not all is known is not
there: that is another thing than one in which nothing was sold."""
