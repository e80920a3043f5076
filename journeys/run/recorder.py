"""The pen of a run: it adds events to the history in memory and on disk, and never edits one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TypeVar

from journeys.masking import Mask
from journeys.model import Event, Heading, History, TesterFault, Trouble
from journeys.run.clock import Clock
from journeys.run.ndjson import encode

E = TypeVar("E", bound=Event)


class Recorder:
    """Collects the events of one run, without the secrets that ``mask`` knows.

    ``now`` is seconds since the heading was written.
    """

    def __init__(self, heading: Heading, clock: Clock, path: Path | None = None, mask: Mask | None = None) -> None:
        self.mask = mask or Mask()
        self._clock = clock
        self._began = clock.monotonic()
        self._events: list[Event] = []
        self.heading = heading
        self._path = path
        self._write(heading)

    def now(self) -> float:
        """Seconds since the history began."""
        return self._clock.monotonic() - self._began

    def moment(self) -> datetime:
        """The time now, in UTC, such as a browser is told."""
        return self._clock.utc()

    def at(self, moment: datetime) -> float:
        """The seconds of a moment in UTC, such as a browser gives."""
        return self.now() - (self._clock.utc() - moment).total_seconds()

    def add(self, event: E) -> E:
        """Append an event and return it as it was written; TesterFault when the disk refuses it."""
        event = self.mask.of(event)
        self._events.append(event)
        self._write(event)
        return event

    def note(self, event: Event) -> None:
        """Append an event where nothing may stop for a full disk: that is told as a trouble of its own."""
        try:
            self.add(event)
        except TesterFault as full:
            self.add(Trouble(blame="environment", what=str(full), at=self.now()))

    def history(self) -> History:
        """All that happened so far."""
        return History(heading=self.heading, events=tuple(self._events))

    def _write(self, event: Heading | Event) -> None:
        if self._path is None:
            return
        try:
            with self._path.open("ab") as file:
                file.write(encode(event))
        except OSError as error:
            path, self._path = self._path, None
            raise TesterFault(f"cannot write the history {path}: {error.strerror}; free some space") from error
