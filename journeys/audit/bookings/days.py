"""What clocks do: where a period's days begin, and by how much a zone's clocks differ from UTC at each moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from journeys.audit.model import Period

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_MICROSECOND: Final = timedelta(microseconds=1)
_YEAR: Final = timedelta(days=400)
"""More than a year, so that the last and the next change of the clocks are always among what is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One local day: from ``begins`` on, until before ``ends`` (microseconds since 1970 in UTC)."""

    day: date
    begins: int
    ends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time in which the clocks differ from UTC by ``offset`` (all in microseconds, east positive).

    ``before`` and ``after`` are the offsets on the other side of the changes at its two ends; its own where nothing
    changes within a year or so.
    """

    begins: int
    ends: int
    offset: int
    before: int
    after: int


def microseconds(moment: datetime) -> int:
    """Since 1970, in UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def begin_of(period: Period, day: date) -> int:
    """When a day begins: as the clocks on the wall show the cut-off, the first time if they show it twice.

    Where they skip it, when they would have shown it had they not been changed.
    """
    wall = datetime.combine(day, datetime.min.time()) + timedelta(seconds=period.cutoff_s)
    return microseconds(wall.replace(tzinfo=period.zone).astimezone(UTC))


def days(period: Period) -> Iterator[Day]:
    """The days of a period, one after the other without a gap."""
    day = period.first
    while day <= period.last:
        yield Day(day=day, begins=begin_of(period, day), ends=begin_of(period, day + _DAY))
        day += _DAY


def wider(period: Period, number: int) -> Period:
    """The period and so many days around it, as far as the calendar goes."""
    before = min(number, (period.first - date.min).days - 2)
    after = min(number, (date.max - period.last).days - 2)
    return Period(
        first=period.first - before * _DAY, last=period.last + after * _DAY, zone=period.zone, cutoff_s=period.cutoff_s
    )


def spans(period: Period) -> list[Span]:
    """How the clocks of the period's zone stand, from a year before it to a year after it."""
    begins = max(datetime.combine(period.first, datetime.min.time(), UTC), datetime(2, 6, 1, tzinfo=UTC)) - _YEAR
    ends = min(datetime.combine(period.last, datetime.min.time(), UTC), datetime(9998, 1, 1, tzinfo=UTC)) + _YEAR
    edges = [begins, *_changes(period.zone, begins, ends), ends]
    offsets = [_offset(period.zone, edge) for edge in edges[:-1]]
    return [
        Span(
            begins=microseconds(edges[place]),
            ends=microseconds(edges[place + 1]),
            offset=own // _MICROSECOND,
            before=(offsets[place - 1] if place else own) // _MICROSECOND,
            after=(offsets[place + 1] if place + 1 < len(offsets) else own) // _MICROSECOND,
        )
        for place, own in enumerate(offsets)
    ]


def _changes(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """When the clocks were changed: looked for day by day, then to the second."""
    known, moment = _offset(zone, begins), begins
    while moment < ends:
        following = min(moment + _DAY, ends)
        if _offset(zone, following) != known:
            change = _change(zone, moment, following)
            known = _offset(zone, change)
            yield change
            moment = change
        else:
            moment = following


def _change(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """The first second after ``early`` at which the offset is another."""
    known = _offset(zone, early)
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        early, late = (middle, late) if _offset(zone, middle) == known else (early, middle)
    return late


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
