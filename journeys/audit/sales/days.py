"""On which day of the store a moment lies, as an SQL that needs no tables of time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from journeys.audit.model import Period

_MARGIN: Final = timedelta(days=2)
_HALF: Final = timedelta(hours=12)


def begins(day: date, period: Period) -> datetime:
    """When a day of the store begins, in UTC: at the cut-off on the clock of its zone.

    An hour that comes twice is meant the first time; one that is left out, as if the clock had not been put forward.
    """
    midnight = datetime.combine(day, time(), tzinfo=None) + timedelta(seconds=period.cutoff_s)
    return midnight.replace(tzinfo=period.zone).astimezone(UTC)


def day_sql(moment: str, period: Period, reach: timedelta) -> str:
    """The SQL of the day of a UTC ``timestamp``, exact for moments no further than ``reach`` from the period.

    A moment plus the shift of its day is a time between 0:00 and 24:00 of it. The shift changes with the clocks; the
    change is put half a day after the day began, where either shift leads to the same day.
    """
    day, last = period.first - reach - _MARGIN, period.last + reach + _MARGIN
    shift = _shift(day, period)
    cases = []
    while day <= last:
        following = _shift(day + timedelta(days=1), period)
        if following != shift:
            until = begins(day, period) + _HALF
            cases.append(f"WHEN {moment} < TIMESTAMP '{until:%Y-%m-%d %H:%M:%S}' THEN {_seconds(shift)}")
            shift = following
        day += timedelta(days=1)
    seconds = f"CASE {' '.join(cases)} ELSE {_seconds(shift)} END" if cases else f"{_seconds(shift)}"
    return f"CAST({moment} + to_seconds({seconds}) AS DATE)"


def _shift(day: date, period: Period) -> timedelta:
    return datetime.combine(day, time(), tzinfo=UTC) - begins(day, period)


def _seconds(shift: timedelta) -> int:
    return round(shift.total_seconds())
