"""The demonstration: two real stores, customers in both, and one planted stale cache that is found and named."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread
from typing import IO, Final

from rich.console import Console
from rich.markup import escape
from rich.rule import Rule

from journeys import stores
from journeys.checks import ALL_CHECKS, judge
from journeys.config import Config
from journeys.diagnosis import diagnose
from journeys.model import APPLICATION_CACHE, History, Result, TesterFault, Verdict
from journeys.programme import Exit
from journeys.run.ndjson import load
from journeys.run.side_by_side import side_by_side
from reports import summary
from sandbox import CATALOGUE, Fault, Sandbox, State

PLANTED: Final = "application_cache"
SHOP: Final = ("browse", "guest_checkout")
BOOKING: Final = ("browse_slots", "book_paid_slot", "sold_out_slot")
FIND: Final = ("guest_checkout", "--store", "shop", "--caches", "both")

Say = Callable[[str], None]


def demo(config: Config, out: Console, err: Console, *, everything: bool = False) -> int:
    """Run it, with some journeys or with all; 0 when every one passed and the planted cache was named."""
    began = time.monotonic()

    def say(line: str) -> None:
        err.print(f"[dim]{time.monotonic() - began:6.1f} s[/]  {escape(line)}", highlight=False, soft_wrap=True)

    sandbox = stores.sandbox_of(config, say)
    fault = next(fault for fault in CATALOGUE if fault.name == PLANTED)
    with _running(sandbox):
        folder = _folder(config)
        say("customers set out, in both stores side by side")
        with _Journeys(say, folder / "booking", ([] if everything else BOOKING), "booking") as booking:
            with _Journeys(say, folder / "shop", ([] if everything else SHOP), "shop") as shop:
                healthy = shop.results()
            say(f"shop    │ planted: {fault.says}")
            with _planted(sandbox, fault), _Journeys(say, folder / "planted", FIND, "shop") as planted:
                found = planted.results()
            say("shop    │ mended")
            healthy += booking.results()
    out.print(Rule("healthy stores", style="dim"), summary(healthy))
    out.print(Rule(f"planted: {fault.says}", style="dim"), summary(side_by_side(*found)))
    return _conclude(healthy, found, out, time.monotonic() - began)


def _conclude(healthy: Sequence[Result], found: Sequence[Result], out: Console, seconds: float) -> int:
    named = any(APPLICATION_CACHE in diagnosis.layers for result in found for diagnosis in result.diagnoses)
    sound = bool(healthy) and all(result.verdict is Verdict.PASS for result in healthy)
    if sound and named:
        out.print(f"\nAll {len(healthy)} journeys passed, and the planted {APPLICATION_CACHE} was found and named,")
        out.print(f"in {seconds:.0f} s. `make report` shows the same of the tests, in a browser.")
        return Exit.PASS
    wrong = ["a journey did not pass"] * (not sound) + ["the planted cache was not named"] * (not named)
    out.print(f"\nThe demonstration did not go as it should: {', '.join(wrong)}.")
    return Exit.FAULT


@contextmanager
def _running(sandbox: Sandbox) -> Iterator[None]:
    """The sandbox in its seeded state, ended again unless it ran before."""
    before = sandbox.status().state
    with ExitStack() as stack:
        if before is not State.UP:
            stack.callback(sandbox.down)
        sandbox.up()
        sandbox.reset()
        yield


@contextmanager
def _planted(sandbox: Sandbox, fault: Fault) -> Iterator[None]:
    home = sandbox.status().stores[fault.store].home
    fault.plant(home)
    try:
        yield
    finally:
        fault.mend(home)
        sandbox.reset(fault.store)


def _folder(config: Config) -> Path:
    """A folder of this demonstration's own: what earlier ones left is not counted again."""
    folder = config.path(Path("reports/output"))
    folder.mkdir(parents=True, exist_ok=True)
    return Path(mkdtemp(prefix="demo-", dir=folder))


@dataclass(slots=True)
class _Journeys:
    """Journeys gone in a process of their own, judged here again from the histories that they leave."""

    say: Say
    folder: Path
    arguments: Sequence[str]
    store: str
    process: subprocess.Popen[str] | None = None
    relay: Thread | None = None

    def __enter__(self) -> _Journeys:
        named = () if "--store" in self.arguments else ("--store", self.store)
        command = [sys.executable, "-m", "journeys", "run", *self.arguments, *named, "--report", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.relay = Thread(target=self._relay, args=(self.process.stderr,), daemon=True)
        self.relay.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.terminate()  # nothing, when it has ended; else it undoes what it did, and ends
            self.process.wait()

    def results(self) -> list[Result]:
        """What came of them; TesterFault when they could not be gone."""
        assert self.process is not None and self.relay is not None
        code = self.process.wait()
        self.relay.join()
        if code not in (Exit.PASS, Exit.FAULT, Exit.INCONCLUSIVE):
            raise TesterFault(f"the journeys in {self.store} ended with {code}; the lines above say why")
        histories = [load(path) for path in self.folder.glob("runs/*/history.ndjson")]
        return [_judged(history) for history in sorted(histories, key=lambda history: history.heading.began)]

    def _relay(self, lines: IO[str]) -> None:
        for line in lines:
            self.say(f"{self.store:8}│ {line.rstrip()}")


def _judged(history: History) -> Result:
    findings = judge(history, ALL_CHECKS)
    return Result(history=history, findings=findings, diagnoses=diagnose(history, findings), duration_s=history.lasted)
