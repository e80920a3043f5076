"""The components of a calendar (RFC 5545, 3.6): its events and its zones, one at a time as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from journeys.audit.calendars.content import Line
from journeys.audit.sources import Unreadable

DEEPEST: Final = 8
"""How far components may lie in one another; an alarm in an event lies at 3."""
LARGEST: Final = 20_000
"""Lines of one event or zone."""


@dataclass(slots=True)
class Component:
    """One event or zone: where it begins, and its properties by name; ``cancelled`` is what its calendar's METHOD says.

    ``lines`` are all of its lines, with those of the components in it.
    """

    kind: str
    line: int
    cancelled: bool = False
    properties: dict[str, list[Line]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def first(self, name: str) -> Line | None:
        """The first property of that name."""
        found = self.properties.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        """Its text; "" where there is none."""
        line = self.first(name)
        return line.text.strip() if line else ""


def components(lines: Iterable[Line], name: str) -> Iterator[Component]:
    """The events and zones of all calendars in a file; Unreadable where components are not closed or not opened."""
    reader = _Reader(name)
    for line in lines:
        found = reader.take(line)
        if found is not None:
            yield found
    reader.end()


class _Reader:
    """What is open at the moment, the outermost first."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._open: list[tuple[str, int]] = []
        self._now: Component | None = None
        self._calendars = 0
        self._cancelled = False

    def take(self, line: Line) -> Component | None:
        """One more line; the component that ends with it."""
        if line.name == "BEGIN":
            self._begin(line)
            return None
        if line.name == "END":
            return self._end(line)
        if not self._open:
            raise Unreadable(f"{self._name} line {line.number}: {line.name} stands outside of any calendar")
        if self._now is not None:
            self._keep(self._now, line)
        elif len(self._open) == 1 and line.name == "METHOD":
            self._cancelled = line.value.strip().upper() == "CANCEL"
        return None

    def end(self) -> None:
        """Nothing more comes."""
        if self._open:
            kind, number = self._open[-1]
            raise Unreadable(f"{self._name} line {number}: BEGIN:{kind} has no end; the file is not whole")
        if not self._calendars:
            raise Unreadable(f"{self._name} line 1: the file is empty, and no calendar")

    def _begin(self, line: Line) -> None:
        kind = line.value.strip().upper()
        if not self._open and kind != "VCALENDAR":
            raise Unreadable(f"{self._name} line {line.number}: BEGIN:{kind:.40} stands outside of any calendar")
        if len(self._open) >= DEEPEST:
            raise Unreadable(f"{self._name} line {line.number}: more than {DEEPEST} components in one another")
        self._open.append((kind, line.number))
        if len(self._open) == 1:
            self._calendars, self._cancelled = self._calendars + 1, False
        elif len(self._open) == 2 and kind in ("VEVENT", "VTIMEZONE"):
            self._now = Component(kind, line.number, self._cancelled)
        if self._now is not None:
            self._keep(self._now, line)

    def _end(self, line: Line) -> Component | None:
        kind = line.value.strip().upper()
        if not self._open or self._open[-1][0] != kind:
            inside = f"BEGIN:{self._open[-1][0]} of line {self._open[-1][1]}" if self._open else "nothing"
            raise Unreadable(f"{self._name} line {line.number}: END:{kind:.40} where {inside} is open")
        if self._now is not None:
            self._keep(self._now, line)
        self._open.pop()
        if len(self._open) == 1:
            ended, self._now = self._now, None
            return ended
        return None

    def _keep(self, component: Component, line: Line) -> None:
        component.lines.append(line)
        if len(component.lines) > LARGEST:
            raise Unreadable(f"{self._name} line {component.line}: {component.kind} has more than {LARGEST:,} lines")
        if len(self._open) == 2 and line.name not in ("BEGIN", "END"):
            component.properties.setdefault(line.name, []).append(line)
