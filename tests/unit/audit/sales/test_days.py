"""The day of a moment, by the clock of the store's zone and its cut-off, also where clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.audit.model import Period
from journeys.audit.sales.days import begins, day_sql

BERLIN = ZoneInfo("Europe/Berlin")
REACH = timedelta(days=10)


def _day(moment: datetime, period: Period) -> date:
    sql = day_sql("m", period, REACH)
    (row,) = duckdb.execute(
        f"SELECT {sql} FROM (SELECT CAST(? AS TIMESTAMP) AS m)", [moment.replace(tzinfo=None)]
    ).fetchall()
    return row[0]  # type: ignore[no-any-return]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cutoff_s", "moment", "day"),
    [
        (0, "2026-03-28 22:59:59", date(2026, 3, 28)),
        (0, "2026-03-28 23:00:00", date(2026, 3, 29)),
        (0, "2026-03-29 21:59:59", date(2026, 3, 29)),  # that day had 23 hours
        (0, "2026-03-29 22:00:00", date(2026, 3, 30)),
        (0, "2026-10-24 22:00:00", date(2026, 10, 25)),
        (0, "2026-10-25 22:59:59", date(2026, 10, 25)),  # and this one 25
        (0, "2026-10-25 23:00:00", date(2026, 10, 26)),
        (4 * 3600, "2026-03-29 01:59:59", date(2026, 3, 28)),  # 3:59:59 in summer time
        (4 * 3600, "2026-03-29 02:00:00", date(2026, 3, 29)),
        (4 * 3600, "2026-10-25 02:59:59", date(2026, 10, 24)),  # 3:59:59 in winter time
        (4 * 3600, "2026-10-25 03:00:00", date(2026, 10, 25)),
        (9000, "2026-10-25 00:29:59", date(2026, 10, 24)),  # 2:30 comes twice: the day begins the first time
        (9000, "2026-10-25 00:30:00", date(2026, 10, 25)),
        (9000, "2026-10-25 01:15:00", date(2026, 10, 25)),  # 2:15 again, and still the new day
    ],
)  # fmt: skip
def test_a_day_begins_at_the_cut_off_on_the_clock(cutoff_s: int, moment: str, day: date) -> None:
    at = _utc(moment)
    period = Period(
        first=at.date() - timedelta(days=2), last=at.date() + timedelta(days=2), zone=BERLIN, cutoff_s=cutoff_s
    )
    assert _day(at, period) == day


@given(
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns"]
    ),
    cutoff_s=st.integers(0, 86_399),
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    days=st.integers(0, 400),
    seconds=st.integers(-8 * 86_400, 408 * 86_400),
)
def test_a_moment_lies_between_where_its_day_begins_and_where_the_next_does(
    zone: str, cutoff_s: int, first: date, days: int, seconds: int
) -> None:
    period = Period(first=first, last=first + timedelta(days=days), zone=ZoneInfo(zone), cutoff_s=cutoff_s)
    moment = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(
        seconds=min(seconds, (days + 8) * 86_400)
    )
    day = _day(moment, period)
    assert begins(day, period) <= moment < begins(day + timedelta(days=1), period)
