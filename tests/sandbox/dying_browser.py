"""A program whose browser is killed while it opens one page after the other; it prints what became of that."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from threading import Timer

from journeys.browser import BrowserStage


def below(parent: int) -> list[int]:
    """All processes that this one has started, and those have."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            head, _, rest = path.read_text().rpartition(")")
        except OSError:  # processes come and go
            continue
        parents[int(head.partition(" ")[0])] = int(rest.split()[1])
    found = [pid for pid, above in parents.items() if above == parent]
    return found + [each for pid in found for each in below(pid)]


def kill() -> None:
    """Kill the browser, all of it, and not its driver."""
    for pid in below(os.getpid()):
        try:
            if "chrom" in Path(Path(f"/proc/{pid}/cmdline").read_text().split("\0")[0].split(" ")[0]).name:
                os.kill(pid, signal.SIGKILL)
        except OSError:
            continue


with BrowserStage(only_loopback=True) as stage:
    session = stage.session("a@example.org", "jrn-x")
    Timer(float(sys.argv[1]), kill).start()
    try:
        while True:
            session.tab().close()
    except Exception as error:
        print(type(stage.explain(error, session)).__name__)
