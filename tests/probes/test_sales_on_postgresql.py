"""What a store sold by the hour, kept in PostgreSQL, by two workers at once, and over a restart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from journeys.probes.sales.hours import HOUR_S
from journeys.probes.sales.kept import gaps, keep, last_kept, sales_since

START = 1_790_000_400.0 // HOUR_S * HOUR_S
HOURS = {START + place * HOUR_S: place % 7 for place in range(2000)}


def test_an_hour_is_counted_anew_and_never_twice(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        keep(connection, "shop", "order", HOURS)
        keep(connection, "shop", "order", {START: 9})
    with engine.begin() as connection:
        assert sales_since(connection, "shop", "order", 0.0) == HOURS | {START: 9}
        assert last_kept(connection, "shop", "order") == max(HOURS)
        assert last_kept(connection, "shop", "booking") is None
        assert gaps(sales_since(connection, "shop", "order", 0.0)) == ()


def test_of_workers_that_keep_the_same_hours_at_once_none_fails(engine: sa.Engine) -> None:
    def work(_: int) -> None:
        with engine.begin() as connection:
            keep(connection, "shop", "order", HOURS)

    with ThreadPoolExecutor(max_workers=4) as workers:
        list(workers.map(work, range(8)))
    with engine.begin() as connection:
        assert sales_since(connection, "shop", "order", 0.0) == HOURS
