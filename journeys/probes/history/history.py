"""The history of all probes: what became of each tick, and all that is asked of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from math import inf
from typing import Any, Final

import sqlalchemy as sa

from journeys.probes.database import open_database, reading
from journeys.probes.history import asking, exporting, pruning, recording
from journeys.probes.history.counted import ArrivalHour, Hour, SurfaceNow
from journeys.probes.history.pruning import Retention
from journeys.probes.outcome import Arrival, Outcome, State

_JUDGED: Final = tuple(state for state in State if state.judged)


class History:
    """What became of each tick, in the database ``engine``; several threads and processes may use one at once.

    Every method raises TesterFault when the database cannot be used, ``DatabaseAway`` when that may pass by itself.
    Nothing takes longer because more is kept.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @classmethod
    def at(cls, url: str) -> History:
        """The one in the database at this address, which is made if need be."""
        return cls(open_database(url))

    def record(self, outcome: Outcome) -> bool:
        """Keep it, in one transaction; False, and nothing changes, when one of its key is kept already."""
        with self._engine.begin() as connection:
            return recording.record(connection, outcome)

    def outcome(self, key: str) -> Outcome | None:
        """The outcome of this key, whole; its readings may have been pruned."""
        with reading(self._engine) as connection:
            return asking.outcome(connection, key)

    def outcomes(
        self,
        *,
        probe: str = "",
        store: str = "",
        since: float = 0.0,
        until: float = inf,
        states: Collection[State] = (),
        limit: int = 100,
    ) -> tuple[Outcome, ...]:
        """Those of ticks due in [since, until), newest first, without readings and isolations."""
        ticks = asking.Ticks(probe=probe, store=store, since=since, until=until, states=states)
        with reading(self._engine) as connection:
            return asking.outcomes(connection, asking.ids(connection, ticks, limit=limit))

    def latest(self) -> tuple[Outcome, ...]:
        """The newest outcome of each probe (by ``due``), without readings, by the names of the probes."""
        with reading(self._engine) as connection:
            return asking.latest(connection)

    def last_due(self, probe: str) -> float | None:
        """The newest tick of the probe that has an outcome, or None."""
        with reading(self._engine) as connection:
            return asking.last_due(connection, probe)

    def recent(self, probe: str, many: int) -> tuple[Outcome, ...]:
        """The newest outcomes of the probe that say something of the store, newest first, without readings."""
        return self.outcomes(probe=probe, states=_JUDGED, limit=many)

    def hours(self, *, probe: str, since: float) -> tuple[Hour, ...]:
        """How its ticks ended, by the hour, from the one on that ``since`` lies in; hours without any are left out."""
        with reading(self._engine) as connection:
            return asking.hours(connection, probe, since)

    def arrived(self, *, store: str, surface: str, since: float) -> tuple[ArrivalHour, ...]:
        """How long writes took to the surface, in the same way; a write counts in the hour it was made in."""
        with reading(self._engine) as connection:
            return asking.arrived(connection, store, surface, since)

    def arrivals(self, *, store: str, surface: str = "", since: float = 0.0, limit: int = 500) -> tuple[Arrival, ...]:
        """Single arrivals at the surface, or at all of the store, newest first."""
        with reading(self._engine) as connection:
            return asking.arrivals(connection, store, surface, since, limit)

    def surfaces(self, store: str) -> tuple[SurfaceNow, ...]:
        """What each surface of the store shows of each fact, by their names."""
        with reading(self._engine) as connection:
            return asking.surfaces(connection, store)

    def prune(self, *, before: float, readings_before: float = 0.0) -> int:
        """Forget outcomes of ticks due before, and readings of those due before the other moment; how many rows.

        It goes in small batches with pauses. What is counted by the hour stays.
        """
        return pruning.prune(self._engine, before=before, readings_before=readings_before)

    def keep_to(self, retention: Retention, *, now: float) -> int:
        """Forget what is older than it is to be kept; how many rows that were."""
        return self.prune(before=now - retention.runs_s, readings_before=now - retention.readings_s)

    def export(self, *, since: float = 0.0, until: float = inf) -> Iterator[dict[str, Any]]:
        """One record a row of the outcomes of ticks due in [since, until), in order of time.

        ``{"kind": "run" | "step" | "reading" | …, "key": …}``: the kinds and their fields are in
        ``exporting.KINDS``. It is read in batches, so it may be of any length.
        """
        return exporting.records(self._engine, since, until)

    def close(self) -> None:
        """Close all connections; the next call would open new ones."""
        self._engine.dispose()
