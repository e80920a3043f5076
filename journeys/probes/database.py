"""The probes' own database (SQLite or PostgreSQL): how it is opened, and how one version of it becomes the next.

Each subject keeps its tables as they are today in a module of its own, all in ``METADATA``. A change to them is a
migration: a function in ``journeys.probes.migrations`` that is appended to ``MIGRATIONS`` and never changed again.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from journeys.model import TesterFault
from journeys.probes.complaints import complaint
from journeys.probes.migrations import MIGRATIONS

METADATA: Final = sa.MetaData()

Migration = Callable[[sa.Connection], None]

_VERSIONS: Final = sa.Table(
    "journeys_schema",
    sa.MetaData(),  # its own, since it is no subject's and no migration makes it
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Double, nullable=False),
)
_LOCK: Final = 0x6A6F75726E657973  # "journeys"
_PATIENCE_S: Final = 30.0
_OLDEST_SQLITE: Final = (3, 35, 0)  # the first that says what it has inserted
_ALLOWED: Final = "allowed: sqlite:///path/to/file or postgresql://user:password@host:port/name"
_READS: Final = "journeys_reads"


def open_database(url: str, migrations: Sequence[Migration] = MIGRATIONS) -> sa.Engine:
    """Open the database at ``sqlite:///path`` or ``postgresql://…``, made or brought to the newest version if need be.

    TesterFault when it cannot be used: no such address, no driver, out of reach, read-only, full, or made by a newer
    version. Each later statement that fails for such a reason raises it as well, as ``DatabaseAway`` when that may pass
    by itself. Close it with ``dispose()``.
    """
    address = _address(url)
    engine = _sqlite(address) if address.drivername == "sqlite" else _postgresql(address)
    where = address.render_as_string(hide_password=True)

    @sa.event.listens_for(engine, "handle_error")
    def explain(context: sa.ExceptionContext) -> None:
        fault = None if context.is_pre_ping else complaint(context.original_exception, where)
        if fault is not None:
            raise fault from context.original_exception

    try:
        migrate(engine, migrations)
    except BaseException:
        engine.dispose()
        raise
    return engine


def in_file(path: Path) -> str:
    """The address of a SQLite database in this file."""
    return sa.URL.create("sqlite", database=str(path.absolute())).render_as_string()


def is_missing(url: str) -> bool:
    """Whether it is a SQLite database whose file is not there; a server has to be asked."""
    address = _address(url)
    return address.drivername == "sqlite" and not Path(address.database or "").exists()


def migrate(engine: sa.Engine, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """Apply the migrations that are still missing, each in a transaction of its own; how many that were.

    Of several processes that do so at once one does, and the others wait for it.
    """
    with reading(engine) as connection:
        done = _version(connection)
    applied = 0
    while done < len(migrations):
        with engine.begin() as connection:
            _lock(connection)
            done = _version(connection)
            if done < len(migrations):
                migrations[done](connection)
                done += 1
                connection.execute(_VERSIONS.insert().values(version=done, at=time.time()))
                applied += 1
    if done > len(migrations):
        where = engine.url.render_as_string(hide_password=True)
        raise TesterFault(
            f"the probes' database {where} was made by a newer version of journeys: its tables are of version {done}, "
            f"this one knows them up to {len(migrations)}; install the newer one, or give another database"
        )
    return applied


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that only reads, and sees all as of one moment; on SQLite it keeps no writer waiting."""
    options: dict[str, Any] = {_READS: True}
    if engine.dialect.name == "postgresql":
        # Not read-only as well: that would leave the connection declared as one that writes, even to a replica.
        options = {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def inserting(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT into the table that can be told what to do on conflict, for ``connection.dialect.name``."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def _version(connection: sa.Connection) -> int:
    if not sa.inspect(connection).has_table(_VERSIONS.name):
        return 0
    return connection.scalar(sa.select(sa.func.max(_VERSIONS.c.version))) or 0


def _lock(connection: sa.Connection) -> None:
    """Alone from here to the end of the transaction; on SQLite every transaction that may write is."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    _VERSIONS.create(connection, checkfirst=True)


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise TesterFault(f"the address of the probes' database is none; {_ALLOWED}") from error
    kind, _, driver = address.drivername.partition("+")
    if kind in ("postgres", "postgresql") and driver in ("", "psycopg"):
        return address.set(drivername="postgresql+psycopg")
    if address.drivername == "sqlite" and address.database not in (None, "", ":memory:"):
        return address
    shown = address.render_as_string(hide_password=True)
    raise TesterFault(f"the probes cannot keep their history in {shown}; {_ALLOWED}")


def _postgresql(address: sa.URL) -> sa.Engine:
    # So that a server whose machine is gone is noticed in half a minute, and not after hours.
    alive = {"connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    given = {"application_name": "journeys", "tcp_user_timeout": 30_000} | alive
    arguments = {name: value for name, value in given.items() if name not in address.query}
    try:
        return sa.create_engine(address, pool_pre_ping=True, connect_args=arguments)
    except ModuleNotFoundError as error:
        raise TesterFault(
            f"PostgreSQL is asked through {error.name}, which is missing: install journeys[probes]"
        ) from error


def _sqlite(address: sa.URL) -> sa.Engine:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise TesterFault(
            f"this Python has SQLite {sqlite3.sqlite_version}, and the probes need "
            f"{'.'.join(map(str, _OLDEST_SQLITE))}; install a newer Python, or give a PostgreSQL database"
        )
    folder = Path(address.database or "").absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TesterFault(f"cannot make {folder} for the probes' database: {error.strerror}") from error
    engine = sa.create_engine(address, connect_args={"timeout": _PATIENCE_S})
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin as `_begin` says, not as Python's module guesses
    for pragma in (
        f"busy_timeout = {_PATIENCE_S * 1000:.0f}",
        "journal_mode = wal",
        "synchronous = full",  # what is recorded is there after a power cut: others rely on what they journalled
        "foreign_keys = on",
    ):
        connection.execute(f"pragma {pragma}").close()


def _begin(connection: sa.Connection) -> None:
    """One that may write takes the lock at once: one that has read may no longer wait for it, and fails."""
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("begin" if reads else "begin immediate")
