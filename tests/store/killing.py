"""Killing the browser of a command, or a part of it, as an operating system short of memory does."""

from __future__ import annotations

import os
import re
import signal
from contextlib import suppress
from pathlib import Path
from subprocess import Popen

from sandbox import waiting

BROWSER = "chrom"
_WITHIN_S = 60
_ARGUMENT = re.compile("[\0 ]")  # Chromium's own processes write theirs with spaces
RENDERER = "--type=renderer"
NETWORK = "network.mojom.NetworkService"


def kill(process: Popen[str], part: str = "") -> bool:
    """Kill the browser that the command has started, or soon will have, or a part of it; whether anything died."""
    return waiting.for_answer(lambda: _killed(process.pid, part), pid=process.pid, seconds=_WITHIN_S)


def saw_something(process: Popen[str], report: Path) -> bool:
    """Wait until the run has read a surface, while it goes on to look at others."""

    def seen() -> bool:
        return any('"event":"reading"' in each.read_text() for each in report.glob("runs/*/history.ndjson"))

    return waiting.for_answer(seen, pid=process.pid, seconds=_WITHIN_S)


def _killed(parent: int, part: str) -> bool:
    killed = 0
    for pid in _below(parent):
        with suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_text()
            if BROWSER in Path(_ARGUMENT.split(command)[0]).name and part in command:
                os.kill(pid, signal.SIGKILL)
                killed += 1
    return killed > 0


def _below(parent: int) -> list[int]:
    """All processes that this one has started, and those have."""
    parents = {}
    for path in Path("/proc").iterdir():
        with suppress(OSError):  # processes come and go
            head, _, rest = (path / "stat").read_text().rpartition(")")
            parents[int(head.partition(" ")[0])] = int(rest.split()[1])
    found = [pid for pid, above in parents.items() if above == parent]
    return found + [each for pid in found for each in _below(pid)]
