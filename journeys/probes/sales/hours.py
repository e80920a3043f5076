"""Hours of a store in its own time zone: which hour of the week a moment is in, and what is left out of account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from journeys.model import TesterFault

HOUR_S: Final = 3600.0
DAY_S: Final = 24 * HOUR_S
HOURS_OF_DAY: Final = 24
HOURS_OF_WEEK: Final = 7 * HOURS_OF_DAY
_ANY_WINTER: Final = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From ``since`` until ``until``, in seconds since 1970 in UTC."""

    since: float
    until: float


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name; TesterFault when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise TesterFault(f"there is no time zone {name!r}; take one such as Europe/Berlin") from error


def hour_at(at: float, zone: ZoneInfo) -> float:
    """When the hour began that a moment lies in.

    Where clocks are set to the half hour, hours begin there: in winter's time all year, so that no hour is cut in two.
    """
    phase = _phase(zone)
    return at - (at + phase) % HOUR_S


def hour_of_week(start: float, zone: ZoneInfo) -> int:
    """Which of the 168 hours of the week an hour is, from Monday at 0 o'clock on; a doubled one is the same twice."""
    local = datetime.fromtimestamp(start + HOUR_S / 2, zone)
    return local.weekday() * HOURS_OF_DAY + local.hour


def day_of(start: float, zone: ZoneInfo) -> int:
    """The local day that an hour belongs to, as a number that grows by one each day."""
    return datetime.fromtimestamp(start + HOUR_S / 2, zone).toordinal()


def midnight_before(at: float, zone: ZoneInfo) -> float:
    """When the local day began that a moment lies in."""
    return datetime.fromtimestamp(at, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0).timestamp()


def midnight_after(at: float, zone: ZoneInfo) -> float:
    """When the next local day begins."""
    local = datetime.fromtimestamp(at, zone) + timedelta(days=1)  # by the calendar, whatever the clocks do
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).timestamp()


def counts_of(times: Iterable[float], zone: ZoneInfo) -> Mapping[float, int]:
    """How many of the moments lie in each hour, by when it began; hours without any are not there."""
    return Counter(hour_at(at, zone) for at in times)


def whole_hours(since: float, until: float, zone: ZoneInfo) -> Iterator[float]:
    """When each hour began that lies wholly between two moments."""
    start = hour_at(since, zone)
    start += HOUR_S if start < since else 0.0
    while start + HOUR_S <= until:
        yield start
        start += HOUR_S


def parts(since: float, until: float, zone: ZoneInfo, left_out: Sequence[Span] = ()) -> Iterator[tuple[float, float]]:
    """Each hour between two moments, by when it began, and how many seconds of it lie there and are not left out."""
    start = hour_at(since, zone)
    while start < until:
        inside = Span(since=max(since, start), until=min(until, start + HOUR_S))
        lasts = inside.until - inside.since - _covered(inside, left_out)
        if lasts > 0:
            yield start, lasts
        start += HOUR_S


def touched(start: float, left_out: Sequence[Span]) -> bool:
    """Whether any of an hour is left out."""
    return any(each.since < start + HOUR_S and start < each.until for each in left_out)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in spans that neither overlap nor touch, the earliest first."""
    joined: list[Span] = []
    for each in sorted(spans, key=lambda span: span.since):
        if joined and each.since <= joined[-1].until:
            joined[-1] = Span(since=joined[-1].since, until=max(joined[-1].until, each.until))
        elif each.since < each.until:
            joined.append(each)
    return tuple(joined)


def _covered(inside: Span, left_out: Sequence[Span]) -> float:
    return sum(max(0.0, min(inside.until, each.until) - max(inside.since, each.since)) for each in left_out)


@lru_cache(maxsize=64)
def _phase(zone: ZoneInfo) -> float:
    offset = zone.utcoffset(_ANY_WINTER.replace(tzinfo=None))
    return 0.0 if offset is None else offset.total_seconds() % HOUR_S
