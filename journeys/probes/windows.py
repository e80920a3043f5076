"""When a store is under maintenance; pure.

A window of ``cron`` begins at each moment at which the clock of its zone shows such a time: where the clock is put back
both times, and where it is put forward over that time, at the moment when it is put forward. It lasts ``lasts_s``
seconds, whatever the clock does meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo

from croniter import croniter

from journeys.model import TesterFault
from journeys.probes.probe import Window
from journeys.probes.schedule import moments

_MINUTE_S: Final = 60


def under_maintenance(windows: Iterable[Window], at: float) -> bool:
    """Whether that moment lies in one of the windows; the end of a window does not."""
    return any(_holds(window, at) for window in windows)


def spans(windows: Iterable[Window], *, since: float, until: float) -> Iterator[tuple[float, float]]:
    """When they begin and end, as far as they are not over at ``since`` and begin before ``until``; by window."""
    for window in windows:
        if window.cron:
            begun = takewhile(lambda at: at < until, moments(window.cron, window.zone, since - window.lasts_s))
            yield from ((at, at + window.lasts_s) for at in begun)
            continue
        first, last = _moment(window.since, window.zone), _moment(window.until, window.zone)
        if first is not None and last is not None and first < until and last > since:
            yield first, last


def _holds(window: Window, at: float) -> bool:
    if window.cron:
        return at - _last_beginning(window.cron, window.zone, int(at // _MINUTE_S)) < window.lasts_s
    since, until = _moment(window.since, window.zone), _moment(window.until, window.zone)
    if since is None and until is None:
        return False  # nobody is silenced for ever by a window of which only the name is given
    return (since is None or since <= at) and (until is None or at < until)


def _moment(label: datetime | None, zone: str) -> float | None:
    """A time without a zone is meant in that of the window."""
    if label is None:
        return None
    return (label if label.tzinfo else label.replace(tzinfo=_zone(zone))).timestamp()


@lru_cache(maxsize=4096)
def _last_beginning(cron: str, zone: str, minute: int) -> float:
    """The last one up to the beginning of that minute; the five fields of cron know no shorter time."""
    after = datetime.fromtimestamp(minute * _MINUTE_S, UTC) + timedelta(seconds=1)
    try:
        found: datetime = croniter(cron, after.astimezone(_zone(zone))).get_prev(datetime)
    except ValueError as error:
        raise TesterFault(
            f"a maintenance window's cron is {cron!r}, which is none: {error}; five fields are wanted"
        ) from error
    return found.timestamp()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise TesterFault(
            f"a maintenance window's zone is {name!r}; wanted is one of IANA's, such as Europe/Berlin"
        ) from error
