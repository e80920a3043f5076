"""The database of the full profile: a PostgreSQL primary and its streaming replica, and one database a store."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from signal import SIGINT

from sandbox import files, processes, waiting
from sandbox.errors import SandboxError
from sandbox.full import owner
from sandbox.full.programs import find
from sandbox.part import Part, minimal_environment
from sandbox.services import Service

HOST = "127.0.0.1"
ADMINISTRATOR = "postgres"
ANSWER_WITHIN = 60.0
FOLLOWS_WITHIN = 15.0
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "wal_level": "replica",
    "wal_keep_size": "256MB",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "log_min_messages": "warning",
    # So that it can be told how late a replica is.
    "track_commit_timestamp": "on",
    # Together with synchronous_standby_names, which `Replica` sets while it runs.
    "synchronous_commit": "remote_apply",
}
FOLLOWING = {
    "hot_standby_feedback": "on",
    "wal_retrieve_retry_interval": "200ms",
    # A commit waits until the replica shows it, so no query there may hold it up for long.
    "max_standby_streaming_delay": "2s",
}
Perform = Callable[[str, Sequence[str]], None]
"""Runs a step of the set-up (what it is, argv) to its end; SandboxError when it fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The primary and its replica, with the passwords to both."""

    folder: Path
    port: int
    replica_port: int
    password: str = field(repr=False)

    def make(self, perform: Perform) -> bool:
        """Lay out the primary where there is none; whether that was done, so that all databases are gone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write(self._passwords, f"{HOST}:*:*:{ADMINISTRATOR}:{self.password}\n")
        if self._primary.exists():
            return False
        files.write(self.folder / "password", self.password)
        fresh = self.folder / "primary.new"
        shutil.rmtree(fresh, ignore_errors=True)
        perform(
            "lay out the primary",
            [
                *(*owner.before(), _program("initdb"), "-D", str(fresh), "-U", ADMINISTRATOR, "--no-sync"),
                *("-A", "scram-sha-256", f"--pwfile={self.folder / 'password'}", "-E", "UTF8", "--locale=C.UTF-8"),
            ],
        )
        shutil.rmtree(self._replica, ignore_errors=True)
        fresh.rename(self._primary)
        return True

    def copy(self, perform: Perform, *, anew: bool = False) -> None:
        """Lay out the replica as a copy of the running primary, where there is none or a new one is wanted."""
        if anew:
            shutil.rmtree(self._replica, ignore_errors=True)
        if self._replica.exists():
            return
        fresh = self.folder / "replica.new"
        shutil.rmtree(fresh, ignore_errors=True)
        perform(
            "copy the primary to the replica",
            [
                *(*owner.before(), _program("pg_basebackup"), "-D", str(fresh), "-d", self._conninfo),
                *("-X", "stream", "-c", "fast", "--no-sync"),
            ],
        )
        (fresh / "standby.signal").touch()
        fresh.rename(self._replica)

    def primary(self, service: Service) -> Part:
        """How the primary is started."""
        settings = SETTINGS | {"port": str(self.port)}
        return self._part(service, f"PostgreSQL at {HOST}:{self.port}", self._primary, self.port, settings)

    def replica(self, service: Service) -> Part:
        """How the replica is started."""
        settings = SETTINGS | FOLLOWING | {"port": str(self.replica_port), "primary_conninfo": self._conninfo}
        says = f"PostgreSQL's replica at {HOST}:{self.replica_port}"
        return self._part(service, says, self._replica, self.replica_port, settings)

    def follows(self) -> bool:
        """Whether the replica takes what the primary sends, a moment after it was started."""

        def streams() -> bool:
            return self.ask("select count(*) from pg_stat_replication where state = 'streaming'") == "1"

        return waiting.until(streams, seconds=FOLLOWS_WITHIN)

    def ask(self, *statements: str, on_replica: bool = False, database: str = "postgres") -> str:
        """What the last statement gives, as the administrator; never waits for the replica.

        SandboxError with what PostgreSQL says when it refuses.
        """
        port = self.replica_port if on_replica else self.port
        code, said, complaint = self._psql(port, statements, database)
        if code:
            raise SandboxError(
                f"PostgreSQL refuses: {complaint.strip()}",
                f"{HOST}:{port}: {'; '.join(statements)}",
                "start the sandbox with the full profile",
            )
        return said.strip().rpartition("\n")[2]

    def answers(self, port: int) -> bool:
        """Whether a statement is answered at this port now."""
        return self._psql(port, ["select 1"])[0] == 0

    def _psql(self, port: int, statements: Sequence[str], database: str = "postgres") -> tuple[int, str, str]:
        commands = [part for statement in statements for part in ("-c", statement)]
        argv = [
            *(_program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
            *("-h", HOST, "-p", str(port), "-U", ADMINISTRATOR, "-d", database, *commands),
        ]
        environment = {
            "PGPASSFILE": str(self._passwords),
            "PGCONNECT_TIMEOUT": "5",
            "PGOPTIONS": "-c synchronous_commit=local",
        }
        done = subprocess.run(
            argv,
            env=minimal_environment() | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=ANSWER_WITHIN,
        )
        return done.returncode, done.stdout, done.stderr

    def _part(self, service: Service, says: str, data: Path, port: int, settings: dict[str, str]) -> Part:
        given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Part(
            # Fast: TERM would wait for everybody to leave.
            service=replace(service, sign=SIGINT),
            says=says,
            argv=[*owner.before(), _program("postgres"), "-D", str(data), *given],
            home=self.folder,
            ports=(port,),
            ready=lambda: self.answers(port),
            tidy=lambda: _tidy(data),
        )

    @property
    def _primary(self) -> Path:
        return self.folder / "primary"

    @property
    def _replica(self) -> Path:
        return self.folder / "replica"

    @property
    def _passwords(self) -> Path:
        return self.folder / "passwords"

    @property
    def _conninfo(self) -> str:
        passwords = str(self._passwords).replace("\\", "\\\\").replace("'", "\\'")
        return f"host={HOST} port={self.port} user={ADMINISTRATOR} passfile='{passwords}' application_name=replica"


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """The database of one store, and its seed: a template that nobody can connect to."""

    store: str
    cluster: Cluster
    password: str = field(repr=False)

    @property
    def primary(self) -> str:
        """Its address on the primary."""
        return self._url(self.cluster.port)

    @property
    def replica(self) -> str:
        """Its address on the replica."""
        return self._url(self.cluster.replica_port)

    def create(self) -> None:
        """Make it empty, and forget its seed.

        Its owner may do everything, since a tester that pauses the replica and lets it go on is the store's guest.
        """
        known = self.cluster.ask(f"select count(*) from pg_roles where rolname = '{self.store}'") == "1"
        self.cluster.ask(
            f"{'alter' if known else 'create'} role \"{self.store}\" login superuser password '{self.password}'",
            f'drop database if exists "{self._seed}" with (force)',
            f'drop database if exists "{self.store}" with (force)',
            f'create database "{self.store}" owner "{self.store}"',
        )

    def keep(self) -> None:
        """Make what it holds now the seed."""
        self.cluster.ask(
            f'drop database if exists "{self._seed}" with (force)',
            f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{self.store}'",
            f'create database "{self._seed}" template "{self.store}"',
            f'alter database "{self._seed}" allow_connections false',
        )

    def restore(self) -> None:
        """Make it what the seed holds, also while the store uses it."""
        self.cluster.ask(
            f'drop database if exists "{self.store}" with (force)',
            f'create database "{self.store}" template "{self._seed}" owner "{self.store}"',
        )

    @property
    def _seed(self) -> str:
        return f"{self.store}_seed"

    def _url(self, port: int) -> str:
        return f"postgresql://{self.store}:{self.password}@{HOST}:{port}/{self.store}"


def _tidy(data: Path) -> None:
    """After a kill its children end by themselves; its lock would stand for as long as its pid is not given back."""
    if waiting.until(lambda: not list(processes.at_work_in(data)), seconds=FOLLOWS_WITHIN):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _program(name: str) -> str:
    return find(name) or name
