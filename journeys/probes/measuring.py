"""Service levels of a probe as its history has them: which counts are asked for, and over which windows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from journeys.probes.levels import WINDOWS_S, Level, level
from journeys.probes.outcome import Arrival, Outcome
from journeys.probes.probe import Objective, Probe
from journeys.probes.tallies import HourOfArrivals, HourOfRuns, Tally, arrivals, arrivals_by_hour, runs, runs_by_hour

_ONE_BY_ONE_S: Final = 6 * 3600.0  # hours are too coarse for shorter windows
_ALL: Final = 1_000_000


class Counted(Protocol):
    """What is asked of a history; hours are counted once for all, so long windows cost no more than short ones."""

    def outcomes(self, *, probe: str, since: float, limit: int) -> Sequence[Outcome]:
        """Outcomes since then."""
        ...

    def hours(self, *, probe: str, since: float) -> Iterable[HourOfRuns]:
        """How the ticks of each hour ended."""
        ...

    def arrivals(self, *, store: str, surface: str, since: float, limit: int) -> Sequence[Arrival]:
        """Changes since then."""
        ...

    def arrived(self, *, store: str, surface: str, since: float) -> Iterable[HourOfArrivals]:
        """How long the changes of each hour took."""
        ...


def levels_of(history: Counted, probe: Probe, now: float) -> tuple[Level, ...]:
    """How each objective of a probe is held now."""
    return tuple(_measured(history, probe, each, now) for each in probe.objectives)


def _measured(history: Counted, probe: Probe, objective: Objective, now: float) -> Level:
    tally = _tally_of_changes if objective.surface else _tally_of_runs
    windows = {
        each: tally(history, probe, objective, now - each, exact=each <= _ONE_BY_ONE_S)
        for each in {*WINDOWS_S, objective.window_s}
    }
    recent: Mapping[float, Tally] = {each: windows[each] for each in WINDOWS_S}
    return level(objective, windows[objective.window_s], recent)


def _tally_of_runs(history: Counted, probe: Probe, objective: Objective, since: float, *, exact: bool) -> Tally:
    if exact:
        return runs(history.outcomes(probe=probe.name, since=since, limit=_ALL))
    return runs_by_hour(history.hours(probe=probe.name, since=since))


def _tally_of_changes(history: Counted, probe: Probe, objective: Objective, since: float, *, exact: bool) -> Tally:
    if exact:
        return arrivals(
            history.arrivals(store=probe.store, surface=objective.surface, since=since, limit=_ALL), objective.within_s
        )
    return arrivals_by_hour(
        history.arrived(store=probe.store, surface=objective.surface, since=since), objective.within_s
    )
