"""What a sandbox remembers between two commands: its folder, ports and secrets, and who is at work on it."""

from __future__ import annotations

import errno
import fcntl
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import files
from sandbox.errors import SandboxError
from sandbox.services import Service

FOLDERS = ("run", "logs", "venvs", "seeds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The state folder; only its owner can read it, and git ignores it."""

    home: Path

    @property
    def maildir(self) -> Path:
        """Where the mails are kept."""
        return self.home / "mail"

    @property
    def run(self) -> Path:
        """What is remembered of running processes."""
        return self.home / "run"

    def service(self, name: str) -> Service:
        """The service of this name, with its memory and log in the state folder."""
        return Service(name=name, memory=self.run / f"{name}.json", log=self.home / "logs" / f"{name}.log")

    def ports(self) -> dict[str, int]:
        """The port of each store and of the mail; empty before the first `up`."""
        return _read(self.home / "ports.json")

    def keep_ports(self, chosen: Mapping[str, int]) -> None:
        """Remember them for next time."""
        files.write(self.home / "ports.json", json.dumps(chosen))

    def secrets(self) -> dict[str, dict[str, str]]:
        """The generated secrets of each store; empty before the first `up`."""
        return _read(self.home / "secrets.json")

    def generate_secrets(self, wanted: Mapping[str, Sequence[str]]) -> None:
        """Generate those that are missing; one that exists never changes."""
        known = self.secrets()
        for store, names in wanted.items():
            mine = known.setdefault(store, {})
            for name in names:
                mine.setdefault(name, secrets.token_urlsafe(24))
        files.write(self.home / "secrets.json", json.dumps(known))

    @contextmanager
    def locked(self, say: Callable[[str], None]) -> Iterator[None]:
        """One command at a time; another one waits here. Errors of disk and databases become SandboxError."""
        with _expected_errors(self.home):
            self._make_folders()
            with (self.home / "lock").open("a") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    say("waits for another command on this sandbox to end")
                    fcntl.flock(lock, fcntl.LOCK_EX)
                yield

    def _make_folders(self) -> None:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.home.chmod(0o700)
        for name in FOLDERS:
            (self.home / name).mkdir(exist_ok=True)
        files.write(self.home / ".gitignore", "*\n")


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text()))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise SandboxError(f"{path.name} is damaged: {error}", str(path), "delete the state folder") from error


@contextmanager
def _expected_errors(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        todo = "make room on the disk" if full else "see whether this user may read and write there"
        where = str(error.filename or home)
        raise SandboxError(error.strerror or str(error), where, f"{todo}, then start again") from error
    except sqlite3.Error as error:
        raise SandboxError(f"a store's database: {error}", str(home), "stop, reset, start again") from error
