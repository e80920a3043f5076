"""One service beside the stores' own servers: what it is started from, when it is ready, and whether it runs so."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from sandbox import files, ports, waiting
from sandbox.errors import SandboxError
from sandbox.services import Service
from sandbox.status import ServiceStatus, State

READY_WITHIN = 30.0
KEPT_ENVIRONMENT = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR")


def minimal_environment() -> dict[str, str]:
    """What the processes of the sandbox take over from whoever starts them."""
    return {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How one service is started; one that runs, but was started from something else, is started anew."""

    service: Service
    says: str
    """What it is, for people."""
    argv: Sequence[str]
    home: Path
    """Its working directory; it is made."""
    ports: tuple[int, ...]
    """Where it listens; the first one is shown."""
    ready: Callable[[], bool]
    files: Mapping[Path, str] = field(default_factory=dict)
    """What has to be on disk before, readable by the owner only."""
    environment: Mapping[str, str] = field(default_factory=dict)
    tidy: Callable[[], object] = lambda: None
    """Clears away what one that was killed left behind; called while it does not run, before it is started."""
    depends: tuple[Path, ...] = ()
    """Programs of this project that it runs: when they change, it is started anew."""

    def runs(self) -> bool:
        """Whether it runs, started from what is described here."""
        return self.service.pid() is not None and self._started_from() == self._key()

    def up(self, *, say: Callable[[str], None], cancelled: Event) -> bool:
        """Leave it running and ready; whether it had to be started.

        SandboxError with the end of its log when it does not start.
        """
        if self.runs() and self.ready():
            return False
        self.service.stop()
        began = time.monotonic()
        for port in self.ports:
            ports.demand(self.service.name, port)
        self._start()
        self._wait(cancelled)
        say(f"{self.service.name}: {self.says} … {time.monotonic() - began:.1f} s")
        return True

    def status(self) -> ServiceStatus:
        """Whether it runs and is ready now."""
        pid = self.service.pid()
        running = State.UP if pid is not None and self.ready() else State.DEGRADED
        return ServiceStatus(
            state=State.DOWN if pid is None else running,
            port=self.ports[0] or None,
            pid=pid,
            log=self.service.log,
        )

    def _start(self) -> None:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.tidy()
        for path, text in self.files.items():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.write(path, text)
        self.service.start(self.argv, home=self.home, environment=minimal_environment() | dict(self.environment))
        files.write(self._stamp(), self._key())

    def _wait(self, cancelled: Event) -> None:
        pid = self.service.pid()
        answers = pid is not None and waiting.for_answer(
            lambda: cancelled.is_set() or self.ready(), pid=pid, seconds=READY_WITHIN
        )
        if answers and not cancelled.is_set():
            return
        words, ended = self.service.last_words(), self.service.pid() is None
        self.service.stop()
        if cancelled.is_set():
            raise SandboxError(f"{self.service.name}: given up", str(self.home), "start the sandbox again")
        raise SandboxError(
            f"{self.service.name}: {self.says} "
            + ("ended before it was ready" if ended else f"was not ready in {READY_WITHIN:.0f} s"),
            f"127.0.0.1:{self.ports[0]}; last lines of {self.service.log}:\n{words}",
            "mend what the log says, then start the sandbox again",
        )

    def _started_from(self) -> str:
        try:
            return self._stamp().read_text()
        except FileNotFoundError:
            return ""

    def _stamp(self) -> Path:
        return self.service.memory.with_suffix(".key")

    def _key(self) -> str:
        texts = (f"{path}\n{text}" for path, text in sorted(self.files.items()))
        settings = (f"{name}={value}" for name, value in sorted(self.environment.items()))
        return files.digest(self.depends, *self.argv, *texts, *settings)
