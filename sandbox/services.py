"""Long-lived processes of the sandbox: each in a session of its own, remembered on disk, ended as a whole."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox import files, processes, waiting
from sandbox.errors import SandboxError

MARK = "SANDBOX_SERVICE"
GRACE = 10.0
LAST_WORDS = 15

# A child of a short-lived launcher belongs to init: it survives us, and never becomes our zombie.
LAUNCH = """
import os, sys
log, home, *argv = sys.argv[1:]
child = os.fork()
if child:
    print(child)
    sys.exit()
os.setsid()
os.chdir(home)
out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
nothing = os.open(os.devnull, os.O_RDONLY)
os.dup2(nothing, 0), os.dup2(out, 1), os.dup2(out, 2)
try:
    os.execvpe(argv[0], argv, os.environ)
except OSError as error:
    os.write(2, f"{argv[0]}: {error.strerror}\\n".encode())
    os._exit(127)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What tells a process from every other one, also from a later one with the same pid."""

    pid: int
    started: int
    boot: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One process (and all it starts) that outlives the command that started it."""

    name: str
    memory: Path
    """The file that remembers which process it is."""
    log: Path
    sign: signal.Signals = signal.SIGTERM
    """What asks it to end at once and in order."""

    def start(self, argv: Sequence[str], *, home: Path, environment: Mapping[str, str]) -> None:
        """Start it with a new log file; SandboxError when nothing came to life."""
        mark = secrets.token_hex(8)
        self.log.unlink(missing_ok=True)
        launcher = subprocess.run(
            [sys.executable, "-I", "-S", "-c", LAUNCH, str(self.log), str(home), *argv],
            env={**environment, MARK: mark},
            capture_output=True,
            text=True,
            check=False,
        )
        if launcher.returncode:
            raise SandboxError(f"{self.name} cannot be started", str(self.log), launcher.stderr.strip())
        pid = int(launcher.stdout)
        found = processes.process(pid)
        if found is not None:
            self._remember(Identity(pid=pid, started=found.started, boot=processes.boot(), mark=mark))

    def perform(self, argv: Sequence[str], *, home: Path, environment: Mapping[str, str]) -> int:
        """Run a command to its end, remembered meanwhile like a service; gives its exit code."""
        mark = secrets.token_hex(8)
        with (
            self.log.open("ab") as log,
            subprocess.Popen(
                argv,
                cwd=home,
                env={**environment, MARK: mark},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            ) as process,
        ):
            found = processes.process(process.pid)
            if found is not None:
                started = Identity(pid=process.pid, started=found.started, boot=processes.boot(), mark=mark)
                self._remember(started)
            code = process.wait()
        self.memory.unlink(missing_ok=True)
        return code

    def pid(self) -> int | None:
        """The pid of the running process, or None."""
        known = self._remembered()
        if known is None or known.boot != processes.boot():
            return None
        found = processes.process(known.pid)
        return known.pid if found is not None and found.started == known.started else None

    def stop(self, *, grace: float = GRACE) -> bool:
        """End its whole session: ask, wait for every process, KILL what stays; whether there were any."""
        members = self.members()
        for sign, seconds in ((self.sign, grace), (signal.SIGKILL, grace)):
            left = self.members()
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, sign)
            if waiting.for_exit(left, seconds=seconds) and not self.members():
                break
        left = self.members()
        if left:
            raise SandboxError(f"{self.name} does not end", f"pids {left}", "end these processes by hand")
        self.memory.unlink(missing_ok=True)
        return bool(members)

    def last_words(self, lines: int = LAST_WORDS) -> str:
        """The last lines of its log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) or "(the log is empty)"
        except FileNotFoundError:
            return "(there is no log)"

    def members(self) -> list[int]:
        """The pids of all its processes that run now."""
        known = self._remembered()
        if known is None or known.boot != processes.boot():
            return []
        leader = processes.process(known.pid)
        if leader is not None and leader.started != known.started:
            return []
        session = [found.pid for found in processes.processes() if found.session == known.pid]
        if leader is not None:
            return session
        # Without its leader a session number may be another's by now: only marked processes are ours.
        return [pid for pid in session if processes.has_in_environment(pid, f"{MARK}={known.mark}")]

    def _remember(self, identity: Identity) -> None:
        files.write(self.memory, json.dumps(asdict(identity)))

    def _remembered(self) -> Identity | None:
        try:
            return Identity(**json.loads(self.memory.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None
