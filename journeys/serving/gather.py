"""Gathers what the pages tell from the history and its neighbours, asking only what is bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final

from journeys.probes.outcome import Outcome, State
from journeys.probes.probe import Probe
from journeys.serving.due import maintenance
from journeys.serving.sources import Sources
from journeys.serving.standing import probe_now, silence_of, store_now
from journeys.serving.surfaces import LATE_S, Arrived, newest_of_each, shown
from reports.status import (
    Incident,
    IncidentPage,
    Level,
    Overview,
    ProbeNow,
    ProbePage,
    RunPage,
    StoreNow,
    paths,
)

RUNS: Final = 60
"""So many runs make a timeline."""
PER_PAGE: Final = 50
_OVER: Final = 5
_FORGOTTEN_S: Final = 7 * 86400.0
_DAY_S: Final = 86400.0
_AROUND_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What was asked of a probe when ``key`` was its newest outcome, in the hour ``hour``."""

    key: str
    hour: float
    runs: tuple[Outcome, ...]
    before: Outcome | None
    passed: int
    counted: int


class Gatherer:
    """Asks anew only for those probes and surfaces of which there is something new."""

    def __init__(self, sources: Sources, site: str, clock: Callable[[], float]) -> None:
        self._sources = sources
        self._site = site
        self._clock = clock
        self._asked: dict[str, _Asked] = {}
        self._arrived: dict[str, Arrived] = {}
        self._lock = Lock()

    def overview(self) -> Overview:
        """Everything as it stands now; TesterFault when the history cannot be asked."""
        with self._lock:
            at = self._clock()
            probes = self._probes(at)
            incidents = tuple(self._sources.incidents.open())
            levels = tuple(self._sources.levels.now(at))
            windows = maintenance(self._sources.probes, at)
            stores = []
            for name in dict.fromkeys(probe.store for probe in probes):
                own = [probe for probe in probes if probe.store == name]
                stores.append(self._store(store_now(name, own, incidents, windows, at=at), levels))
            return Overview(
                at=at,
                title=self._site,
                stores=tuple(stores),
                elsewhere=tuple(each for each in incidents if each.store not in {store.name for store in stores}),
                over=tuple(self._sources.incidents.over(_OVER)),
                silence=silence_of(probes),
            )

    def probe(self, name: str, *, state: str = "", before: float | None = None) -> ProbePage | None:
        """One probe and a page of its runs; None when nobody has heard of it."""
        with self._lock:
            at = self._clock()
            probe = next((each for each in self._probes(at, only=name)), None)
        if probe is None:
            return None
        history = self._sources.history
        states = (State(state),) if state else ()
        if before is None:
            runs = history.outcomes(probe=name, states=states, limit=PER_PAGE + 1)
        else:
            runs = history.outcomes(probe=name, states=states, until=before, limit=PER_PAGE + 1)
        return ProbePage(
            at=at,
            probe=probe,
            runs=runs[:PER_PAGE],
            state=state,
            before=before,
            older=runs[PER_PAGE - 1].due if len(runs) > PER_PAGE else None,
            silence=silence_of([probe]),
        )

    def run(self, key: str) -> RunPage | None:
        """One run; None when there is none of that key."""
        outcome = self._sources.history.outcome(key)
        if outcome is None:
            return None
        kept = self._sources.kept
        return RunPage(
            at=self._clock(),
            outcome=outcome,
            paths=paths(outcome),
            kept=kept.pages(outcome) if kept else (),
        )

    def incident(self, key: str) -> IncidentPage | None:
        """One incident; None when there is none of that key."""
        incident = self._sources.incidents.incident(key)
        if incident is None:
            return None
        runs = self._around(incident)
        key = next((each.key for of in runs.values() for each in of if each.run == incident.run), incident.run)
        outcome = self._sources.history.outcome(key) if key else None
        return IncidentPage(
            at=self._clock(),
            incident=incident,
            outcome=outcome,
            paths=paths(outcome) if outcome else (),
            runs=runs,
        )

    def _probes(self, at: float, only: str = "") -> list[ProbeNow]:
        """The declared ones, also those that never ran; without any, those that ran lately."""
        latest = {outcome.probe: outcome for outcome in self._sources.history.latest()}
        declared = {probe.name: probe for probe in self._sources.probes}
        names = list(declared) or [name for name, each in latest.items() if each.due > at - _FORGOTTEN_S]
        if only:
            names = [only] if only in declared or only in latest else []
        return [self._probe(name, declared.get(name), latest.get(name), at) for name in names]

    def _probe(self, name: str, declared: Probe | None, newest: Outcome | None, at: float) -> ProbeNow:
        if newest is None:
            return probe_now(name, declared, (), at=at)
        asked = self._about(newest, at)
        return probe_now(
            name, declared, asked.runs, at=at, before=asked.before, passed=asked.passed, counted=asked.counted
        )

    def _about(self, newest: Outcome, at: float) -> _Asked:
        """The timeline of a probe, asked anew when there is a newer outcome, or a new hour."""
        known, hour = self._asked.get(newest.probe), at // 3600
        if known is None or (known.key, known.hour) != (newest.key, hour):
            history, name = self._sources.history, newest.probe
            runs = self._timeline(name, known.runs if known and known.hour == hour else ())
            judged = any(run.state.judged for run in runs)
            counts: dict[State, int] = {}
            for each in history.hours(probe=name, since=at - _DAY_S):
                for state, many in each.states.items():
                    counts[state] = counts.get(state, 0) + many
            known = _Asked(
                key=newest.key,
                hour=hour,
                runs=runs,
                before=None if judged else next(iter(history.recent(name, 1)), None),
                passed=counts.get(State.PASSED, 0),
                counted=sum(many for state, many in counts.items() if state.judged),
            )
            self._asked[name] = known
        return known

    def _timeline(self, name: str, known: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
        """The newest runs of a probe; of those that are known only the newest are asked for again."""
        since = known[0].due - LATE_S if known else 0.0
        newer = self._sources.history.outcomes(probe=name, since=since, limit=RUNS)
        return (*newer, *(run for run in known if run.due < since))[:RUNS]

    def _store(self, store: StoreNow, levels: Iterable[Level]) -> StoreNow:
        name = store.name
        runs = [run for probe in store.probes for run in probe.runs]
        silent = {probe.name for probe in store.probes if probe.silent}
        readings = newest_of_each(self._sources.history.surfaces(name))
        arrived = self._arrived.setdefault(name, Arrived(store=name))
        arrived.bring_up_to_date(self._sources.history, readings)
        return replace(
            store,
            surfaces=tuple(shown(name, each, arrived.at(each.surface), runs, silent) for each in readings),
            levels=tuple(level for level in levels if level.store == name),
        )

    def _around(self, incident: Incident) -> dict[str, tuple[Outcome, ...]]:
        until = (incident.until or self._clock()) + _AROUND_S
        found = {
            probe: self._sources.history.outcomes(
                probe=probe, since=incident.since - _AROUND_S, until=until, limit=RUNS
            )
            for probe in incident.probes
        }
        return {probe: runs for probe, runs in found.items() if runs}
