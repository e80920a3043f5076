"""When each event of a calendar takes place, and what became of it: the newest version of each, with its exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from journeys.audit.calendars.components import Component
from journeys.audit.calendars.content import Line
from journeys.audit.calendars.repeating import MOST, Patience, repeated
from journeys.audit.calendars.times import Clocks, Moment, duration, later
from journeys.audit.sources import Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time at which an event takes place; ``repeats`` where it is one of several."""

    event: Component
    starts: Moment
    ends: datetime | None
    standing: bool
    repeats: bool
    made: datetime | None


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads the events of one file that start within a time."""

    name: str
    clocks: Clocks
    window: tuple[datetime, datetime]
    patience: Patience = field(default_factory=Patience)

    def occurrences(self, versions: Iterable[Component]) -> Iterator[Occurrence]:
        """When the event takes place of which these are the versions: all components with its UID."""
        newest = self._newest(versions)
        master = newest.pop(None, None)
        changed = {key: self._one(each, repeats=True) for key, each in newest.items() if key is not None}
        if master is not None:
            for each in self._of(master):
                if each.starts.utc not in changed:
                    yield each
        yield from (each for each in changed.values() if self._inside(each.starts))

    def _newest(self, versions: Iterable[Component]) -> dict[datetime | None, Component]:
        """The version with the highest SEQUENCE, then with the latest DTSTAMP, then the last; by RECURRENCE-ID."""
        newest: dict[datetime | None, tuple[tuple[int, str], Component]] = {}
        for each in versions:
            line = each.first("RECURRENCE-ID")
            if line is not None and line.parameters.get("RANGE"):
                raise Unreadable(f"{self.name} line {line.number}: a change of all later events (RANGE) is not read")
            key = self.clocks.moment(line).utc if line else None
            rank = (self._sequence(each), each.text("DTSTAMP"))
            if key not in newest or newest[key][0] <= rank:
                newest[key] = (rank, each)
        return {key: each for key, (_, each) in newest.items()}

    def _sequence(self, event: Component) -> int:
        line = event.first("SEQUENCE")
        if line is None:
            return 0
        if not line.value.strip().isdecimal() or len(line.value) > 10:
            raise Unreadable(f"{self.name} line {line.number}: {line.value[:40]!r} is no SEQUENCE")
        return int(line.value)

    def _of(self, event: Component) -> Iterator[Occurrence]:
        once = self._one(event, repeats=False)
        rules, dates = event.properties.get("RRULE", []), event.properties.get("RDATE", [])
        if not rules and not dates:
            if self._inside(once.starts):
                yield once
            return
        lasts = None if once.ends is None else once.ends - once.starts.utc
        for starts in sorted(self._times(once.starts, rules, dates, event), key=lambda each: each.utc):
            ends = None if lasts is None else later(starts.utc, lasts, event.lines[0], self.name)
            yield replace(once, starts=starts, ends=ends, repeats=True)

    def _times(self, first: Moment, rules: list[Line], dates: list[Line], event: Component) -> list[Moment]:
        """By its rules, its own start always included (3.8.5.3), without those that were taken out."""
        times = {first.utc: first}
        for rule in rules:
            for each in repeated(first, rule, self.window, self.name, self.patience):
                times[each.utc] = each
                if len(times) > MOST:
                    raise Unreadable(f"{self.name} line {rule.number}: it takes place more than {MOST:,} times")
        for line in dates:
            times |= {each.utc: each for each in self.clocks.moments(line)}
        for line in event.properties.get("EXDATE", []):
            for gone in self.clocks.moments(line):
                times.pop(gone.utc, None)
        return [each for each in times.values() if self._inside(each)]

    def _one(self, event: Component, *, repeats: bool) -> Occurrence:
        line = event.first("DTSTART")
        if line is None:
            raise Unreadable(f"{self.name} line {event.line}: an event without DTSTART")
        starts = self.clocks.moment(line)
        cancelled = event.cancelled or event.text("STATUS").upper() == "CANCELLED"
        return Occurrence(
            event=event,
            starts=starts,
            ends=self._end(event, starts),
            standing=not cancelled,
            repeats=repeats,
            made=self._made(event),
        )

    def _made(self, event: Component) -> datetime | None:
        """When it was last written (DTSTAMP is that of the newest version), else when it was made."""
        line = event.first("DTSTAMP") or event.first("CREATED")
        return self.clocks.moment(line).utc if line else None

    def _end(self, event: Component, starts: Moment) -> datetime | None:
        line = event.first("DTEND")
        if line is not None:
            ends = self.clocks.moment(line).utc
            if ends < starts.utc:
                raise Unreadable(f"{self.name} line {line.number}: it ends before it starts")
            return ends
        line = event.first("DURATION")
        if line is not None:
            return later(starts.utc, duration(line, self.name), line, self.name)
        return None

    def _inside(self, starts: Moment) -> bool:
        return self.window[0] <= starts.utc < self.window[1]
