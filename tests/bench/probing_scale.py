"""How many scheduled runs a second go through one PostgreSQL, with a stand-in for the journey.

    python tests/bench/probing_scale.py --workers 4 --rate 60 --seconds 60

Each worker is a process; the stand-in takes 5 ms and tells an outcome without readings. Told are the runs a second that
were recorded, and the lag: from when the run of a tick was to begin (its jitter included) until it began.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from journeys.probes.database import open_database
from journeys.probes.engine import Engine
from journeys.probes.going import Going, Tick
from journeys.probes.history import History
from journeys.probes.outcome import Outcome, State
from journeys.probes.probe import Probe
from journeys.probes.roster import Roster
from journeys.probes.schedule import begins
from journeys.probes.timetable import Timetable
from journeys.probes.worker import Worker
from journeys.run.clock import SystemClock

sys.path.insert(0, str(Path(__file__).parents[1] / "probes"))

from server import running

STAND_IN_S = 0.005
EVERY_S = 10.0


def main() -> int:
    """The bench, or one worker of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--rate", type=float, default=60.0, help="Scheduled runs a second.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--work", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        _work(os.environ["BENCH_DATABASE"], asked.work, round(asked.rate * EVERY_S))
        return 0
    with TemporaryDirectory() as place, running(Path(place)) as server:
        return _measure(server.database(), asked.workers, asked.rate, asked.seconds)


def _measure(url: str, workers: int, rate: float, seconds: float) -> int:
    database = open_database(url)
    history = History(database)
    command = [sys.executable, __file__, "--rate", str(rate)]
    environment = os.environ | {"BENCH_DATABASE": url}
    processes = [subprocess.Popen([*command, "--work", f"w{i}"], env=environment) for i in range(workers)]
    while not history.latest():  # until the first run was recorded
        time.sleep(0.1)
    began = time.time() + EVERY_S  # what piled up while the workers started is not counted
    time.sleep(EVERY_S + seconds)
    until = time.time()
    outcomes = history.outcomes(since=began, until=until - EVERY_S, limit=1_000_000)
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        process.wait(120)
    probes = {each.name: each for each in declared(round(rate * EVERY_S))}
    passed = [each for each in outcomes if each.state is State.PASSED]
    lag = sorted(each.began - begins(probes[each.probe], each.due) for each in passed)
    skipped = sum(each.state is State.SKIPPED for each in outcomes)
    done = len(lag) / (until - EVERY_S - began)
    print(f"{done:.1f} runs a second of {rate:g} scheduled, {skipped} left out, by {workers} workers")
    for share in (0.5, 0.95, 0.99, 1.0):
        print(f"lag p{share * 100:g}: {lag[min(len(lag) - 1, int(share * len(lag)))]:.2f} s")
    return 0 if done >= 50 and lag[int(0.99 * len(lag))] < 5 else 1


def _work(url: str, name: str, many: int) -> None:
    database = open_database(url)
    clock, stop, roster = SystemClock(), Event(), Roster(database, name, "here")
    probes = declared(many)
    going = Going(
        probes=probes,
        roster=roster,
        database=database,
        recorder=History(database),
        perform=_stand_in,
        compensator=lambda store, promised, journal, doubtful: (),
        news=lambda outcome: None,
        clock=clock,
    )
    engine = Engine(going, url, concurrency=8)
    timetable = Timetable(probes=probes, roster=roster, recorder=going.recorder, going=going, submit=engine.submit)
    worker = Worker(going=going, engine=engine, timetable=timetable, clock=clock, say=print)
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker.run(stop, patience_s=10, hurry=lambda: None)


def declared(many: int) -> list[Probe]:
    """So many probes, spread over their interval."""
    return [Probe(name=f"p{i}", store="s", journey="j", every_s=EVERY_S, jitter_s=EVERY_S) for i in range(many)]


def _stand_in(probe: Probe, tick: Tick) -> Outcome:
    began = time.time()
    time.sleep(STAND_IN_S)
    return Outcome(
        key=tick.key,
        probe=probe.name,
        store=probe.store,
        journey=probe.journey,
        location=probe.location,
        state=State.PASSED,
        due=tick.due,
        began=began,
        ended=time.time(),
    )


if __name__ == "__main__":
    sys.exit(main())
