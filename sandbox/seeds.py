"""The seeded state of a store: kept once as a copy, put back in a moment, too old after some days."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox import files

STAMP = "seed.json"
SIDE_FILES = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a seed is made of, relative to the store's home: SQLite files and folders."""

    databases: tuple[str, ...]
    folders: tuple[str, ...]


def exists(seed: Path) -> bool:
    """Whether there is a whole seed."""
    return (seed / STAMP).exists()


def is_current(seed: Path, key: str, *, lasts: timedelta) -> bool:
    """Whether the seed was made from what `key` stands for, and its dates are not too old."""
    try:
        stamp = json.loads((seed / STAMP).read_text())
        age = datetime.now(UTC) - datetime.fromisoformat(stamp["seeded_at"])
        return bool(stamp["key"] == key) and timedelta(0) <= age < lasts
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False


def forget(seed: Path) -> None:
    """Delete the seed, its stamp first."""
    (seed / STAMP).unlink(missing_ok=True)
    shutil.rmtree(seed, ignore_errors=True)


def keep(seed: Path, holdings: Holdings, home: Path, key: str) -> None:
    """Copy what a reset restores; the stamp comes last, so half a seed is none."""
    seed.mkdir(parents=True)
    for name in holdings.databases:
        (seed / name).parent.mkdir(parents=True, exist_ok=True)
        files.copy_database(home / name, seed / name)
    for name in holdings.folders:
        (seed / name).parent.mkdir(parents=True, exist_ok=True)
        files.replace_folder(home / name, seed / name)
    files.write(seed / STAMP, json.dumps({"key": key, "seeded_at": datetime.now(UTC).isoformat()}))


def restore(seed: Path, holdings: Holdings, home: Path, *, running: bool) -> None:
    """Put the copy back; a database that nobody uses is replaced as a file, so that a broken one heals."""
    for name in holdings.databases:
        if not running:
            for suffix in ("", *SIDE_FILES):
                (home / f"{name}{suffix}").unlink(missing_ok=True)
        files.copy_database(seed / name, home / name)
    for name in holdings.folders:
        files.replace_folder(seed / name, home / name)
