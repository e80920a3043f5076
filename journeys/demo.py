"""The demonstration: two real stores, customers in both, and one planted stale cache that is found and named."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread
from typing import IO, Final

from rich.console import Console
from rich.rule import Rule

from journeys import stores
from journeys.checks import ALL_CHECKS, judge
from journeys.config import Config
from journeys.diagnosis import diagnose
from journeys.model import History, Result, TesterFault, Verdict
from journeys.programme import Exit
from journeys.run.ndjson import load
from journeys.run.perform import side_by_side
from reports import summary
from sandbox import CATALOGUE, Fault, Sandbox, State

PLANTED: Final = "application_cache"
NAMED: Final = "application cache"

Say = Callable[[str], None]


def demo(config: Config, out: Console, err: Console) -> int:
    """Run it; 0 when every journey passed and the planted cache was named."""
    began = time.monotonic()

    def say(line: str) -> None:
        err.print(f"[dim]{time.monotonic() - began:6.1f} s[/]  {line}", highlight=False)

    sandbox = stores.sandbox_of(config, say)
    with _running(sandbox):
        folder = Path(mkdtemp(prefix="demo-", dir=_folder(config)))
        say("customers go on every journey, in both stores side by side")
        healthy = _go(say, folder / "healthy", ["--store", "shop"], ["--store", "booking"])
        fault = next(fault for fault in CATALOGUE if fault.name == PLANTED)
        say(f"planted: {fault.says}")
        with _planted(sandbox, fault):
            command = ["guest_checkout", "--store", "shop", "--caches", "both"]
            found = _go(say, folder / "planted", command)
            if len(found) != 2:
                raise TesterFault(f"{' '.join(command)} left {len(found)} histories, not one of each kind")
        say("mended")
    out.print(Rule("healthy stores", style="dim"), summary(healthy))
    out.print(Rule(f"planted: {fault.says}", style="dim"), summary(side_by_side(*found)))
    return _conclude(healthy, found, out, time.monotonic() - began)


def _conclude(healthy: Sequence[Result], found: Sequence[Result], out: Console, seconds: float) -> int:
    named = any(diagnosis.layer == NAMED for result in found for diagnosis in result.diagnoses)
    sound = bool(healthy) and all(result.verdict is Verdict.PASS for result in healthy)
    if sound and named:
        out.print(f"\nAll {len(healthy)} journeys passed, the planted {NAMED} was named, in {seconds:.0f} s.")
        return Exit.PASS
    out.print(f"\nThe demonstration did not go as it should: {'' if sound else 'a journey did not pass; '}"
              f"{'' if named else 'the planted cache was not named'}")  # fmt: skip
    return Exit.FAULT


@contextmanager
def _running(sandbox: Sandbox) -> Iterator[None]:
    """The sandbox, which is ended again unless it ran before."""
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
    folder = config.path(Path("reports/output"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _go(say: Say, folder: Path, *commands: Sequence[str]) -> tuple[Result, ...]:
    """Run these side by side, each in a process of its own, and judge the histories that they leave."""
    running = [_start([*command, "--report", str(folder / str(i))]) for i, command in enumerate(commands)]
    relays = [Thread(target=_relay, args=(each.stderr, say), daemon=True) for each in running]
    for relay in relays:
        relay.start()
    try:
        codes = [each.wait() for each in running]
    except BaseException:
        for each in running:  # they have been interrupted too; let them undo what they did
            each.wait()
        raise
    for relay in relays:
        relay.join()
    if any(code in (Exit.USAGE, Exit.TESTER, Exit.NOTHING) for code in codes):
        raise TesterFault("a journey could not be performed; the lines above say why")
    histories = [load(path) for path in sorted(folder.glob("*/runs/*/history.ndjson"))]
    return tuple(_judged(history) for history in sorted(histories, key=lambda each: each.heading.began))


def _judged(history: History) -> Result:
    findings = judge(history, ALL_CHECKS)
    return Result(history=history, findings=findings, diagnoses=diagnose(history, findings), duration_s=history.lasted)


def _start(arguments: Sequence[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "journeys", "run", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def _relay(lines: IO[str], say: Say) -> None:
    for line in lines:
        say(line.rstrip())
