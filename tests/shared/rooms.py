"""Tables of one audit in a database in memory, as audits ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import duckdb
import pyarrow as pa


class MemoryRoom:
    """One database; gives what ``journeys.audit.engine.Room`` gives."""

    def __init__(self, threads: int = 2) -> None:
        self._own = duckdb.connect(config={"threads": threads, "autoload_known_extensions": False})
        self._own.execute("SET enable_progress_bar = false")

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        self._own.execute(sql, list(values))

    def all(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._own.execute(sql, list(values)).fetchall()

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        yield from self._own.cursor().execute(sql, list(values)).fetchall()

    def load(self, sql: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        table = pa.Table.from_batches(batches, schema)
        self._own.register("incoming", table)
        try:
            self._own.execute(sql)
        finally:
            self._own.unregister("incoming")
        return int(table.num_rows)


class Memory:
    """Gives what ``journeys.audit.engine.Engine`` gives."""

    def __init__(self, threads: int = 2) -> None:
        self._threads = threads

    def room(self, name: str) -> MemoryRoom:
        return MemoryRoom(self._threads)
