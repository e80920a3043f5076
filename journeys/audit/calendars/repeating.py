"""Events that repeat (RFC 5545, 3.3.10 and 3.8.5): when they take place within a time, at a bounded cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from dateutil.rrule import rrulestr

from journeys.audit.calendars.content import Line
from journeys.audit.calendars.times import Moment
from journeys.audit.sources import Unreadable

MOST: Final = 100_000
"""How often an event may have taken place before the time that is looked at, and in it."""
_FINEST: Final = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
_CYCLE: Final = 400
"""Years after which the Gregorian calendar repeats itself, weekdays and all."""
_LAST: Final = 9999
_LIST: Final = 400
"""How many numbers one part of a rule may list."""
_DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class Patience:
    """How many rules that never let anything take place are looked through, in all of a file: each takes a second."""

    left: int = 20

    def lose(self, rule: Line, name: str) -> None:
        """One more of them."""
        self.left -= 1
        if self.left < 0:
            raise Unreadable(f"{name} line {rule.number}: one more rule by which nothing ever takes place")


def repeated(
    start: Moment, rule: Line, window: tuple[datetime, datetime], name: str, patience: Patience
) -> Iterator[Moment]:
    """When a rule lets it take place between two moments (in UTC), by the clocks on the wall of its start.

    Unreadable for a rule that is none, that goes by the minute, or that takes more than ``MOST`` steps to get there.
    """
    earliest, latest = (each.astimezone(start.zone).replace(tzinfo=None) for each in window)
    # Whoever looks for an occurrence that never comes looks until the year 9999: so that is brought near.
    shift = (_LAST - max(latest.year, start.wall.year) - 10) // _CYCLE * _CYCLE
    begins = start.wall.replace(year=start.wall.year + shift)
    try:
        number, occurrences = 0, rrulestr(_checked(rule, start, shift, name), dtstart=begins)
        for number, moment in enumerate(occurrences, 1):
            wall = moment.replace(year=moment.year - shift)
            if wall > latest + _DAY:
                return
            if number > MOST:
                raise Unreadable(f"{name} line {rule.number}: it takes place more than {MOST:,} times")
            if wall >= earliest - _DAY:
                yield start.at(wall)
        if not number:
            patience.lose(rule, name)
    except (ValueError, OverflowError, TypeError, IndexError, AttributeError) as error:
        raise Unreadable(f"{name} line {rule.number}: {rule.value[:60]!r} is no rule: {error}") from error


def _checked(rule: Line, start: Moment, shift: int, name: str) -> str:
    """The rule, with its end on the wall of the start."""
    parts = dict(each.partition("=")[::2] for each in rule.value.strip().upper().split(";") if each)
    if parts.get("FREQ") not in _FINEST:
        known = ", ".join(_FINEST)
        raise Unreadable(f"{name} line {rule.number}: no booking repeats like {rule.value[:60]!r}; known are {known}")
    for key, value in parts.items():
        listed = value.split(",")
        if len(listed) > _LIST:
            raise Unreadable(f"{name} line {rule.number}: {key} lists more than {_LIST} numbers")
    if int(parts.get("INTERVAL", "1")) < 1:
        raise Unreadable(f"{name} line {rule.number}: an interval of {parts['INTERVAL']}")
    if "UNTIL" in parts:
        until = _until(parts["UNTIL"], start)
        parts["UNTIL"] = f"{until.replace(year=min(until.year + shift, _LAST)):%Y%m%dT%H%M%S}"
    return ";".join(f"{key}={value}" for key, value in parts.items())


def _until(text: str, start: Moment) -> datetime:
    """The last moment that a rule may give; a day includes all of it."""
    found = re.fullmatch(r"(\d{8})(?:T(\d{6})(Z?))?", text)
    if found is None:
        raise ValueError(f"UNTIL={text}")
    if found[2] is None:
        return datetime.strptime(found[1], "%Y%m%d") + _DAY - timedelta(seconds=1)
    until = datetime.strptime(found[1] + found[2], "%Y%m%d%H%M%S")
    return until.replace(tzinfo=UTC).astimezone(start.zone).replace(tzinfo=None) if found[3] else until
