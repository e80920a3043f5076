"""Gathers what is measured; what only grows is counted on from where it was, so that no question grows with history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from threading import Lock
from typing import Final, Generic, TypeVar

from journeys.probes.outcome import Outcome, State
from journeys.probes.probe import Probe
from journeys.serving.due import interval_of
from journeys.serving.sources import NewestReading, Sources
from journeys.serving.surfaces import newest_of_each, shown
from reports.status import Gauged, Measured, Spread, kind_of

Of = TypeVar("Of", State, float)

BEFORE_S: Final = 7 * 86400.0
"""So long before this process began the counting begins: quantiles say something from the first scrape on."""
_OPEN_S: Final = 6 * 3600.0
"""An hour is counted for good when it is so old: until then a run may still be recorded in it."""
_HOUR_S: Final = 3600.0
IN_A_ROW: Final = 5
"""Of so many runs it is told how many failed one after the other."""
_NEVER: Final = float("inf")
_LEARNT_FROM: Final = 4


class Running(Generic[Of]):
    """A sum over hours: closed ones are remembered, open ones are asked for when there is something new."""

    def __init__(self, since: float) -> None:
        self.closed: Counter[Of] = Counter()
        self.since = since
        self.known: tuple[str, Counter[Of]] = ("", Counter())
        """The key of the outcome that was the newest when it was last summed up, and that sum."""

    def add(self, hours: Iterable[tuple[float, Mapping[Of, int]]], at: float) -> Counter[Of]:
        """The sum with these hours, which begin at ``since`` and go up to now; None of them is counted twice."""
        total = Counter(self.closed)
        until = (at - _OPEN_S) // _HOUR_S * _HOUR_S
        for start, counts in hours:
            if start < self.since:
                continue
            total.update(counts)
            if start < until:
                self.closed.update(counts)
        self.since = max(self.since, until)
        return total


class Measurer:
    """Asks for what is measured; several threads may."""

    def __init__(self, sources: Sources, clock: Callable[[], float]) -> None:
        self._sources = sources
        self._clock = clock
        self.since = (clock() - BEFORE_S) // _HOUR_S * _HOUR_S
        self._states: dict[str, Running[State]] = {}
        self._spreads: dict[tuple[str, str], Running[float]] = {}
        self._intervals: dict[str, tuple[str, float]] = {}
        self._recent: dict[str, tuple[str, tuple[Outcome, ...]]] = {}
        self._lock = Lock()

    def measured(self) -> Measured:
        """Everything as it stands now; TesterFault when the history cannot be asked."""
        with self._lock:
            at = self._clock()
            latest = {outcome.probe: outcome for outcome in self._sources.history.latest()}
            declared = {probe.name: probe for probe in self._sources.probes}
            probes = tuple(self._gauged(name, declared.get(name), latest.get(name), at) for name in declared or latest)
            readings = {
                store: newest_of_each(self._sources.history.surfaces(store))
                for store in dict.fromkeys(probe.store for probe in probes)
            }
            beat = self._sources.heartbeat
            return Measured(
                at=at,
                since=self.since,
                probes=probes,
                surfaces=tuple((store, shown(store, each)) for store, of in readings.items() for each in of),
                spreads=tuple(self._spread(place, at) for place in _places(readings)),
                incidents=tuple(self._sources.incidents.open()),
                levels=tuple(self._sources.levels.now(at)),
                heartbeat=beat() if beat else None,
            )

    def _gauged(self, name: str, declared: Probe | None, newest: Outcome | None, at: float) -> Gauged:
        about = declared or newest
        assert about is not None
        judged = self._judged(name, newest)
        return Gauged(
            probe=name,
            store=about.store,
            journey=about.journey,
            location=about.location,
            newest=self._begun(name, newest),
            judged=next(iter(judged), None),
            failures=len(list(takewhile(lambda run: run.state is State.FAILED, judged))),
            states=self._counted(name, newest, at) if newest else {},
            every_s=self._interval(name, declared, newest),
            timeout_s=declared.timeout_s if declared else 0.0,
        )

    def _counted(self, name: str, newest: Outcome, at: float) -> Mapping[State, int]:
        running = self._states.setdefault(name, Running(self.since))
        if running.known[0] != newest.key:
            hours = self._sources.history.hours(probe=name, since=running.since)
            running.known = (newest.key, running.add(((hour.start, hour.states) for hour in hours), at))
        return running.known[1]

    def _begun(self, name: str, newest: Outcome | None) -> Outcome | None:
        """The newest that was not skipped."""
        if newest is None or newest.state is not State.SKIPPED:
            return newest
        begun = [state for state in State if state is not State.SKIPPED]
        return next(iter(self._sources.history.outcomes(probe=name, states=begun, limit=1)), None)

    def _judged(self, name: str, newest: Outcome | None) -> tuple[Outcome, ...]:
        """The newest that say something of the store, asked once for each newest outcome."""
        if newest is None:
            return ()
        key, found = self._recent.get(name, ("", ()))
        if key != newest.key:
            found = self._sources.history.recent(name, IN_A_ROW)
            self._recent[name] = (newest.key, found)
        return found

    def _interval(self, name: str, declared: Probe | None, newest: Outcome | None) -> float:
        """As declared; otherwise learnt, once for each newest outcome."""
        if declared and declared.every_s:
            return declared.every_s
        if newest is None:
            return 0.0
        key, seconds = self._intervals.get(name, ("", 0.0))
        if key != newest.key:
            runs = (newest,) if declared else self._sources.history.outcomes(probe=name, limit=_LEARNT_FROM)
            seconds = interval_of(declared, runs)
            self._intervals[name] = (newest.key, seconds)
        return seconds

    def _spread(self, place: _Place, at: float) -> Spread:
        running = self._spreads.setdefault((place.store, place.surface), Running(self.since))
        if running.known[0] != place.key:
            hours = self._sources.history.arrived(store=place.store, surface=place.surface, since=running.since)
            counted = ((hour.start, {**hour.counts, _NEVER: hour.censored}) for hour in hours)
            running.known = (place.key, running.add(counted, at))
        total = running.known[1]
        within = {bound: many for bound, many in total.items() if bound != _NEVER}
        return Spread(store=place.store, surface=place.surface, fact=place.facts, within=within, censored=total[_NEVER])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A surface, the kinds of facts it shows (its hours are counted for all together), and who read it last."""

    store: str
    surface: str
    facts: str
    key: str


def _places(readings: Mapping[str, Iterable[NewestReading]]) -> Iterator[_Place]:
    for store, every in readings.items():
        surfaces: dict[str, list[NewestReading]] = {}
        for each in every:
            surfaces.setdefault(each.surface, []).append(each)
        for surface, of in surfaces.items():
            facts = ", ".join(sorted({kind_of(each.fact) for each in of}))
            yield _Place(store=store, surface=surface, facts=facts, key=max(of, key=lambda each: each.at).key)
