"""Dates and times as calendars write them (RFC 5545, 3.3.4 to 3.3.6), in UTC, in a zone or in none."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.timezone import TZP

from journeys.audit.calendars.components import Component
from journeys.audit.calendars.content import Line
from journeys.audit.moments import instant
from journeys.audit.sources import Unreadable

_TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_DURATION: Final = re.compile(r"\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_CHANGES: Final = 200
"""How many times of standard and daylight time a zone may describe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time as it was written: on the ``wall`` of a ``zone``; ``dated`` where only a day was.

    ``written`` has the zone behind the time; what has none is read in the calendar's declared one.
    """

    wall: datetime
    zone: tzinfo
    dated: bool
    written: str

    @property
    def utc(self) -> datetime:
        """In UTC: the first of two that the clocks show alike; where they skip it, by the offset before (3.3.5)."""
        return instant(self.wall, self.zone)

    def at(self, wall: datetime) -> Moment:
        """Another time of the same zone, written the same way."""
        text = f"{wall:%Y%m%d}" if self.dated else f"{wall:%Y%m%dT%H%M%S}"
        rest = self.written[8 if self.dated else 15 :]
        return replace(self, wall=wall, written=text + rest)


@dataclass(slots=True, kw_only=True)
class Clocks:
    """The zones of one file: those it describes, those everybody knows, and the declared one for times without any."""

    name: str
    floating: ZoneInfo
    described: dict[str, Component] = field(default_factory=dict)
    _known: dict[str, tzinfo] = field(default_factory=dict)
    _common: TZP = field(default_factory=TZP)
    """One of our own: the library's remembers what other files have described."""

    def describe(self, zone: Component) -> None:
        """A zone that the file describes; the first description of a name counts."""
        self.described.setdefault(zone.text("TZID"), zone)

    def moment(self, line: Line) -> Moment:
        """The time of a property; Unreadable where it is none, or in a zone that nobody knows."""
        return self._moment(line, line.value.strip())

    def moments(self, line: Line) -> list[Moment]:
        """All times of a property that may have several (EXDATE, RDATE); of periods their begin."""
        return [self._moment(line, each.strip().partition("/")[0]) for each in line.value.split(",")]

    def _moment(self, line: Line, value: str) -> Moment:
        found = _TIME.fullmatch(value)
        try:
            if found is None:
                raise ValueError(value)
            year, month, day, *clock = found.groups()
            dated = clock[0] is None
            hour, minute, second = (0, 0, 0) if dated else (int(each) for each in clock[:3])
            wall = datetime(int(year), int(month), int(day), hour, minute, min(second, 59))  # a leap second (3.3.12)
            moment = Moment(wall=wall, zone=self._zone(line, utc=clock[3] == "Z", dated=dated), dated=dated, written="")
            moment.utc  # noqa: B018 - the first and the last day of the calendar have no time in UTC
        except (ValueError, OverflowError) as error:
            raise Unreadable(f"{self.name} line {line.number}: {value[:40]!r} is no time of a calendar") from error
        return replace(moment, written=value + self._said(line, utc=clock[3] == "Z", dated=dated))

    def _said(self, line: Line, *, utc: bool, dated: bool) -> str:
        if utc or dated:
            return ""
        return f" {line.parameters['TZID']}" if line.parameters.get("TZID") else " (no zone)"

    def _zone(self, line: Line, *, utc: bool, dated: bool) -> tzinfo:
        name = line.parameters.get("TZID", "")
        if utc:
            return UTC
        if dated or not name:
            return self.floating
        if name not in self._known:
            self._known[name] = self._looked_up(name, line)
        return self._known[name]

    def _looked_up(self, name: str, line: Line) -> tzinfo:
        """What everybody understands by the name comes first, as descriptions are often shortened or out of date."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a name with its maker before it is known all the same
            known = self._common.timezone(name) if name.isprintable() else None
        if known is not None:
            return known
        if name not in self.described:
            raise Unreadable(
                f"{self.name} line {line.number}: the zone {name[:60]!r} is neither known nor described in the file"
            )
        return self._made(self.described[name])

    def _made(self, zone: Component) -> tzinfo:
        rules = [each for each in zone.lines if each.name == "RRULE"]
        begun = sum(each.name == "BEGIN" for each in zone.lines)
        endless = next((each for each in rules if not yearly(each.value)), None)
        if endless is not None or begun > _CHANGES:
            where = endless.number if endless is not None else zone.line
            raise Unreadable(f"{self.name} line {where}: no zone changes its clocks like this")
        text = "\r\n".join(each.raw for each in zone.lines) + "\r\n"
        try:
            described = Timezone.from_ical(text)
            if not isinstance(described, Timezone):
                raise ValueError(type(described).__name__)
            made: tzinfo = described.to_tz(lookup_tzid=False)
            datetime(2026, 1, 1, tzinfo=made).utcoffset()
        except Exception as error:  # whatever the libraries below make of a zone that is none
            raise Unreadable(f"{self.name} line {zone.line}: this describes no zone: {str(error)[:100]}") from error
        return made


def yearly(rule: str) -> bool:
    """Whether a rule of a zone goes from year to year, as all do."""
    parts = dict(each.partition("=")[::2] for each in rule.upper().split(";"))
    return parts.get("FREQ") == "YEARLY" and parts.get("INTERVAL", "1") == "1" and {*parts} <= _OF_ZONES


_OF_ZONES: Final = frozenset(
    ("FREQ", "INTERVAL", "BYMONTH", "BYDAY", "BYMONTHDAY", "BYHOUR", "BYMINUTE", "UNTIL", "COUNT", "WKST")
)
_UNITS: Final = ("weeks", "days", "hours", "minutes", "seconds")


def duration(line: Line, name: str) -> timedelta:
    """How long something lasts; Unreadable where that is no duration, or longer than any time."""
    found = _DURATION.fullmatch(line.value.strip().upper())
    try:
        if found is None or not any(found.groups()):
            raise ValueError(line.value)
        return timedelta(**{unit: int(each) for unit, each in zip(_UNITS, found.groups(), strict=True) if each})
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"{name} line {line.number}: {line.value[:40]!r} is no duration of an event") from error


def later(start: datetime, lasts: timedelta, line: Line, name: str) -> datetime:
    """The end of something; Unreadable where that lies after all times."""
    try:
        return start + lasts
    except OverflowError as error:
        raise Unreadable(f"{name} line {line.number}: {line.value[:40]!r} ends after the year 9999") from error
