"""Workers on one PostgreSQL of which somebody dies all the time: no run lost or twice, and nothing left in the stores.

    python tests/chaos/shared.py --minutes 10

Three workers in two locations; every 20 s one of them is killed and another takes its place. Once one is frozen for
half a minute and wakes up, and once the database is stopped for 6 s. Told is also how long it took until somebody had
taken over what a dead worker was at.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from counting import Told, command, configured, stock, told

from journeys import stores
from journeys.config import load
from journeys.probes.database import open_database, reading
from journeys.probes.history import History
from journeys.probes.roster import BEGUN, TICKS
from journeys.run.clock import SystemClock

sys.path.insert(0, str(Path(__file__).parents[1] / "probes"))

from server import Server, running

LOCATIONS = ("here", "here", "there")
FROZEN_S = 30.0
WITHOUT_DATABASE_S = 6.0


@dataclass(slots=True, kw_only=True)
class Crew:
    """The workers, by place; ``taken_s`` are the seconds until what a dead one was at had an outcome."""

    file: Path
    folder: Path
    database: sa.Engine
    clock: SystemClock = field(default_factory=SystemClock)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    died: dict[str, float] = field(default_factory=dict)

    def start(self, location: str) -> subprocess.Popen[bytes]:
        with (self.folder / "workers.log").open("ab") as log:
            argv = [*command("worker", self.file), "--location", location]
            return subprocess.Popen(argv, stdout=log, stderr=log, start_new_session=True)

    def replace(self, place: int) -> None:
        """One dies, and another begins in its place; what it was at is noted."""
        worker = self.workers[place]
        worker.kill()
        worker.wait()
        now = time.time()
        with reading(self.database) as connection:
            mine = sa.select(TICKS.c.key).where(TICKS.c.state == BEGUN, TICKS.c.worker.contains(f"-{worker.pid}-"))
            self.died |= {key: now for (key,) in connection.execute(mine)}
        self.workers[place] = self.start(LOCATIONS[place])

    def taken_s(self) -> list[float]:
        history = History(self.database)
        found = [(at, history.outcome(key)) for key, at in self.died.items()]
        return sorted(round(outcome.ended - at, 1) for at, outcome in found if outcome)


def chaos(
    folder: Path, server: Server, *, home: Path, seconds: float, probes: int, every_s: float, seed: int
) -> tuple[Told, list[float]]:
    """Watch with three workers, one of which dies all the time, and count."""
    url = server.database()
    os.environ["CHAOS_DATABASE"] = url
    file = configured(folder, home, probes=probes, every_s=every_s, database=url, locations=LOCATIONS[1:])
    config, moments = load(file), random.Random(seed)
    before = {name: stock(config, name) for name in config.stores}
    crew = Crew(file=file, folder=folder, database=open_database(url))
    crew.workers = [crew.start(location) for location in LOCATIONS]
    kills = _go(crew, server, moments, seconds)
    for worker in crew.workers:
        worker.send_signal(signal.SIGTERM)
    for worker in crew.workers:
        worker.wait(300)
    found = told(config, folder, before, kills, crew.clock)
    return found, crew.taken_s()


def _go(crew: Crew, server: Server, moments: random.Random, seconds: float) -> int:
    """Every 20 s somebody dies; at a third of the time one freezes, at two thirds the database is away."""
    began, kills, frozen, away = crew.clock.monotonic(), 0, False, False
    while (gone := crew.clock.monotonic() - began) < seconds:
        _wait(20.0)
        if gone > seconds / 3 and not frozen:
            frozen = True
            victim = moments.choice(crew.workers)
            victim.send_signal(signal.SIGSTOP)
            _wait(FROZEN_S)
            victim.send_signal(signal.SIGCONT)
        elif gone > seconds * 2 / 3 and not away:
            away = True
            server.stop()
            _wait(WITHOUT_DATABASE_S)
            server.start()
        else:
            crew.replace(moments.randrange(len(crew.workers)))
            kills += 1
    return kills


def _wait(seconds: float) -> None:
    """Time is what is wanted here: nothing is waited for."""
    time.sleep(seconds)


def main() -> int:
    """Run it against the embedded sandbox of this folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--probes", type=int, default=6)
    parser.add_argument("--every", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    config = load(None)
    stores.sandbox_of(config, lambda line: print(line, file=sys.stderr)).up()
    with TemporaryDirectory() as place:
        folder = Path(place)
        with running(folder / "postgresql") as server:
            found, taken_s = chaos(
                folder,
                server,
                home=config.path(config.sandbox.home),
                seconds=asked.minutes * 60,
                probes=asked.probes,
                every_s=asked.every,
                seed=asked.seed,
            )
        print((folder / "workers.log").read_text(encoding="utf-8", errors="replace")[-4000:], file=sys.stderr)
    print(json.dumps({name: getattr(found, name) for name in found.__slots__}, indent=2))
    print(f"taken over after {taken_s} s")
    print("sound" if found.sound else "NOT sound")
    return 0 if found.sound and max(taken_s, default=0.0) <= 15 else 1


if __name__ == "__main__":
    sys.exit(main())
