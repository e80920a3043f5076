"""What /proc says of processes: when one started, which ones share a session, who listens on a port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
LISTEN = "0A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One running process; `started` is in clock ticks since boot, so (pid, started) is never recycled."""

    pid: int
    session: int
    started: int


def boot() -> str:
    """The identity of this boot of the machine."""
    return (PROC / "sys/kernel/random/boot_id").read_text().strip()


def process(pid: int) -> Process | None:
    """The process with this pid, or None when there is none or it is only a zombie."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    state, _, _, session, *rest = stat.rpartition(")")[2].split()
    if state in "ZX":
        return None
    return Process(pid=pid, session=int(session), started=int(rest[15]))


def processes() -> Iterator[Process]:
    """All running processes."""
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            found = process(int(entry.name))
            if found is not None:
                yield found


def has_in_environment(pid: int, setting: str) -> bool:
    """Whether the process was started with `NAME=value` in its environment."""
    try:
        return setting.encode() in (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def at_work_in(folder: Path) -> Iterator[int]:
    """The pids of all processes whose working directory is this folder, as far as this user may see."""
    for found in processes():
        try:
            if (PROC / str(found.pid) / "cwd").readlink() == folder:
                yield found.pid
        except OSError:
            continue


def listeners(port: int, among: Iterable[int] | None = None) -> list[int]:
    """The pids (of all processes, or among these) that listen on this TCP port, as far as this user may see."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    if not sockets:
        return []
    pids = (found.pid for found in processes()) if among is None else among
    return [pid for pid in pids if not sockets.isdisjoint(_open_files(pid))]


def command(pid: int) -> str:
    """The command line of a process, for people."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return "?"


def _listening_inodes(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        path = PROC / "net" / table
        for line in path.read_text().splitlines()[1:] if path.exists() else []:
            _, local, _, state, *rest = line.split()
            if state == LISTEN and int(local.rpartition(":")[2], 16) == port:
                yield rest[5]


def _open_files(pid: int) -> Iterator[str]:
    try:
        for descriptor in (PROC / str(pid) / "fd").iterdir():
            yield str(descriptor.readlink())
    except OSError:
        return
