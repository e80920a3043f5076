"""What is watched beside the probes, and told as they are: missing sales, failed attempts, error budgets that burn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import sqlalchemy as sa

from journeys import stores
from journeys.config import Config
from journeys.model import JourneyError
from journeys.probes.alerts.alerting import Alerting
from journeys.probes.going import Going, Tick
from journeys.probes.history import History
from journeys.probes.levels import Urgency
from journeys.probes.measuring import levels_of
from journeys.probes.outcome import Blamed, Outcome, State
from journeys.probes.probe import AlertRule, Probe
from journeys.probes.sales import Decision, Severity, Span, Unlikely, conclude
from journeys.probes.sales.learning import HORIZON_S
from journeys.probes.sales.trying import Attempting, Trying
from journeys.probes.sales.watching import Watching
from journeys.probes.schedule import key_of
from journeys.probes.windows import spans
from journeys.run.clock import Clock

SALES: Final = "sales"
LEVELS: Final = "service levels"
EVERY_S: Final = 300.0
_TRIED_AGAIN_S: Final = 1800.0  # while sales go on missing, so often a synthetic order is placed
_AT_ONCE: Final = AlertRule(failures=1, of=1, recoveries=1)


def signals(config: Config) -> tuple[Probe, ...]:
    """What is watched beside the probes, declared like them."""
    return tuple(
        Probe(
            name=f"{what} of {name}",
            store=name,
            journey=what,
            every_s=EVERY_S,
            alert=replace(_AT_ONCE, shadow=config.alerting.shadow),
            maintenance=tuple(each.window() for each in settings.maintenance),
        )
        for name, settings in config.stores.items()
        for what, watched in ((SALES, settings.sales.journey), (LEVELS, settings.levels and config.probes))
        if watched
    )


@dataclass(slots=True, kw_only=True)
class Signals:
    """Looks at what is watched beside the probes, records what it sees, and lets alerts be told of it."""

    config: Config
    database: sa.Engine
    history: History
    alerting: Alerting
    going: Going
    clock: Clock
    _watching: dict[str, Watching] = field(default_factory=dict)
    _trying: dict[str, Trying] = field(default_factory=dict)
    _tried: dict[str, Outcome] = field(default_factory=dict)

    def look(self) -> None:
        """Look at all of it once; for the one worker that leads."""
        for probe in signals(self.config):
            now = self.clock.utc().timestamp()
            outcome = self._sales(probe, now) if probe.journey == SALES else self._levels(probe, now)
            if self.history.record(outcome):
                self.alerting.take(outcome, now)

    def _sales(self, probe: Probe, now: float) -> Outcome:
        try:
            seen = self._seen(probe, now)
        except JourneyError as error:
            return _outcome(probe, now, State.UNKNOWN, f"the record could not be asked: {error}")
        doubtful = [each for each in seen if each.suspicious or each.alarming]
        if not doubtful:
            unsure = next((each.why for each in seen if not each.known), "")
            return _outcome(probe, now, State.UNKNOWN if unsure else State.PASSED, unsure)
        decisions = [conclude(each, self._tried_out(probe.store, each, now)) for each in doubtful]
        return decided(probe, now, [each for each in decisions if each is not None])

    def _seen(self, probe: Probe, now: float) -> tuple[Unlikely, ...]:
        """What is unusual about the store's sales and, where its record knows of attempts, about those that fail."""
        name, settings = probe.store, self.config.stores[probe.store]
        noun, zone = settings.sales.noun, settings.timezone
        watching = self._watching.setdefault(name, Watching(self.database, name, zone, noun=noun))
        trying = self._trying.setdefault(name, Trying(self.database, name, zone, noun=noun))
        incidents, maintenance = self._incidents(name, now), _maintenance(probe, now)
        with stores.opened(self.config, name) as store:
            seen = watching.look(store.record, now, incidents=incidents, maintenance=maintenance)
            if isinstance(store.record, Attempting):
                seen += trying.look(store.record, now, incidents=incidents, maintenance=maintenance)
        return seen

    def _tried_out(self, store: str, unlikely: Unlikely, now: float) -> Outcome | None:
        """What became of a synthetic order that was placed since, not long ago: of a new one if there is none."""
        known = self._tried.get(store)
        if known is None or known.began < unlikely.since or now - known.began > _TRIED_AGAIN_S:
            journey = self.config.stores[store].sales.journey
            probe = Probe(
                name=f"decisive order of {store}",
                store=store,
                journey=journey,
                location=self.going.roster.location,
                every_s=EVERY_S,
            )
            known = self._gone(probe, now)
            self._tried[store] = known
        return known

    def _gone(self, probe: Probe, now: float) -> Outcome:
        tick = Tick(key=key_of(probe.name, now), probe=probe.name, due=now)
        self.going.roster.schedule(probe.name, now, tick.key)
        outcome = self.going.go(tick, probe)
        self.going.settle(outcome)
        return outcome

    def _incidents(self, store: str, now: float) -> Sequence[Span]:
        """Times in which something was wrong, as far as probes told: they teach nothing of what is usual."""
        return [
            Span(since=each.began, until=each.ended or now)
            for each in self.alerting.incidents(limit=1000)
            if each.store == store and each.name != f"{SALES} of {store}"
        ]

    def _levels(self, probe: Probe, now: float) -> Outcome:
        promised = [each for each in self.going.probes.values() if each.store == probe.store]
        held = [level for each in promised for level in levels_of(self.history, each, now)]
        burning = [level for level in held if level.urgency is Urgency.PAGE]
        if not burning:
            return _outcome(probe, now, State.PASSED, "")
        first = burning[0]
        said = f"{first.objective.name}: its error budget burns; {first.budget_left * 100:.0f} % of it is left"
        return _outcome(probe, now, State.FAILED, said)


def _maintenance(probe: Probe, now: float) -> Sequence[Span]:
    """The announced times in which nothing is expected to be sold."""
    return [
        Span(since=since, until=until) for since, until in spans(probe.maintenance, since=now - HORIZON_S, until=now)
    ]


def decided(probe: Probe, now: float, decisions: Iterable[Decision]) -> Outcome:
    """The most urgent decision, told as an outcome."""
    worst = max(decisions, key=lambda each: list(Severity).index(each.severity), default=None)
    if worst is None or worst.severity is Severity.NONE:
        return _outcome(probe, now, State.PASSED, worst.words if worst else "")
    blamed = Blamed(
        cause=worst.cause or "unknown",
        surface="",
        layers=(),
        suspects=(),
        confidence=0.0,
        evidence=worst.evidence,
        next_step=worst.next_step,
    )
    state = State.FAILED if worst.severity is Severity.PAGE else State.UNKNOWN
    return _outcome(probe, now, state, worst.words, blamed)


def _outcome(probe: Probe, now: float, state: State, said: str, *diagnoses: Blamed) -> Outcome:
    return Outcome(
        key=key_of(probe.name, now),
        probe=probe.name,
        store=probe.store,
        journey=probe.journey,
        location=probe.location,
        state=state,
        due=now,
        began=now,
        ended=now,
        headline=said,
        diagnoses=diagnoses,
    )
