"""A daemon that is killed again and again: no run without a record, none twice, and nothing of it left in the stores.

    python tests/chaos/embedded.py --minutes 10 --kills 30

It watches the embedded sandbox with six probes at 20 s, kills the daemon with SIGKILL at random moments (every other
time with all that it had started), starts it again at once, and tells what is left in the end.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from counting import Told, command, configured, stock, told

from journeys import stores
from journeys.config import load
from journeys.run.clock import SystemClock


def chaos(folder: Path, *, home: Path, seconds: float, kills: int, probes: int, every_s: float, seed: int) -> Told:
    """Watch, kill and count; the sandbox at ``home`` has to run."""
    file = configured(folder, home, probes=probes, every_s=every_s)
    config, moments, clock = load(file), random.Random(seed), SystemClock()
    before = {name: stock(config, name) for name in config.stores}
    began = clock.monotonic()
    gaps = sorted(moments.uniform(0, seconds) for _ in range(kills))
    daemon = _start(file, folder)
    for number, at in enumerate(gaps):
        _until(began + at, clock, daemon)
        _kill(daemon, whole=number % 2 == 1)
        daemon = _start(file, folder)
    _until(began + seconds, clock, daemon)
    daemon.send_signal(signal.SIGTERM)
    daemon.wait(300)
    return told(config, folder, before, kills, clock)


def _start(file: Path, folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "daemon.log").open("ab") as log:
        return subprocess.Popen(command("probe", file), stdout=log, stderr=log, start_new_session=True)


def _until(moment: float, clock: SystemClock, daemon: subprocess.Popen[bytes]) -> None:
    """Wait for the moment; a daemon that ends before it has failed."""
    try:
        code = daemon.wait(max(0.0, moment - clock.monotonic()))
    except subprocess.TimeoutExpired:
        return
    raise RuntimeError(f"the daemon ended by itself with code {code}")


def _kill(daemon: subprocess.Popen[bytes], *, whole: bool) -> None:
    """The daemon alone, or with all that it had started, at once."""
    family = psutil.Process(daemon.pid).children(recursive=True) if whole else []
    daemon.kill()
    for each in family:
        if each.is_running():
            each.kill()
    daemon.wait()


def main() -> int:
    """Run it against the sandbox of this folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--probes", type=int, default=6)
    parser.add_argument("--every", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    config = load(None)
    stores.sandbox_of(config, lambda line: print(line, file=sys.stderr)).up()
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        found = chaos(
            Path(folder),
            home=config.path(config.sandbox.home),
            seconds=asked.minutes * 60,
            kills=asked.kills,
            probes=asked.probes,
            every_s=asked.every,
            seed=asked.seed,
        )
        log = Path(folder, "daemon.log").read_text(encoding="utf-8", errors="replace")
    print(log[-3000:], file=sys.stderr)
    print(json.dumps({name: getattr(found, name) for name in found.__slots__}, indent=2))
    print(f"{'sound' if found.sound else 'NOT sound'} after {time.monotonic() - began:.0f} s")
    return 0 if found.sound else 1


if __name__ == "__main__":
    sys.exit(main())
