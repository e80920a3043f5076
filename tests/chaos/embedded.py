"""A daemon that is killed again and again: no run without a record, none twice, and nothing of it left in the stores.

    python tests/chaos/embedded.py --minutes 10 --kills 30

It watches the embedded sandbox with six probes at 20 s, kills the daemon with SIGKILL at random moments (every other
time with all that it had started), starts it again at once, and tells what is left in the end.
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
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from journeys import stores
from journeys.config import Config, load
from journeys.customers import MAIL_DOMAIN
from journeys.outing import seed_of
from journeys.probes.database import open_database
from journeys.probes.history import History
from journeys.probes.outcome import Outcome
from journeys.probes.promises import open_promises
from journeys.probes.schedule import key_of, ticks
from journeys.run.clock import SystemClock
from journeys.run.ndjson import load as load_history
from journeys.run.settle import settle

JOURNEYS = (
    ("shop", "guest_checkout"), ("booking", "book_free_slot"), ("shop", "account_checkout"),
    ("booking", "book_paid_slot"), ("shop", "browse"), ("booking", "cancel_booking"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was found: ``lost`` are ticks without an outcome, ``twice`` those of which two runs were begun."""

    ticks: int
    states: dict[str, int]
    kills: int
    lost: tuple[str, ...]
    twice: tuple[str, ...]
    open_orders: tuple[str, ...]
    promised: int
    moved: tuple[str, ...]
    processes: int

    @property
    def sound(self) -> bool:
        """Whether nothing is lost, twice, or left."""
        return not (self.lost or self.twice or self.open_orders or self.promised or self.moved or self.processes)


def chaos(folder: Path, *, home: Path, seconds: float, kills: int, probes: int, every_s: float, seed: int) -> Told:
    """Watch, kill and count; the sandbox at ``home`` has to run."""
    file = folder / "journeys.toml"
    file.write_text(_config(folder, home, probes, every_s), encoding="utf-8")
    config, moments, clock = load(file), random.Random(seed), SystemClock()
    before = {name: _stock(config, name) for name in config.stores}
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
    return _told(config, folder, before, kills, clock)


def _told(config: Config, folder: Path, before: dict[str, dict[str, object]], kills: int, clock: SystemClock) -> Told:
    database = open_database(config.database_url())
    history = History(database)
    settle(
        lambda: (
            subprocess.run(_command("cleanup", folder / "journeys.toml"), check=False, capture_output=True)
            and open_promises(database)
        ),
        lambda left: not left,
        clock,
        180.0,
    )
    outcomes = history.outcomes(limit=100_000)
    told = Told(
        ticks=len(outcomes),
        states=dict(Counter(each.state.value for each in outcomes)),
        kills=kills,
        lost=_lost(config, outcomes),
        twice=_twice(folder / "state" / "runs", outcomes),
        open_orders=tuple(number for name in config.stores for number in _open(config, name)),
        promised=len(open_promises(database)),
        moved=tuple(
            f"{name}: {fact} was {was} and is {now}"
            for name in config.stores
            for fact, was in before[name].items()
            if (now := _stock(config, name)[fact]) != was
        ),
        processes=sum(str(folder) in " ".join(_cmdline(each)) for each in psutil.process_iter()),
    )
    database.dispose()
    return told


def _lost(config: Config, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """The ticks between the first and the last one of a probe that have no outcome."""
    lost = []
    for probe in config.declared_probes():
        mine = {each.key: each.due for each in outcomes if each.probe == probe.name}
        due = ticks(probe, after=min(mine.values()), until=max(mine.values())) if mine else ()
        lost += [key for each in due if (key := key_of(probe.name, each)) not in mine]
        lost += [] if mine else [probe.name]
    return tuple(lost)


def _twice(runs: Path, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """The ticks that two histories were begun for: the seed of a run tells its tick."""
    begun = Counter(load_history(path).heading.seed for path in runs.glob("*/history.ndjson"))
    return tuple(each.key for each in outcomes if begun[seed_of(each.key)] > 1)


def _open(config: Config, name: str) -> tuple[str, ...]:
    with stores.opened(config, name) as store:
        return tuple(
            f"{name} {order.number}" for order in store.record.orders() if order.open and MAIL_DOMAIN in order.email
        )


def _stock(config: Config, name: str) -> dict[str, object]:
    """What is left of everything, by subject."""
    with stores.opened(config, name) as store:
        subjects = {subject.key: subject for chosen in store.subjects.values() for subject in chosen}
        return {key: dict(store.record.about(each, gently=False)) for key, each in subjects.items()}


def _config(folder: Path, home: Path, probes: int, every_s: float) -> str:
    lines = [
        f'state = "{folder / "state"}"', "[sandbox]", f'home = "{home}"', "[stores.shop]", 'platform = "oscar"',
        "sandbox = true", 'locale = "de_DE"', "[stores.booking]", 'platform = "pretix"', "sandbox = true",
    ]  # fmt: skip
    for store, journey in JOURNEYS[:probes]:
        lines += [f"[probes.{journey}]", f'store = "{store}"', f'journey = "{journey}"']
        lines += [f"every = {every_s}", "timeout = 120"]
    return "\n".join(lines) + "\n"


def _command(name: str, file: Path) -> list[str]:
    return [sys.executable, "-m", "journeys", name, "--config", str(file)]


def _start(file: Path, folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "daemon.log").open("ab") as log:
        return subprocess.Popen(_command("probe", file), stdout=log, stderr=log, start_new_session=True)


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


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline() if process.pid != os.getpid() else []
    except psutil.Error:
        return []


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
        told = chaos(
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
    print(json.dumps({name: getattr(told, name) for name in told.__slots__}, indent=2))
    print(f"{'sound' if told.sound else 'NOT sound'} after {time.monotonic() - began:.0f} s")
    return 0 if told.sound else 1


if __name__ == "__main__":
    sys.exit(main())
