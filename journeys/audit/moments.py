"""Local times as moments in UTC, and the time around a period in which its records may lie."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from journeys.audit.model import Period

_DAY: Final = timedelta(days=1)


def instant(wall: datetime, zone: tzinfo) -> datetime:
    """When the clocks of a zone show this, in UTC (RFC 5545, 3.3.5).

    The first of two moments that they show alike; where they skip it, by the offset before.
    """
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found
    before = (wall - _DAY).replace(tzinfo=zone).utcoffset() or timedelta()
    return (wall - before).replace(tzinfo=UTC)


def around(period: Period) -> tuple[datetime, datetime]:
    """The period with a day before and two days behind it, as days do not begin everywhere at once; the end is out."""
    begins = datetime.combine(period.first, datetime.min.time(), UTC) - _DAY
    return begins, datetime.combine(period.last, datetime.min.time(), UTC) + 3 * _DAY
