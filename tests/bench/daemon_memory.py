"""What memory the watching daemon holds after 1,000 runs, against what it holds after 100.

    python tests/bench/daemon_memory.py --rate 5
    python tests/bench/daemon_memory.py --browsers --runs 50 300

The daemon is the one of ``journeys probe``, with its history, queue, alerts and signals, in a folder of its own. Each
run is a process that tells an outcome with readings, as a journey's process does, and goes nowhere (``stand_in.py``);
with ``--browsers`` it is a journey through the embedded sandbox of this folder, two at a time, and takes its time. Told
is the memory that is the daemon's alone (its unique set), and which processes outlived their run.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import psutil

from journeys.config import Config, load
from journeys.probes.database import open_database
from journeys.probes.history import History
from journeys.probes.outcome import State
from journeys.probing import Watch

EVERY_S = 5
BROWSERS = 2
BOUND = 1.10


def main() -> int:
    """The bench, or the daemon of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=5.0, help="Runs a second.")
    parser.add_argument("--browsers", action="store_true", help="Real journeys through the sandbox, which has to run.")
    parser.add_argument("--runs", type=int, nargs=2, default=(100, 1000), help="After how many it is measured.")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        return _work(asked.work, real=asked.browsers)
    with TemporaryDirectory() as place:
        if (
            asked.browsers
        ):  # twice as many are due as can be gone: two are always under way, and what is late is skipped
            home = Path(".sandbox").absolute()
            file = _configured(Path(place), f'sandbox = true\n[sandbox]\nhome = "{home}"', 2 * BROWSERS)
            return _measure(file, tuple(asked.runs), "--browsers")
        file = _configured(Path(place), 'url = "http://127.0.0.1:9"', round(asked.rate * EVERY_S))
        return _measure(file, tuple(asked.runs))


def _configured(folder: Path, store: str, many: int) -> Path:
    probes = "".join(f'[probes.p{i}]\nstore = "shop"\njourney = "browse"\nevery = {EVERY_S}\n' for i in range(many))
    file = folder / "journeys.toml"
    file.write_text(f'[stores.shop]\nplatform = "oscar"\n{store}\n{probes}', encoding="utf-8")
    return file


def _measure(file: Path, after: tuple[int, int], *how: str) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the daemon is not left behind
    daemon = subprocess.Popen([sys.executable, __file__, "--work", str(file), *how], start_new_session=True)
    held: dict[int, float] = {}
    try:
        history = History(open_database(load(file).database_url()))
        for many in after:
            while (runs := _runs(history)) < many:
                if daemon.poll() is not None:
                    raise RuntimeError(f"the daemon ended by itself with code {daemon.returncode}")
                time.sleep(0.5)
            held[many] = psutil.Process(daemon.pid).memory_full_info().uss / 1e6
            print(f"after {runs} runs: {held[many]:.1f} MB", flush=True)
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(60)
    left = [each for each in psutil.process_iter() if str(file.parent) in " ".join(_cmdline(each))]
    first, last = (held[many] for many in after)
    print(f"{last / first:.3f} times as much after {after[1]} runs; {len(left)} processes outlived their run")
    return 0 if last / first <= BOUND and not left else 1


def _runs(history: History) -> int:
    return len(history.outcomes(since=0.0, limit=100_000, states=(State.PASSED,)))


def _work(file: Path, *, real: bool) -> int:
    config: Config = load(file)
    stand_in = (sys.executable, "-S", "-E", str(Path(__file__).with_name("stand_in.py")))
    watch = Watch(config, file, "here", say=print, told=lambda outcome: None, **{} if real else {"command": stand_in})
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    watch.work(stop, concurrency=BROWSERS if real else 4, patience_s=10)
    return 0


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


if __name__ == "__main__":
    sys.exit(main())
