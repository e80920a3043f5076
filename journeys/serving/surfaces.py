"""How the surfaces of a store stand, from what was last read there and the runs that read it; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from journeys.model.delay import Delay, Delays
from journeys.probes.outcome import Arrival, Outcome
from journeys.serving.sources import NewestReading
from reports.status import SurfaceShown, kind_of


def newest_of_each(readings: Iterable[NewestReading]) -> list[NewestReading]:
    """One for each surface and kind of fact: of several (the stock of several products) an old one, then the newest."""
    best: dict[tuple[str, str], NewestReading] = {}
    for each in readings:
        key = (each.surface, kind_of(each.fact))
        if key not in best or (each.fresh is False, each.at) > (best[key].fresh is False, best[key].at):
            best[key] = each
    return [best[key] for key in sorted(best)]


def shown(
    store: str,
    reading: NewestReading,
    arrivals: Iterable[Arrival] = (),
    runs: Sequence[Outcome] = (),
    silent: Collection[str] = (),
) -> SurfaceShown:
    """A surface with its delays; ``runs`` are the store's, newest first by probe, ``silent`` some of its probes."""
    kind = kind_of(reading.fact)
    own = tuple(each for each in arrivals if kind_of(each.fact) == kind)
    delays = tuple(Delay(low=each.low_s, high=each.high_s) for each in own)
    return SurfaceShown(
        surface=reading.surface,
        fact=reading.fact,
        at=reading.at,
        value=reading.value,
        fresh=reading.fresh,
        current=reading.key.rpartition("@")[0] not in silent,
        since=_stale_since(reading, runs) if reading.fresh is False else None,
        layers=reading.layers or reading.suspects,
        arrivals=own,
        delays=Delays(store=store, fact=kind, surface=reading.surface, each=delays) if delays else None,
    )


def _stale_since(reading: NewestReading, runs: Sequence[Outcome]) -> float:
    """When it was first found old: in the oldest of the newest runs of that probe which all found it so."""
    probe, _, _ = reading.key.rpartition("@")
    since = reading.at
    for run in runs:
        if run.probe != probe or not run.state.judged or run.due > reading.at:
            continue
        if not any(each.surface == reading.surface and each.verdict.lower() == "fail" for each in run.findings):
            break
        since = min(since, run.began)
    return since
