"""The process that goes on the journey of one tick: a line of JSON in, the tick's outcome in a file out.

It ends by itself when its input closes: whoever started it is gone, or wants it to undo what it did and to end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from hashlib import blake2b
from pathlib import Path
from threading import Thread
from typing import Any

from journeys import config as configuration
from journeys import programme, stores
from journeys.config import Config
from journeys.model import AccessDenied, Result, StoreFault
from journeys.probes.database import open_database
from journeys.probes.going import Tick
from journeys.probes.outcome import Outcome
from journeys.probes.performing import OUTCOME, probe_from
from journeys.probes.probe import Probe
from journeys.probes.processes import FOLDER
from journeys.probes.promises import SharedJournal
from journeys.probes.telling import outcome_of
from journeys.run.clock import SystemClock
from journeys.run.kept import HISTORY
from journeys.run.not_performed import not_performed
from journeys.run.perform import Company, perform
from journeys.run.watchers import Silent
from reports.tried import tried


def main() -> None:
    """Read the task, go, and write what came of it."""
    task: dict[str, Any] = json.loads(sys.stdin.readline())
    Thread(target=_end_with_input, daemon=True).start()
    outcome = go(task)
    path = Path(os.environ[FOLDER]) / OUTCOME
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(outcome.as_json()), encoding="utf-8")
    draft.replace(path)


def go(task: dict[str, Any]) -> Outcome:
    """Perform the probe's journey, promising in the shared journal whatever it is about to do."""
    config = configuration.load(Path(task["config"]) if task["config"] else None).in_profile(task["profile"])
    probe = probe_from(task["probe"])
    tick = Tick(key=task["key"], probe=probe.name, due=task["due"])
    clock = SystemClock()
    if probe.audit:
        return _audited(config, probe, tick, task["worker"])
    database = open_database(config.database_url())
    journal = SharedJournal(database, worker=task["worker"], key=tick.key)
    result = _performed(config, probe, tick, journal)
    history = programme.runs_of(config) / result.history.heading.run / HISTORY
    database.dispose()
    return outcome_of(
        result,
        probe,
        tick,
        worker=task["worker"],
        history=str(history) if history.exists() else "",
        ended=clock.utc(),
        isolations=tried(result),
    )


def _audited(config: Config, probe: Probe, tick: Tick, worker: str) -> Outcome:
    """Audit the books; it writes nothing that would have to be undone."""
    from journeys import audit_outing  # only who audits needs what it needs

    return audit_outing.go(config, probe, tick, worker=worker)


def _performed(config: Config, probe: Probe, tick: Tick, journal: SharedJournal) -> Result:
    journey = stores.pick(stores.all_journeys(config), (probe.journey,))[0]
    clock, seed = SystemClock(), seed_of(tick.key)
    try:
        with (
            stores.opened(config, probe.store) as store,
            programme.stage_for(config, (probe.store,)) as stage,
        ):
            company = Company(
                stage=stage,
                clock=clock,
                journal=journal,
                watcher=Silent(),
                artifacts=programme.runs_of(config),
            )
            return perform(journey, store, company, caches=probe.caches, seed=seed)
    except (StoreFault, AccessDenied) as error:  # it cannot even be connected to
        return not_performed(
            journey,
            probe.store,
            error,
            around=stores.around(config, probe.store),
            secrets=stores.secrets_of(config, probe.store),
            caches=probe.caches,
            seed=seed,
            clock=clock,
        )


def seed_of(key: str) -> int:
    """Each tick has customers and products of its own, and the same ones if it is looked into again."""
    return int.from_bytes(blake2b(key.encode(), digest_size=4).digest(), "big")


def _end_with_input() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main()
