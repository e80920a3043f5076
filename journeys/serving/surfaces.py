"""How the surfaces of a store stand, from what was last read there and the runs that read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from journeys.model.delay import Delay, Delays
from journeys.probes.outcome import Arrival, Outcome
from journeys.serving.sources import History, NewestReading
from reports.status import SurfaceShown, kind_of

ARRIVALS: Final = 60
"""So many writes are shown at a surface."""
_MOST: Final = 1000
LATE_S: Final = 600.0
"""So much later than others, that were due after it, a run may be recorded: so far back it is asked again."""


@dataclass(slots=True, kw_only=True)
class Arrived:
    """The newest arrivals at the surfaces of one store; those that came since are asked for with one question."""

    store: str
    _found: dict[str, tuple[Arrival, ...]] = field(default_factory=dict)
    _keys: frozenset[str] = frozenset()

    def at(self, surface: str) -> tuple[Arrival, ...]:
        """Those of a surface, newest first."""
        return self._found.get(surface, ())

    def bring_up_to_date(self, history: History, readings: Collection[NewestReading]) -> None:
        """Ask for what is new, if any surface was read again."""
        keys = frozenset(each.key for each in readings)
        if keys == self._keys:
            return
        newest = max((each.at for of in self._found.values() for each in of[:1]), default=0.0)
        since = max(0.0, newest - LATE_S)
        news = history.arrivals(store=self.store, since=since, limit=_MOST) if self._found else ()
        for surface in {each.surface for each in readings}:
            known = self._found.get(surface)
            if known is None or len(news) == _MOST:
                self._found[surface] = history.arrivals(store=self.store, surface=surface, limit=ARRIVALS)
            else:
                own = [each for each in news if each.surface == surface]
                self._found[surface] = (*own, *(each for each in known if each.at < since))[:ARRIVALS]
        self._keys = keys


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
