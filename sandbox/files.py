"""Files of the sandbox's state: written as a whole or not at all, readable by their owner only."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

PRIVATE = 0o600
PATIENCE = 20.0


def write(path: Path, text: str) -> None:
    """Replace the file in one moment; a reader sees the old text or the new one."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        fresh.touch(mode=PRIVATE, exist_ok=False)
        with fresh.open("w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def digest(paths: Iterable[Path], *others: str) -> str:
    """One hash over the names and contents of files, and over other texts that matter."""
    sha = hashlib.sha256()
    for path in sorted(paths):
        sha.update(f"{path}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    sha.update("\0".join(others).encode())
    return sha.hexdigest()


def sources(folder: Path) -> Iterator[Path]:
    """The files people write below a folder: without byte code, hidden files and folders."""
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.is_file() and not hidden and path.suffix != ".pyc":
            yield path


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite file as of one moment over another, also while both are in use.

    Raises TimeoutError when the target stays locked.
    """
    deadline = time.monotonic() + PATIENCE

    def give_up(_status: int, _remaining: int, _total: int) -> None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{target} stays locked for {PATIENCE:.0f} s")

    with (
        closing(sqlite3.connect(source, timeout=PATIENCE)) as old,
        closing(sqlite3.connect(target, timeout=PATIENCE)) as new,
    ):
        old.backup(new, progress=give_up)


def replace_folder(source: Path, target: Path) -> None:
    """Make the target a copy of the source; the change itself is two renames."""
    fresh, gone = target.with_name(f".{target.name}.new"), target.with_name(f".{target.name}.old")
    for leftover in (fresh, gone):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(source, fresh, symlinks=True)
    if target.exists():
        target.rename(gone)
    fresh.rename(target)
    shutil.rmtree(gone, ignore_errors=True)
