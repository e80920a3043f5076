"""The processes of one run: its own, its browser's, and all that these started, found and ended whatever they do.

A browser leaves the process group of whoever starts it. What all processes of a run share is the run's folder, which
is named on their command line (a browser's profile lies in it) or in their environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from typing import Final

import psutil

FOLDER: Final = "JOURNEYS_RUN_FOLDER"
_ENDS_WITHIN_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a process ended: its exit code, None when it was killed; the end of what it said."""

    code: int | None
    said: str


class Outing:
    """One process that goes on a journey in a folder of its own; it ends by itself when we do, for its input closes."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], told: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._said = folder / "said.log"
        own = {FOLDER: str(folder), "TMPDIR": str(folder)}
        with self._said.open("wb") as said:
            self._process = Popen(
                command, stdin=PIPE, stdout=said, stderr=said, env={**environment, **own}, start_new_session=True
            )
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended already; its exit code tells
            self._process.stdin.write(told + b"\n")
            self._process.stdin.flush()

    def over(self, within_s: float) -> bool:
        """Whether it ends within so many seconds."""
        try:
            self._process.wait(within_s)
        except TimeoutExpired:
            return False
        return True

    def end(self) -> Ended:
        """Kill it, if it lives, and all that it started; how it ended."""
        code = self._process.poll()
        end_all(self._folder)
        self._process.wait()
        self.interrupt()
        return Ended(code=code, said=_tail(self._said))

    def interrupt(self) -> None:
        """Ask it to undo what it did and to end: its input closes."""
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()


def end_all(folder: Path) -> int:
    """Kill every process that belongs to a run's folder, and wait for their end; how many there were."""
    killed = 0
    while found := list(_belonging(folder)):
        killed += len(found)
        for process in found:
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process.kill()
        psutil.wait_procs(found, timeout=_ENDS_WITHIN_S)
        if all(_immortal(process) for process in found):
            break
    return killed


def _belonging(folder: Path) -> Iterator[psutil.Process]:
    """A renderer may hide its environment, but not from whom it descends."""
    named = [process for process in psutil.process_iter() if _names(process, str(folder))]
    yield from _living({process.pid: process for each in named for process in (each, *_descendants(each))}.values())


def _names(process: psutil.Process, folder: str) -> bool:
    try:
        if process.pid == psutil.Process().pid:
            return False
        return any(f"{folder}/" in word for word in process.cmdline()) or process.environ().get(FOLDER) == folder
    except (psutil.Error, OSError):
        return False


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _living(processes: Iterable[psutil.Process]) -> Iterator[psutil.Process]:
    for process in processes:
        with suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE:
                yield process


def _immortal(process: psutil.Process) -> bool:
    """Not ours to kill, or in the hands of the kernel."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _tail(path: Path, most: int = 4000) -> str:
    try:
        return path.read_bytes()[-most:].decode("utf-8", errors="replace").strip()
    except OSError:
        return ""
