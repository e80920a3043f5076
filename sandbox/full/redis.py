"""The shared memory of the stores: one Redis, with a database for each store and nothing on disk."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.full.programs import find
from sandbox.part import Part
from sandbox.services import Service

HOST = "127.0.0.1"
ANSWER_WITHIN = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """One store's database in Redis."""

    port: int
    number: int

    @property
    def url(self) -> str:
        """Its address, such as "redis://127.0.0.1:6390/1"."""
        return f"redis://{HOST}:{self.port}/{self.number}"

    def drop_all(self) -> None:
        """Forget all keys of this store."""
        if _ask(self.port, "-n", str(self.number), "FLUSHDB") != "OK":
            raise SandboxError("Redis does not answer", self.url, "start the sandbox with the full profile")


def part(folder: Path, port: int, service: Service) -> Part:
    """How it is started."""
    argv = [
        *(find("redis-server") or "redis-server", "--port", str(port), "--bind", HOST, "--dir", str(folder)),
        *("--save", "", "--appendonly", "no", "--loglevel", "warning"),
    ]
    return Part(
        service=service,
        says=f"Redis at {HOST}:{port}",
        argv=argv,
        home=folder,
        ports=(port,),
        ready=lambda: _ask(port, "PING") == "PONG",
    )


def _ask(port: int, *words: str) -> str:
    argv = [find("redis-cli") or "redis-cli", "-h", HOST, "-p", str(port), *words]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=ANSWER_WITHIN).stdout.strip()
