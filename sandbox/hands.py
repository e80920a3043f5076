"""Who has a store's controls in hand: faults are mended behind nobody who is alive."""

from __future__ import annotations

import json
import os
from pathlib import Path

from sandbox import files, processes


def take(folder: Path, store: str) -> None:
    """Remember that this process may have planted faults around the store."""
    me = processes.process(os.getpid())
    if me is not None:
        text = json.dumps({"pid": me.pid, "started": me.started, "boot": processes.boot()})
        files.write(folder / f"{store}.hands.{me.pid}", text)


def dead(folder: Path, store: str) -> list[Path]:
    """What is left of processes that ended with the store's controls in hand; to be deleted after mending."""
    return [path for path in folder.glob(f"{store}.hands.*") if not _alive(path)]


def _alive(path: Path) -> bool:
    try:
        known = json.loads(path.read_text())
        found = processes.process(known["pid"])
        return found is not None and (found.started, processes.boot()) == (known["started"], known["boot"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False
