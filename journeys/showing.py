"""What the status page is told, put together: incidents, service levels, probes, and when a worker last lived."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from journeys.config import Config
from journeys.probes.alerts import incidents as told
from journeys.probes.alerts.alerting import Alerting
from journeys.probes.alerts.outbox import Delivered, Entry
from journeys.probes.history import History
from journeys.probes.levels import Level as Held
from journeys.probes.measuring import levels_of
from journeys.probes.probe import Probe
from journeys.probes.roster import workers
from journeys.serving import KeptRuns, Sources
from reports.status import Incident, Level, Notice


def sources(config: Config, database: sa.Engine) -> Sources:
    """All that the status page asks, of the database and the configuration."""
    history, probes = History(database), config.declared_probes()
    return Sources(
        history=history,
        incidents=Incidents(Alerting(database, probes)),
        levels=Levels(history, probes),
        probes=probes,
        heartbeat=lambda: _heard(database),
        kept=KeptRuns(),
    )


def _heard(database: sa.Engine) -> float:
    """When one of the workers that have not ended last said that it lives; where nobody has to live, now.

    So it is with ``--once``, and after a prober that was told to end: that no runs come is told by the page itself.
    """
    expected = [each.beat for each in workers(database) if each.ended is None]
    return max(expected) if expected else time.time()


class Incidents:
    """The incidents as alerts keep them, in the page's words."""

    def __init__(self, alerting: Alerting) -> None:
        self._alerting = alerting

    def open(self) -> Sequence[Incident]:
        """Those that are not over."""
        return tuple(map(_shown, self._alerting.open()))

    def over(self, limit: int) -> Sequence[Incident]:
        """Those that ended last, the newest first."""
        ended = [each for each in self._alerting.incidents(limit=4 * limit) if each.ended is not None]
        return tuple(map(_shown, sorted(ended, key=lambda each: -(each.ended or 0.0))[:limit]))

    def incident(self, key: str) -> Incident | None:
        """One of them, with its notices."""
        found = self._alerting.incident(key)
        return _shown(found, self._alerting.notices(key)) if found else None


class Levels:
    """What was promised of each store, and how it is held."""

    def __init__(self, history: History, probes: Iterable[Probe]) -> None:
        self._history = history
        self._probes = tuple(probes)

    def now(self, at: float) -> Sequence[Level]:
        """All of them, as they stand then: of runs for each probe, of a surface once for its store."""
        shown: dict[tuple[str, str, str], Level] = {}
        for probe in self._probes:
            for held in levels_of(self._history, probe, at):
                mine = "" if held.objective.surface else probe.name
                shown.setdefault((probe.store, held.objective.name, mine), _level_shown(probe.store, mine, held))
        return tuple(shown.values())


def _shown(incident: told.Incident, entries: Sequence[Entry] = ()) -> Incident:
    reason = incident.reason
    return Incident(
        key=incident.id,
        store=incident.store,
        title=reason.headline,
        since=incident.began,
        until=incident.ended,
        probes=incident.failing or incident.bad,
        cause=reason.cause,
        surface=reason.surface,
        layers=reason.layers,
        suspects=reason.suspects,
        confidence=reason.confidence,
        evidence=reason.evidence,
        next_step=reason.next_step,
        run=reason.run,
        shadow=incident.silence == "shadow",
        of_tester=incident.kind is told.Kind.TESTER,
        notices=tuple(
            Notice(
                at=entry.notice.at,
                kind=entry.notice.says.value,
                receiver=entry.receiver,
                delivered=entry.state is Delivered.DELIVERED,
                words=entry.last_error,
            )
            for entry in entries
        ),
    )


def _level_shown(store: str, probe: str, held: Held) -> Level:
    one = held.objective
    what = f"changes are visible in {one.surface} within {one.within_s:g} s" if one.surface else "runs succeed"
    return Level(
        store=store,
        probe=probe,
        name=one.name,
        words=f"{one.share * 100:g} % of {what}",
        promised=one.share,
        kept=held.share[0] if held.of else None,
        left=held.budget_left if held.of else None,
        window_s=one.window_s,
        burn=held.burns[0].rate if held.burns and held.of else None,
    )
