"""What runs have left on this machine beside their histories: pages to read, and the history itself to judge again."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final

from journeys.model import JourneyError, Result
from journeys.probes.outcome import Outcome
from journeys.run.kept import HISTORY

_PAGES: Final = re.compile(r"(why|isolation-[a-z0-9-]+)\.html")
_MOST: Final = 16
_LARGEST: Final = 16_000_000
"""A history of more bytes than that is not judged again while somebody waits."""


class KeptRuns:
    """Looks beside the histories that outcomes name; ``judged`` judges a history anew (JourneyError when it cannot)."""

    def __init__(self, judged: Callable[[Path], Result]) -> None:
        self._judged = judged
        self._known: OrderedDict[str, Result] = OrderedDict()
        self._lock = Lock()

    def pages(self, outcome: Outcome) -> tuple[str, ...]:
        """The names of the pages that the run left here, why it is not well first."""
        folder = _folder(outcome)
        if folder is None:
            return ()
        try:
            names = [path.name for path in folder.iterdir() if _PAGES.fullmatch(path.name)]
        except OSError:
            return ()
        return tuple(sorted(names, key=lambda name: (not name.startswith("why"), name)))

    def page(self, outcome: Outcome, name: str) -> bytes | None:
        """One of them; None when there is none of that name."""
        folder = _folder(outcome)
        if folder is None or not _PAGES.fullmatch(name):
            return None
        try:
            return (folder / name).read_bytes()
        except OSError:
            return None

    def result(self, outcome: Outcome) -> Result | None:
        """The run judged again; None when its history is not here, too large, or cannot be read."""
        folder = _folder(outcome)
        if folder is None:
            return None
        with self._lock:
            if outcome.key not in self._known:
                path = folder / HISTORY
                try:
                    if path.stat().st_size > _LARGEST:
                        return None
                    self._known[outcome.key] = self._judged(path)
                except (JourneyError, OSError):
                    return None
                if len(self._known) > _MOST:
                    self._known.popitem(last=False)
            return self._known[outcome.key]


def _folder(outcome: Outcome) -> Path | None:
    """The folder of the run, if it is this run's: on another machine the same path may be another run's, or nothing."""
    path = Path(outcome.history) if outcome.history else None
    if path is None or path.name != HISTORY or path.parent.name != outcome.run or not path.is_file():
        return None
    return path.parent
