"""Watching put together: configuration in, a worker with its queue, its history and those who are told out."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from journeys import stores
from journeys.config import DATABASE, Config, ConfigError
from journeys.model import TesterFault
from journeys.probes.alerts.alerting import Alerting
from journeys.probes.alerts.delivery import Delivery
from journeys.probes.alerts.receivers import Receiver, connect
from journeys.probes.database import in_file, open_database
from journeys.probes.engine import Engine
from journeys.probes.going import Going, Tick
from journeys.probes.history import History
from journeys.probes.outcome import Outcome
from journeys.probes.performing import Performer, end_leftovers
from journeys.probes.probe import HERE, Probe
from journeys.probes.roster import Roster
from journeys.probes.schedule import key_of
from journeys.probes.timetable import Timetable
from journeys.probes.worker import Worker, beating
from journeys.run.clock import SystemClock
from journeys.run.compensate import compensate
from journeys.run.journal import Compensation, Promises, alive
from journeys.signalling import EVERY_S, Signals, signals
from reports.traces import Traces, wanted

_OUTING: Final = (sys.executable, "-m", "journeys.outing")
_PROBING: Final = "probing"
_QUEUE: Final = "queue.sqlite3"
_LOCK: Final = "probing.lock"
_DELIVER_S: Final = 1.0
_PULSE_S: Final = 30.0
_PRUNE_S: Final = 600.0


class Watch:
    """The probes of a configuration, as one process watches them from its location.

    ``command`` starts the process that each run is.
    """

    def __init__(
        self,
        config: Config,
        file: Path | None,
        location: str,
        say: Callable[[str], None],
        told: Callable[[Outcome], None],
        command: Sequence[str] = _OUTING,
    ) -> None:
        self.probes = declared(config)
        self._config = config
        self._say = say
        self._told = told
        self._stopped = False
        self._clock = SystemClock()
        self._home = config.path(config.state) / _PROBING
        self.database = open_database(config.database_url())
        self.history = History(self.database)
        self.receivers = receivers_of(config)
        self._traces = Traces() if wanted(os.environ) else None
        self.alerting = Alerting(self.database, self.probes, beside=signals(config), receivers=self.receivers)
        self.delivery = Delivery(self.database, self.receivers, clock=self._clock, say=say)
        worker = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:6]}"
        self.roster = Roster(self.database, worker, location)
        end_leftovers(self._home, alive)
        task: dict[str, Any] = {"config": str(file) if file else "", "profile": config.sandbox.profile}
        self._performer = Performer(command, self._home, worker=worker, task=task, clock=self._clock)
        self.going = Going(
            probes=self.probes,
            roster=self.roster,
            database=self.database,
            recorder=self.history,
            perform=self._performer,
            compensator=self._compensated,
            news=self._news,
            clock=self._clock,
        )
        self.beside = Signals(
            config=config,
            database=self.database,
            history=self.history,
            alerting=self.alerting,
            going=self.going,
            clock=self._clock,
        )

    def work(self, stop: Event, *, concurrency: int, patience_s: float) -> None:
        """Work until told to stop; what is under way then is finished or undone."""
        engine = Engine(self.going, queue_url(self._config), concurrency=concurrency)
        timetable = Timetable(
            probes=self.probes, roster=self.roster, recorder=self.history, going=self.going, submit=engine.submit
        )
        worker = Worker(
            going=self.going,
            engine=engine,
            timetable=timetable,
            clock=self._clock,
            say=self._say,
            chores=((_DELIVER_S, self.delivery.once),),
            for_all=((_PULSE_S, self._pulse), (_PRUNE_S, self._prune), (EVERY_S, self.beside.look)),
            alone=is_embedded(self._config),
        )
        worker.run(stop, patience_s=patience_s, hurry=self._performer.stop)

    def once(self, names: Sequence[str]) -> Iterator[Outcome]:
        """Go on the journeys of these probes now, one after the other, in this process's own time."""
        picked = self._picked(names)
        self.roster.join()
        try:
            with beating(self.roster):
                self.going.settle_dead(alone=is_embedded(self._config))
                for probe in picked:
                    if self._stopped:
                        raise KeyboardInterrupt
                    yield self._now(probe)
                self._pulse()
                self.delivery.once()
        finally:
            self.roster.leave()

    def _now(self, probe: Probe) -> Outcome:
        due = self._clock.utc().timestamp()
        tick = Tick(key=key_of(probe.name, due), probe=probe.name, due=due)
        if self.roster.schedule(probe.name, due, tick.key):
            outcome = self.going.go(tick)
        else:
            outcome = self.going.skipped(tick, "the run before was not finished")
        self.going.settle(outcome)
        return self.history.outcome(tick.key) or outcome

    def stop(self) -> None:
        """What is under way is to undo what it did and to end; nothing more is begun."""
        self._stopped = True
        self._performer.stop()

    def close(self) -> None:
        """Let go of the database, and send what is left to be sent."""
        if self._traces is not None:
            self._traces.close()
        self.database.dispose()

    def clean_up(self) -> tuple[str, ...]:
        """Undo what runs that died have left; what is left, in words."""
        self.going.settle_dead(alone=is_embedded(self._config))
        return self.going.sweep()

    def _picked(self, names: Sequence[str]) -> tuple[Probe, ...]:
        here = tuple(each for each in self.probes if each.location == self.roster.location)
        unknown = [name for name in names if name not in {each.name for each in here}]
        if unknown:
            known = ", ".join(each.name for each in here) or "none"
            raise ConfigError(f"unknown probe {', '.join(unknown)} at {self.roster.location}; known are {known}")
        return tuple(each for each in here if not names or each.name in names)

    def _compensated(
        self, store: str, promised: Sequence[Compensation], journal: Promises, doubtful: set[str]
    ) -> tuple[str, ...]:
        with stores.opened(self._config, store) as opened:
            cancelled, left = compensate(promised, opened.record, journal, self._clock, doubtful=doubtful)
        if cancelled:
            self._say(f"{store}: cancelled {', '.join(cancelled)}")
        return tuple(each.what for each in left if not each.benign)

    def _pulse(self) -> None:
        """Time counts as well, and what was recorded by a process that was killed before it could tell."""
        now = self._clock.utc().timestamp()
        self.alerting.catch_up(self.history, now)
        self.alerting.pulse(now)

    def _prune(self) -> None:
        """Forget what is older than it is to be kept."""
        now, kept = self._clock.utc().timestamp(), self._config.history
        self.history.prune(before=now - kept.runs, readings_before=now - kept.readings)
        self.alerting.prune(before=now - kept.runs)

    def _news(self, outcome: Outcome) -> None:
        self.alerting.take(outcome, self._clock.utc().timestamp())
        if self._traces is not None:
            self._traces.tell(outcome)
        self._told(outcome)


