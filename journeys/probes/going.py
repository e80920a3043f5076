"""One tick from its beginning to its outcome: begun once, performed, undone whatever died, and recorded once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import sqlalchemy as sa

from journeys.probes.complaints import DatabaseAway
from journeys.probes.outcome import Outcome, State
from journeys.probes.probe import Probe
from journeys.probes.promises import Promise, SharedJournal, open_promises
from journeys.probes.roster import WAITING, Roster
from journeys.probes.schedule import stale_after_s
from journeys.run.clock import Clock
from journeys.run.journal import Compensation, Promises
from journeys.run.settle import attempts

IN_FLIGHT_S: Final = 120.0
"""An order may arrive so long after its customer was killed: only then an order that is not there never came."""

_BEGIN_WITHIN_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A moment at which a probe is due; ``key`` names it for ever."""

    key: str
    probe: str
    due: float


class Outcomes(Protocol):
    """Where outcomes are kept."""

    def record(self, outcome: Outcome) -> bool:
        """Keep it; False when that tick has its outcome already."""
        ...


class Compensator(Protocol):
    """Undoes in one store what runs left there."""

    def __call__(
        self, store: str, promised: Sequence[Compensation], journal: Promises, doubtful: set[str]
    ) -> tuple[str, ...]:
        """Undo all of it and note it in the journal; what is left, in words. Orders of ``doubtful`` may yet arrive."""
        ...


class Going:
    """Goes on the journeys of ticks: ``perform`` does one, in whatever process; ``news`` is told what came of it."""

    def __init__(
        self,
        *,
        probes: Iterable[Probe],
        roster: Roster,
        database: sa.Engine,
        recorder: Outcomes,
        perform: Callable[[Probe, Tick], Outcome],
        compensator: Compensator,
        news: Callable[[Outcome], None],
        clock: Clock,
    ) -> None:
        self.probes: Mapping[str, Probe] = {probe.name: probe for probe in probes}
        self.roster = roster
        self._database = database
        self.recorder = recorder
        self._perform = perform
        self._compensator = compensator
        self._news = news
        self._clock = clock
        self._journal = SharedJournal(database, worker=roster.worker)

    def go(self, tick: Tick, probe: Probe | None = None) -> Outcome:
        """Go on the journey, unless it was begun before; whatever goes wrong with that is an outcome.

        ``probe`` is given where it is none of the configuration.
        """
        probe = probe or self.probes.get(tick.probe)
        if probe is None:
            return self._none(
                tick, State.BROKEN, f"{self.roster.worker} has no probe {tick.probe} in its configuration"
            )
        for _ in attempts(self._clock, _BEGIN_WITHIN_S):
            try:
                return self._go(probe, tick)
            except DatabaseAway as error:  # the database is away; nothing was performed yet
                failure = error
        raise failure

    def _go(self, probe: Probe, tick: Tick) -> Outcome:
        now = self.roster.now()
        if not self.roster.begin(tick.key):
            return self.interrupted(tick, "its worker was lost")
        if probe.location != self.roster.location:
            return self._none(tick, State.SKIPPED, f"{probe.location} had no worker")
        if now - tick.due > stale_after_s(probe, tick.due):
            return self._none(tick, State.SKIPPED, f"it waited {now - tick.due:.0f} s for a worker")
        try:
            return self._perform(probe, tick)
        except Exception as error:
            return self._none(tick, State.BROKEN, f"the tester failed: {error}")

    def interrupted(self, tick: Tick, why: str) -> Outcome:
        """The outcome of a run that was cut off and told nothing."""
        return self._none(tick, State.INTERRUPTED, why)

    def skipped(self, tick: Tick, why: str) -> Outcome:
        """The outcome of a tick that no run is begun for."""
        return self._none(tick, State.SKIPPED, why)

    def _none(self, tick: Tick, state: State, reason: str) -> Outcome:
        probe = self.probes.get(tick.probe)
        now = self._clock.utc().timestamp()
        return Outcome(
            key=tick.key,
            probe=tick.probe,
            store=probe.store if probe else "",
            journey=probe.journey if probe else "",
            location=probe.location if probe else self.roster.location,
            state=state,
            due=tick.due,
            began=now,
            ended=now,
            worker=self.roster.worker,
            reason=reason,
            headline=reason,
        )

    def settle(self, outcome: Outcome) -> None:
        """Undo what its run left, record it, and let the next tick come; doing it twice does no harm."""
        self.roster.take_over(outcome.key)
        left = self.undo(open_promises(self._database, key=outcome.key))
        if self.recorder.record(replace(outcome, left=tuple(dict.fromkeys((*outcome.left, *left))))):
            self._news(outcome)
        self.roster.finish(outcome.key)

    def settle_dead(self, *, alone: bool) -> None:
        """Give an outcome to what dead workers were at, and to what nobody took; ``alone``: nobody else can live."""
        now = self.roster.now()
        living = {each.name for each in self.roster.workers() if not (alone or each.is_gone(now))}
        for waiting in self.roster.waiting():
            tick = Tick(key=waiting.key, probe=waiting.probe, due=waiting.due)
            if waiting.state == WAITING:
                probe = self.probes.get(tick.probe)
                stale = alone or probe is None or now - waiting.since > stale_after_s(probe, tick.due)
                if stale and self.roster.begin(tick.key):
                    self.settle(self.skipped(tick, "no worker took it"))
            elif waiting.worker not in living:
                self.settle(self.interrupted(tick, "its worker was lost"))

    def sweep(self) -> tuple[str, ...]:
        """Undo what is promised and nobody is at any more; what is left, in words."""
        return self.undo(open_promises(self._database))

    def undo(self, promises: Sequence[Promise]) -> tuple[str, ...]:
        """Undo promises store by store, the latest first; what is left, in words."""
        left: list[str] = []
        for store in dict.fromkeys(each.compensation.store for each in promises):
            mine = [each for each in promises if each.compensation.store == store]
            young = {each.compensation.target for each in mine if each.age_s < IN_FLIGHT_S}
            try:
                left += self._compensator(store, [each.compensation for each in mine], self._journal, young)
            except Exception as error:  # whatever it is, what was found is recorded, and it is undone another time
                left.append(f"{len(mine)} thing(s) of {store} wait to be undone: {error}")
        return tuple(left)
