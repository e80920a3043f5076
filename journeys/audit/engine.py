"""DuckDB in a folder of its own: tables, joins and sums of more records than memory holds; what it does when full."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import duckdb
import pyarrow as pa

from journeys.model import TesterFault

Say = Callable[[str, float | None], None]
"""Told what is being done, and which part of it is done (0 to 1; None: not known)."""

MEMORY_MB: Final = 1024
_AT_ONCE: Final = 10_000
_TROUBLES: Final = (
    duckdb.OutOfMemoryException,
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.PermissionException,
)
_FULL: Final = ("no space left", "failed to offload", "max_temp_directory_size", "not enough space")


def silent(text: str, done: float | None = None) -> None:
    """Tell nobody."""


class Engine:
    """A database for the time of one audit, in a folder that goes with it; a context manager.

    ``memory_mb`` (MiB) bounds what the database keeps; beyond that it spills into the folder. The process itself needs
    some 200 MiB more. ``threads`` None: as many as there are cores. No result depends on any of them.
    TesterFault when the disk is full or the memory is too small.
    """

    def __init__(
        self,
        *,
        folder: Path | None = None,
        memory_mb: int = MEMORY_MB,
        threads: int | None = None,
        say: Say = silent,
    ) -> None:
        self.say = say
        self._within = folder
        self._settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory_mb}MiB",
            "preserve_insertion_order": False,
        }
        if threads is not None:
            self._settings["threads"] = threads
        self._rooms = 0
        self._folder: Path | None = None
        self._database: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> Self:
        try:
            if self._within is not None:
                self._within.mkdir(parents=True, exist_ok=True)
            self._folder = Path(tempfile.mkdtemp(prefix="audit-", dir=self._within))
        except OSError as error:
            raise TesterFault(f"no folder for the audit's database: {error}") from error
        # What is read comes from outside: the database itself may open nothing, and load no extension.
        settings = self._settings | {
            "temp_directory": str(self._folder / "spilled"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        with _faults(self._folder):
            self._database = duckdb.connect(str(self._folder / "audit.duckdb"), config=settings)
            self._database.execute("SET enable_external_access = false")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def room(self, name: str) -> Room:
        """Tables of their own, for one audit; ``name`` consists of letters."""
        if self._database is None or self._folder is None:
            raise TesterFault("the audit's database is closed; what it found is read before that")
        self._rooms += 1
        return Room(self._database, (f"{name}_{self._rooms}",), self._folder)


class Room:
    """The tables of one audit."""

    def __init__(self, database: duckdb.DuckDBPyConnection, schemas: tuple[str, ...], folder: Path) -> None:
        self._database = database
        self._schemas = schemas
        self._folder = folder
        with _faults(folder):
            database.execute(f"CREATE SCHEMA {schemas[0]}")
        self._own = self._cursor()

    def chamber(self, number: int) -> Room:
        """A room within this one, that knows the tables of this one beside its own."""
        return Room(self._database, (f"{self._schemas[0]}_{number}", *self._schemas), self._folder)

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """Do something whose result is a table."""
        with _faults(self._folder):
            self._own.execute(sql, list(values))

    def all(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """A result that is small."""
        with _faults(self._folder):
            return self._own.execute(sql, list(values)).fetchall()

    def one(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
        """The only row of a result."""
        (row,) = self.all(sql, values)
        return row

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """A result of any size, as it is asked for; several may be open at once."""
        cursor = self._cursor()
        try:
            with _faults(self._folder):
                cursor.execute(sql, list(values))
            while True:
                with _faults(self._folder):
                    rows = cursor.fetchmany(_AT_ONCE)
                if not rows:
                    return
                yield from rows
        finally:
            cursor.close()

    def load(self, sql: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        """Insert records as they come, by an SQL that reads them from ``incoming``; how many there were.

        What their source raises is raised here as it was.
        """
        flow = _Flow(batches)
        reader = pa.RecordBatchReader.from_batches(schema, flow)
        self._own.register("incoming", reader)
        try:
            with _faults(self._folder):
                self._own.execute(sql)
        except (TesterFault, duckdb.Error):
            if flow.error is not None:
                raise flow.error from None
            raise
        finally:
            self._own.unregister("incoming")
        return flow.count

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with _faults(self._folder):
            cursor = self._database.cursor()
            cursor.execute(f"SET search_path = '{','.join(self._schemas)}'")
        return cursor


class _Flow:
    """Batches on their way into the database, which would otherwise swallow what their source raises."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._batches = batches
        self.error: Exception | None = None
        self.count = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self._batches:
                self.count += batch.num_rows
                yield batch
        except Exception as error:
            self.error = error
            raise


@contextmanager
def _faults(folder: Path) -> Iterator[None]:
    """The database's own troubles, as what the tester lacks."""
    try:
        yield
    except _TROUBLES as error:
        text = str(error).splitlines()[0]
        if any(word in str(error).lower() for word in _FULL):
            raise TesterFault(
                f"the disk of {folder.parent} is full; the audit needs more room there: {text}"
            ) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise TesterFault(f"the memory given to the audit's database is too small; give it more: {text}") from error
        raise TesterFault(f"the audit's database in {folder.parent} failed: {text}") from error
    except duckdb.ConnectionException as error:
        raise TesterFault("the audit's database is closed; what it found is read before that") from error
