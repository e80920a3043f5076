"""Kill the browser while a customer is at work, and print whose fault the tester says it is.

Arguments: the address of a store, what is being done (``go``, ``follow``, ``wait``), and after how many seconds.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from journeys.browser import BrowserStage
from page_objects.page import Page


def below(parent: int) -> list[int]:
    """All processes that this one has started, and those have."""
    parents = {}
    for path in Path("/proc").iterdir():
        with suppress(OSError):  # processes come and go
            head, _, rest = (path / "stat").read_text().rpartition(")")
            parents[int(head.partition(" ")[0])] = int(rest.split()[1])
    found = [pid for pid, above in parents.items() if above == parent]
    return found + [each for pid in found for each in below(pid)]


def kill() -> None:
    for pid in below(os.getpid()):
        with suppress(OSError):
            program = Path(f"/proc/{pid}/cmdline").read_text().split("\0")[0].rpartition("/")[2]
            if "chrom" in program:
                os.kill(pid, signal.SIGKILL)


def main(url: str, doing: str, after_s: float) -> None:
    with BrowserStage(executable=os.environ.get("JOURNEYS_BROWSER"), only_loopback=True) as stage:
        session = stage.session("guest@example.org", "test")
        page = Page(session.page, url, "EUR")
        page.go("/page")
        acts: dict[str, Callable[[], object]] = {
            "go": lambda: page.go("/slow"),
            "follow": lambda: page.follow(page.one("a")),
            "wait": lambda: page.tab.locator("#nothing").click(),
        }
        timer = threading.Timer(after_s, kill)
        timer.start()
        try:
            acts[doing]()
        except Exception as error:
            explained = stage.explain(error, session)
            print(f"{type(explained).__name__}: {explained} ({type(error).__name__})")
        timer.join()
        session.seen(url, lambda moment: 0.0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
