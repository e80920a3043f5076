"""A PostgreSQL of the tests' own, which can be stopped, started, and asked for a new database."""

from __future__ import annotations

import re
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from threading import Event

from sandbox.full.postgresql import ADMINISTRATOR, HOST, Cluster
from sandbox.part import Part
from sandbox.ports import Reservation
from sandbox.services import Service

_FIRST_PORT = 15432


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running PostgreSQL that can be stopped, started, and asked for a new database."""

    cluster: Cluster
    part: Part
    names: Iterator[int] = field(default_factory=count)

    def start(self) -> None:
        """Let it run."""
        self.part.up(say=lambda _: None, cancelled=Event())

    def stop(self) -> None:
        """End it, and all connections with it."""
        self.part.service.stop()

    def database(self) -> str:
        """The address of a new database with nothing in it."""
        name = f"probes_{next(self.names)}"
        self.cluster.ask(f"create database {name}")
        return f"postgresql://{ADMINISTRATOR}:{self.cluster.password}@{HOST}:{self.cluster.port}/{name}"


@contextmanager
def running(folder: Path, *, durable: bool = False) -> Iterator[Server]:
    """One that runs in this folder, and ends; ``durable``: a commit waits for the disk, as it does in earnest."""
    service = Service(name="postgresql", memory=folder / "service.json", log=folder / "log")
    with Reservation() as reservation:
        port = reservation.take_from(_FIRST_PORT, name="PostgreSQL", without=set())
        cluster = Cluster(folder=folder / "data", port=port, replica_port=0, password=secrets.token_hex(8))
        cluster.make(_perform)
        part = cluster.primary(service)
        argv = [re.sub(r"^(fsync|full_page_writes)=off$", r"\1=on", each) if durable else each for each in part.argv]
        server = Server(cluster=cluster, part=replace(part, argv=argv))
        server.start()
    try:
        yield server
    finally:
        server.stop()


def _perform(_what: str, argv: Sequence[str]) -> None:
    subprocess.run(argv, check=True, capture_output=True)
