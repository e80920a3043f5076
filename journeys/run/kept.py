"""The histories that earlier runs left on disk, found again by the id of the run, by their path, or as the latest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from journeys.model import JourneyError

HISTORY: Final = "history.ndjson"
LATEST: Final = "latest"
KEPT: Final = 50
"""So many runs are kept where nobody asked for a report."""
_FOLDERS: Final = (f"runs/*/{HISTORY}", f"*/runs/*/{HISTORY}")
_NAMED: Final = 8


class NoSuchRun(JourneyError):
    """No history of that run is kept; the text names those that are."""


def kept(*folders: Path) -> Mapping[str, Path]:
    """The histories below these folders by the ids of their runs, the newest first."""
    known: dict[str, Path] = {}
    found = [path for folder in folders for path in _found(folder)]
    for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True):
        known.setdefault(path.parent.name, path)
    return known


def prune(folder: Path, keep: int = KEPT) -> None:
    """Leave only the newest runs in a folder of runs; what cannot be deleted stays."""
    runs = sorted(folder.glob(f"*/{HISTORY}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in runs[keep:]:
        shutil.rmtree(path.parent, ignore_errors=True)


def find(run: str, *folders: Path) -> Path:
    """The history of a run: its id or the beginning of it, ``latest``, or a path to a history or to its folder.

    NoSuchRun when there is none, or more than one.
    """
    path = Path(run)
    if path.is_file():
        return path
    if (path / HISTORY).is_file():
        return path / HISTORY
    known = kept(*folders)
    if run == LATEST and known:
        return next(iter(known.values()))
    if run in known:
        return known[run]
    alike = [each for each in known if each.startswith(run)]
    if len(alike) == 1:
        return known[alike[0]]
    if alike:
        raise NoSuchRun(f"several runs begin with {run}: {_listed(alike)}")
    there_are = f"there are {_listed(list(known))}" if known else "there is none"
    raise NoSuchRun(f"no run {run} is kept below {' or '.join(map(str, folders))}: {there_are}")


def _found(output: Path) -> Iterator[Path]:
    for pattern in _FOLDERS:
        yield from output.glob(pattern)


def _listed(runs: list[str]) -> str:
    more = f" and {len(runs) - _NAMED} older ones" if len(runs) > _NAMED else ""
    return f"{', '.join(runs[:_NAMED])}{more}"
