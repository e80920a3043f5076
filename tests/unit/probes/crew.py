"""A probe and those at work on it, for tests that need no store: what performing would do is said by each test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from journeys.probes.going import Going, Tick
from journeys.probes.history import History
from journeys.probes.outcome import Outcome, State
from journeys.probes.probe import Probe
from journeys.probes.roster import Roster
from journeys.probes.schedule import key_of
from journeys.run.journal import Compensation, Promises

EVERY_S = 20.0


class SetClock:
    """A clock that shows what it is set to; ``sleep`` of others does not move it."""

    def __init__(self, now: float) -> None:
        self.now = now

    def monotonic(self) -> float:
        return self.now

    def utc(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


def probe(name: str = "buy", **named: object) -> Probe:
    given = {"store": "shop", "journey": "guest_checkout", "every_s": EVERY_S} | named
    return Probe(name=name, **given)  # type: ignore[arg-type]


def tick(due: float, name: str = "buy") -> Tick:
    return Tick(key=key_of(name, due), probe=name, due=due)


def passed(each: Probe, at: Tick) -> Outcome:
    return Outcome(
        key=at.key,
        probe=each.name,
        store=each.store,
        journey=each.journey,
        location=each.location,
        state=State.PASSED,
        due=at.due,
        began=at.due,
        ended=at.due + 1,
    )


@dataclass(slots=True, kw_only=True)
class Crew:
    """One worker on a database of the test's own; ``undone`` is what it was asked to undo, ``told`` its news."""

    database: sa.Engine
    history: History
    name: str = "one"
    location: str = "here"
    probes: tuple[Probe, ...] = field(default_factory=lambda: (probe(),))
    perform: Callable[[Probe, Tick], Outcome] = passed
    keeps: bool = True
    undone: list[tuple[str, str]] = field(default_factory=list)
    told: list[Outcome] = field(default_factory=list)
    now: float = 0.0

    @property
    def roster(self) -> Roster:
        return self.going.roster

    @property
    def going(self) -> Going:
        if self._going is None:
            roster = Roster(self.database, self.name, self.location)
            self._going = Going(
                probes=self.probes,
                roster=roster,
                database=self.database,
                recorder=self.history,
                perform=self._perform,
                compensator=self._compensate,
                news=self.told.append,
                clock=SetClock(roster.now()),
            )
        return self._going

    def _perform(self, each: Probe, at: Tick) -> Outcome:
        return self.perform(each, at)

    def _compensate(
        self, store: str, promised: Sequence[Compensation], journal: Promises, doubtful: set[str]
    ) -> tuple[str, ...]:
        self.undone += [(each.kind, each.target) for each in promised]
        for each in promised if self.keeps else ():
            journal.done(each)
        return () if self.keeps else ("an order still stands",)

    _going: Going | None = None
