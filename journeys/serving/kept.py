"""What runs have left on this machine beside their histories: pages to read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from journeys.probes.outcome import Outcome
from journeys.run.kept import HISTORY

_PAGES: Final = re.compile(r"(why|isolation-[a-z0-9-]+)\.html")


class KeptRuns:
    """Looks beside the histories that outcomes name."""

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


def _folder(outcome: Outcome) -> Path | None:
    """The folder of the run, if it is this run's: on another machine the same path may be another run's, or nothing."""
    path = Path(outcome.history) if outcome.history else None
    if path is None or path.name != HISTORY or path.parent.name != outcome.run or not path.is_file():
        return None
    return path.parent
