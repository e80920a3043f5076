"""The journal of compensations: what must be undone is on disk before it is done, and survives any crash."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from journeys.model import TesterFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensation:
    """One thing to undo in one store: ``orders`` of a mail address, a ``cart``, an ``account``.

    ``owner`` is the process that will do it (pid and its start time), so that nobody cleans up behind a living run.
    """

    id: str
    run: str
    store: str
    kind: str
    target: str
    owner: str
    done: bool = False


class Promises(Protocol):
    """Where a run promises to undo what it is about to do."""

    def plan(self, *, run: str, store: str, kind: str, target: str) -> Compensation:
        """Promise it, so that no crash forgets it; TesterFault when that cannot be done, and then nothing is done."""
        ...

    def done(self, compensation: Compensation) -> None:
        """Note that it is undone."""
        ...


class Journal:
    """An append-only NDJSON file, fsynced before each write that it promises to undo; shared by processes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def plan(self, *, run: str, store: str, kind: str, target: str) -> Compensation:
        """Promise to undo something that is about to be done."""
        compensation = Compensation(
            id=uuid4().hex, run=run, store=store, kind=kind, target=target, owner=process_name(os.getpid())
        )
        self._append(compensation)
        return compensation

    def done(self, compensation: Compensation) -> None:
        """Note that it is undone."""
        self._append(replace(compensation, done=True))

    def open(self) -> tuple[Compensation, ...]:
        """What is promised and not done, the latest first."""
        waiting: dict[str, Compensation] = {}
        for line in self._lines():
            try:
                entry = Compensation(**json.loads(line))
            except (ValueError, TypeError):
                continue  # the last line of a process that was killed while it wrote
            if entry.done:
                waiting.pop(entry.id, None)
            else:
                waiting[entry.id] = entry
        return tuple(reversed(waiting.values()))

    def orphans(self) -> tuple[Compensation, ...]:
        """What is open and whose run is no longer alive, the latest first."""
        return tuple(each for each in self.open() if not alive(each.owner))

    def mine(self) -> tuple[Compensation, ...]:
        """What is open and was promised by this very process, the latest first."""
        return tuple(each for each in self.open() if each.owner == process_name(os.getpid()))

    def prune(self) -> None:
        """Drop what is done, so that the file does not grow for ever."""
        with self._locked():
            draft = self._path.with_suffix(".draft")
            with draft.open("w", encoding="utf-8") as file:
                file.writelines(_line(each) for each in reversed(self.open()))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)  # at no moment is there only half a journal

    def _lines(self) -> list[str]:
        try:
            return self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise TesterFault(f"cannot read the journal {self._path}: {error.strerror}") from error

    def _append(self, compensation: Compensation) -> None:
        with self._locked(), self._path.open("a", encoding="utf-8") as file:
            # A line cut short by a crash must not swallow this one.
            file.write(("\n" if self._torn() else "") + _line(compensation))
            file.flush()
            os.fsync(file.fileno())

    def _torn(self) -> bool:
        with self._path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            if not size:
                return False
            file.seek(size - 1)
            return file.read(1) != b"\n"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """The lock is a file beside the journal, which pruning replaces."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.with_suffix(".lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise TesterFault(
                f"cannot write the journal {self._path}: {error.strerror}; without it nothing is bought"
            ) from error


def process_name(pid: int) -> str:
    """A name that no later process of the same pid shares: the pid and when it started ("" if it is gone)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "" if not _signalable(pid) else str(pid)
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else f"{pid}@{rest[18]}"  # a zombie does nothing any more


def _signalable(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def alive(owner: str) -> bool:
    """Whether the process of that name lives."""
    pid = owner.partition("@")[0]
    return pid.isdigit() and process_name(int(pid)) == owner


def _line(compensation: Compensation) -> str:
    return json.dumps(asdict(compensation)) + "\n"