def clean_up(config: Config, file: Path | None, say: Callable[[str], None]) -> tuple[str, ...]:
    """Undo what runs of probes that died have left, where there are probes; what is left, in words."""
    known = config.history.database or (config.path(config.state) / DATABASE).exists()
    if not (config.probes and known):
        return ()
    with watching(config, file, here(config), say) as watch:
        return watch.clean_up()


def receivers_of(config: Config) -> dict[str, Receiver]:
    """Those who are told, by name; ConfigError when one is declared wrongly."""
    declared = {name: {"kind": each.kind, **each.options} for name, each in config.alerting.receivers.items()}
    try:
        return connect(declared)
    except ValueError as error:
        raise ConfigError(f"alerting.receivers.{error}") from error


@contextmanager
def watching(
    config: Config,
    file: Path | None,
    location: str,
    say: Callable[[str], None],
    told: Callable[[Outcome], None] = lambda outcome: None,
) -> Iterator[Watch]:
    """A watch; ``told`` is told of each outcome. With SQLite there is one at a time: TesterFault says who has it."""
    home = config.path(config.state)
    home.mkdir(parents=True, exist_ok=True)
    with (home / _LOCK).open("a+") as lock:
        if is_embedded(config):
            _alone(lock, home)
        watch = Watch(config, file, location, say, told)
        try:
            yield watch
        finally:
            watch.close()


def _alone(lock: Any, home: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        raise TesterFault(
            f"process {lock.read().strip()} watches with {home} already: end it,"
            " or set history.database to a PostgreSQL that several can share"
        ) from error
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()


def declared(config: Config) -> tuple[Probe, ...]:
    """The probes of a configuration; ConfigError when there is none, or one whose journey its store has not."""
    probes = config.declared_probes()
    if not probes:
        raise ConfigError("no probe is configured: add [probes.NAME] with store, journey (or audit) and every")
    journeys = stores.all_journeys(config)
    for probe in probes:
        if probe.audit:
            continue
        (journey,) = stores.pick(journeys, (probe.journey,))
        kind = stores.kind_of(config, probe.store)
        if journey.kind != kind:
            raise ConfigError(f"probe {probe.name}: {probe.journey} cannot be gone in {probe.store}, a {kind} store")
        if journey.writes and not config.stores[probe.store].may_write:
            raise ConfigError(
                f"probe {probe.name}: {probe.journey} writes, and store {probe.store} is read-only:"
                f" set writes = true in [stores.{probe.store}]"
            )
    return probes


def is_embedded(config: Config) -> bool:
    """Whether everything lies in files of this machine, for one process."""
    return sa.make_url(config.database_url()).get_backend_name() == "sqlite"


def queue_url(config: Config) -> str:
    """Where the queue lies: beside the history, in a file of its own."""
    if is_embedded(config):
        return in_file(config.path(config.state) / _QUEUE)
    return config.database_url()


def here(config: Config) -> str:
    """The location of a process that was told none: ``here``, or the only one that is configured."""
    locations = {probe.location for probe in config.declared_probes()}
    return locations.pop() if len(locations) == 1 else HERE
