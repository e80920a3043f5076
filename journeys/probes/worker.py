"""One worker: it lives, takes runs of its location, and does, when it leads, what one of all has to do.

Whoever leads lets due ticks wait for their runs, takes over what dead workers left, and undoes what nobody is at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Thread, Timer
from typing import Final

from journeys.model import TesterFault
from journeys.probes.engine import Engine
from journeys.probes.going import Going, Tick
from journeys.probes.roster import LIFETIME_S, WAITING, Roster, Waiting, WorkerNow
from journeys.probes.schedule import stale_after_s
from journeys.probes.timetable import Timetable
from journeys.run.clock import Clock
from journeys.run.settle import beats

BEAT_S: Final = 1.5
_LEASE_S: Final = 8.0
_TICK_S: Final = 0.2
_REAP_S: Final = 1.0
_SWEEP_S: Final = 5.0
_PRUNE_S: Final = 60.0
_KEPT_S: Final = 3600.0  # what the queue remembers of runs that are over
_UNDO_WITHIN_S: Final = 60.0
_LEADER: Final = "leader"

Chore = tuple[float, Callable[[], object]]
"""What is done again and again, with so many seconds between."""


class Worker:
    """The threads of one worker; ``chores`` are done beside them by everybody, each again after so many seconds.

    Those ``for_all`` are done by the one worker that leads.
    """

    def __init__(
        self,
        *,
        going: Going,
        engine: Engine,
        timetable: Timetable,
        clock: Clock,
        say: Callable[[str], None],
        chores: Iterable[Chore] = (),
        for_all: Iterable[Chore] = (),
        alone: bool = False,
    ) -> None:
        self._going = going
        self._roster: Roster = going.roster
        self._engine = engine
        self._timetable = timetable
        self._clock = clock
        self._say = say
        self._chores = ((BEAT_S, self._beat), *chores)
        self._for_all = (
            (_TICK_S, timetable.advance),
            (_REAP_S, self._reap),
            (_SWEEP_S, self._sweep),
            (_PRUNE_S, self._prune),
            *for_all,
        )
        self._alone = alone
        self._over = Event()
        self._leads = False
        self._heard = Heard()
        self._threads: list[Thread] = []

    def run(self, stop: Event, *, patience_s: float, hurry: Callable[[], None]) -> None:
        """Work until ``stop`` is set; then take up nothing more, and give what is under way so many seconds.

        ``hurry`` is called when they are over: what goes on nevertheless is to undo what it did and to end.
        """
        self._roster.join()
        self._engine.launch()
        self._say(f"{self._roster.worker} works at {self._roster.location}")
        with ExitStack() as stack:
            stack.callback(self._leave, patience_s, hurry)
            for every_s, chore in self._chores:
                self._start(every_s, chore)
            for every_s, chore in self._for_all:
                self._start(every_s, self._leading(chore))
            stop.wait()

    def _leading(self, chore: Callable[[], object]) -> Callable[[], object]:
        return lambda: chore() if self._leads else None

    def _leave(self, patience_s: float, hurry: Callable[[], None]) -> None:
        """Nobody may take over what is still under way."""
        with beating(self._roster):
            self._over.set()
            over = Timer(patience_s, hurry)
            over.start()
            for thread in self._threads:
                thread.join()
            self._engine.stop(patience_s + _UNDO_WITHIN_S)
            over.cancel()
        self._roster.leave()

    def _start(self, every_s: float, chore: Callable[[], object]) -> None:
        def go() -> None:
            trouble = ""
            for _ in beats(self._over, every_s):
                try:
                    chore()
                    trouble = ""
                except Exception as error:  # such as a database that is away: it is tried again
                    said = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
                    if said != trouble:
                        self._say(f"{self._roster.worker}: {said}")
                    trouble = said

        thread = Thread(target=go, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _beat(self) -> None:
        """A lead is kept with it; who could not beat does not know who else could not."""
        try:
            self._roster.beat()
            led, self._leads = self._leads, self._roster.lead(_LEADER, _LEASE_S)
            self._heard.of(self._roster.workers(), self._clock.monotonic())
        except Exception:
            self._leads = False
            self._heard.nothing()
            raise
        if self._leads and not led:
            self._timetable.forget()

    def _reap(self) -> None:
        """Take over what dead workers were at; of others' files nobody but us can be alive."""
        now, others = self._roster.now(), [each for each in self._roster.workers() if each.name != self._roster.worker]
        silent = self._heard.silent(self._clock.monotonic())
        dead = [each for each in others if self._alone or each.ended is not None or each.name in silent]
        if dead and not self._engine.take_over([each.name for each in dead]):
            self._roster.forget([each.name for each in dead if now - each.beat > _KEPT_S])
        self._settle_lost(now)

    def _settle_lost(self, now: float) -> None:
        """Ticks that no worker takes, and those whose workflow is gone."""
        for waiting in self._roster.waiting():
            probe = self._going.probes.get(waiting.probe)
            allowed_s = stale_after_s(probe, waiting.due) if probe else LIFETIME_S
            if waiting.state != WAITING:
                allowed_s = 2 * (probe.timeout_s if probe else 0.0) + 120.0
            if now - waiting.since > allowed_s:
                self._settle_one(waiting, now)

    def _settle_one(self, waiting: Waiting, now: float) -> None:
        tick = Tick(key=waiting.key, probe=waiting.probe, due=waiting.due)
        if waiting.state != WAITING:
            self._engine.settle_lost(tick, str(int(now // 60)))
        elif self._roster.begin(tick.key):
            self._going.settle(self._going.skipped(tick, "no worker took it"))

    def _sweep(self) -> None:
        for what in self._going.sweep():
            self._say(what)

    def _prune(self) -> None:
        while self._engine.prune(before=self._clock.utc().timestamp() - _KEPT_S):
            pass


@contextmanager
def beating(roster: Roster) -> Iterator[None]:
    """A worker that says that it lives, whatever else it does; a database that is away is tried again."""
    over = Event()

    def beat() -> None:
        for _ in beats(over, BEAT_S):
            with suppress(TesterFault):
                roster.beat()

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Heard:
    """When each worker was last heard of, as one that listens itself knows it, by its own clock.

    Who could not reach the database does not know who else could not: then everybody is given a lifetime more.
    """

    def __init__(self) -> None:
        self._beats: dict[str, tuple[float, float]] = {}
        self._more_s = 0.0

    def of(self, workers: Iterable[WorkerNow], now: float) -> None:
        """What they last said; those that ended by their own will are not listened to."""
        self._beats = {each.name: (each.beat, self._since(each, now)) for each in workers if each.ended is None}
        self._more_s = 0.0

    def nothing(self) -> None:
        """The database could not be reached."""
        self._beats.clear()
        self._more_s = LIFETIME_S

    def silent(self, now: float) -> frozenset[str]:
        """Those of whom nothing was heard for a lifetime."""
        return frozenset(name for name, (_, since) in self._beats.items() if now - since > LIFETIME_S)

    def _since(self, worker: WorkerNow, now: float) -> float:
        beat, since = self._beats.get(worker.name, (None, 0.0))
        if beat == worker.beat:
            return since
        return now + (self._more_s if beat is None else 0.0)
