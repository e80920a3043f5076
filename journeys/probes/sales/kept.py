"""Sales by the hour, written down and read again, so that what is usual outlives the watcher and the store's memory."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from journeys.probes.sales.hours import HOUR_S, Span
from journeys.probes.sales.tables import SALES


def last_kept(connection: sa.Connection, store: str, noun: str) -> float | None:
    """When the newest hour began that is written down; None when none is."""
    newest: float | None = connection.scalar(
        sa.select(sa.func.max(SALES.c.start)).where(SALES.c.store == store, SALES.c.noun == noun)
    )
    return newest


def keep(connection: sa.Connection, store: str, noun: str, counts: Mapping[float, int]) -> None:
    """Write down how many were sold in each of these hours; an hour that is there already is counted anew.

    In the order of the hours, so that of two who write at once one waits for the other, and never each for the other.
    """
    if not counts:
        return
    rows = [{"store": store, "noun": noun, "start": start, "sold": sold} for start, sold in sorted(counts.items())]
    insert = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(SALES)
    again = insert.on_conflict_do_update(
        index_elements=[SALES.c.store, SALES.c.noun, SALES.c.start], set_={"sold": insert.excluded.sold}
    )
    connection.execute(again, rows)


def sales_since(connection: sa.Connection, store: str, noun: str, since: float) -> Mapping[float, int]:
    """How many were sold in each hour that is written down, by when it began."""
    rows = connection.execute(
        sa.select(SALES.c.start, SALES.c.sold)
        .where(SALES.c.store == store, SALES.c.noun == noun, SALES.c.start >= since)
        .order_by(SALES.c.start)
    )
    return {row.start: row.sold for row in rows}


def gaps(hours: Mapping[float, int]) -> tuple[Span, ...]:
    """The times between the first hour and the last of which nothing is written down."""
    starts = sorted(hours)
    return tuple(
        Span(since=earlier + HOUR_S, until=later) for earlier, later in pairwise(starts) if later - earlier > HOUR_S
    )
