"""The run of a tick in a process of its own, that can hang, crash or be killed without harm to whoever waits for it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from journeys.model import TesterFault
from journeys.probes.going import Tick
from journeys.probes.outcome import Outcome, State, outcome_from
from journeys.probes.probe import Probe
from journeys.probes.processes import Ended, Outing, end_all
from journeys.run.clock import Clock
from journeys.run.journal import process_name

OUTCOME: Final = "outcome.json"
_OWNER: Final = "owner"
_UNDO_WITHIN_S: Final = 30.0


class Performer:
    """Performs ticks in processes started by ``command``, each in a folder below ``home``.

    The process reads one line of JSON (``task``, the tick, and where to write its outcome) and ends by itself when its
    input closes. ``task`` is what it needs to know besides.
    """

    def __init__(self, command: Sequence[str], home: Path, *, worker: str, task: dict[str, Any], clock: Clock) -> None:
        self._command = tuple(command)
        self._home = home / worker
        self._worker = worker
        self._task = task
        self._clock = clock
        self._under_way: set[Outing] = set()
        self._stopping = False
        self._home.mkdir(parents=True, exist_ok=True)
        (self._home / _OWNER).write_text(process_name(os.getpid()), encoding="utf-8")

    def __call__(self, probe: Probe, tick: Tick) -> Outcome:
        """The outcome that the process told, or that it told none; TesterFault when it cannot be started."""
        folder = self._home / blake2b(tick.key.encode(), digest_size=12).hexdigest()
        began = self._clock.utc().timestamp()
        told = {**self._task, "probe": task_of(probe), "key": tick.key, "due": tick.due, "worker": self._worker}
        try:
            outing = Outing(self._command, folder, os.environ, json.dumps(told).encode())
        except OSError as error:
            raise TesterFault(f"no process can be started for {tick.key}: {error.strerror or error}") from error
        self._under_way.add(outing)
        try:
            if self._stopping:
                outing.interrupt()
            ended, overran = self._ended(outing, probe.timeout_s)
            found = _outcome(folder)
        finally:
            self._under_way.discard(outing)
            shutil.rmtree(folder, ignore_errors=True)
        if found is not None and not overran:
            return found
        state, reason = self._why(probe, ended, overran)
        return Outcome(
            key=tick.key,
            probe=probe.name,
            store=probe.store,
            journey=probe.journey,
            location=probe.location,
            state=state,
            due=tick.due,
            began=began,
            ended=self._clock.utc().timestamp(),
            worker=self._worker,
            reason=reason,
            headline=reason,
            run=found.run if found else "",
            history=found.history if found else "",
            left=found.left if found else (),
        )

    def stop(self) -> None:
        """Ask all that is under way to undo what it did and to end; what is begun later ends at once."""
        self._stopping = True
        for outing in tuple(self._under_way):
            outing.interrupt()

    def _ended(self, outing: Outing, timeout_s: float) -> tuple[Ended, bool]:
        """One that takes too long is asked to undo what it did; one that does not even that is killed."""
        if outing.over(timeout_s):
            return outing.end(), False
        outing.interrupt()
        outing.over(_UNDO_WITHIN_S)
        return outing.end(), True

    def _why(self, probe: Probe, ended: Ended, overran: bool) -> tuple[State, str]:
        if overran:
            return State.INTERRUPTED, f"it took longer than {probe.timeout_s:g} s"
        if self._stopping:
            return State.INTERRUPTED, "its worker was stopped"
        last = ended.said.splitlines()[-1] if ended.said else "it said nothing"
        return State.BROKEN, f"its process ended with code {ended.code} and told no outcome: {last}"


def task_of(probe: Probe) -> dict[str, Any]:
    """What a process has to know of a probe; ``probe_from`` reads it."""
    names = ("name", "store", "journey", "location", "caches", "audit", "days", "against")
    return {name: getattr(probe, name) for name in names}


def probe_from(task: dict[str, Any]) -> Probe:
    """The probe that ``task_of`` told of, after it was JSON."""
    return Probe(**{**task, "against": tuple(task.get("against", ()))})


def end_leftovers(home: Path, alive: Callable[[str], bool]) -> int:
    """End what workers of this machine that died have left running, and delete it; how many processes that were."""
    ended = 0
    for worker in home.glob("*"):
        try:
            owner = (worker / _OWNER).read_text(encoding="utf-8")
        except OSError:
            continue
        if not alive(owner):
            ended += sum(end_all(folder) for folder in worker.iterdir() if folder.is_dir())
            shutil.rmtree(worker, ignore_errors=True)
    return ended


def _outcome(folder: Path) -> Outcome | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return outcome_from(json.loads((folder / OUTCOME).read_text(encoding="utf-8")))
    return None
