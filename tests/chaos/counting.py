"""What is left after probes were killed again and again: runs lost or twice, orders, promises, stock, processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from journeys import stores
from journeys.config import Config
from journeys.customers import MAIL_DOMAIN
from journeys.outing import seed_of
from journeys.probes.database import open_database
from journeys.probes.history import History
from journeys.probes.outcome import Outcome, State
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
    """What was found: ``lost`` are ticks without an outcome, ``twice`` those of which two runs were begun.

    ``failed`` is what was said against stores that nothing was planted in.
    """

    ticks: int
    states: dict[str, int]
    kills: int
    lost: tuple[str, ...]
    twice: tuple[str, ...]
    open_orders: tuple[str, ...]
    promised: int
    moved: tuple[str, ...]
    processes: int
    failed: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is lost, twice, or left."""
        return not (self.lost or self.twice or self.open_orders or self.promised or self.moved or self.processes)


def told(config: Config, folder: Path, before: dict[str, dict[str, object]], kills: int, clock: SystemClock) -> Told:
    database = open_database(config.database_url())
    history = History(database)
    settle(
        lambda: (
            subprocess.run(command("cleanup", folder / "journeys.toml"), check=False, capture_output=True)
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
            if (now := stock(config, name)[fact]) != was
        ),
        failed=tuple(f"{each.key}: {each.headline}" for each in outcomes if each.state is State.FAILED),
        processes=sum(f"{folder}/state" in " ".join(_cmdline(each)) for each in psutil.process_iter()),
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


def stock(config: Config, name: str) -> dict[str, object]:
    """What is left of everything, by subject."""
    with stores.opened(config, name) as store:
        subjects = {subject.key: subject for chosen in store.subjects.values() for subject in chosen}
        return {key: dict(store.record.about(each, gently=False)) for key, each in subjects.items()}


def configured(
    folder: Path, home: Path, *, probes: int, every_s: float, database: str = "", locations: Sequence[str] = ("here",)
) -> Path:
    """A configuration in the folder, with so many probes, spread over the locations."""
    lines = [
        f'state = "{folder / "state"}"', "[sandbox]", f'home = "{home}"', "[stores.shop]", 'platform = "oscar"',
        "sandbox = true", 'locale = "de_DE"', "[stores.booking]", 'platform = "pretix"', "sandbox = true",
    ]  # fmt: skip
    lines += ["[history]", 'database = "${CHAOS_DATABASE}"'] if database else []
    for number, (store, journey) in enumerate(JOURNEYS[:probes]):
        lines += [f"[probes.{journey}]", f'store = "{store}"', f'journey = "{journey}"']
        lines += [f'locations = ["{locations[number % len(locations)]}"]', f"every = {every_s}", "timeout = 120"]
    file = folder / "journeys.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def command(name: str, file: Path) -> list[str]:
    return [sys.executable, "-m", "journeys", name, "--config", str(file)]


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline() if process.pid != os.getpid() else []
    except psutil.Error:
        return []
