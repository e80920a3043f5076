"""The alarm: when the browser has ended and what was asked of it is never answered, its driver is ended as well.

Playwright leaves some questions open for ever when the browser dies over them (opening a page is one). Ending the
driver, a child of this process, makes every open question fail.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Final

_WITHIN_S: Final = 15.0
_DRIVER: Final = str(Path("playwright", "driver"))


class Alarm:
    """Set when the browser ends, and off when somebody has noticed."""

    def __init__(self, within_s: float = _WITHIN_S) -> None:
        self._within_s = within_s
        self._timer: Timer | None = None

    def set(self) -> None:
        """The browser has ended."""
        self.off()
        self._timer = Timer(self._within_s, end_driver)
        self._timer.daemon = True
        self._timer.start()

    def off(self) -> None:
        """Whoever asked something of it knows."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def end_driver() -> None:
    """Kill the drivers that this process has started."""
    for pid in _children(os.getpid()):
        with suppress(OSError):
            if _DRIVER in Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(pid, signal.SIGKILL)


def _children(parent: int) -> Iterator[int]:
    """The processes that a process has started itself; none where that cannot be told."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            head, _, rest = path.read_text().rpartition(")")
            if int(rest.split()[1]) == parent:
                yield int(head.partition(" ")[0])
