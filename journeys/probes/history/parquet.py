"""The history as Parquet, one file for each kind of record, written a little at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet as pq

from journeys.model import TesterFault
from journeys.probes.history.exporting import KINDS

ROWS_AT_ONCE: Final = 20_000
_TYPES: Final = {
    str: pa.string(), int: pa.int32(), float: pa.float64(), bool: pa.bool_(), list: pa.list_(pa.string()),
}  # fmt: skip


def write_parquet(told: Iterable[Mapping[str, Any]], folder: Path) -> int:
    """Write ``run.parquet``, ``reading.parquet`` and so on into the folder; how many records that were.

    A kind that does not come up has an empty file. Files that are there already are replaced when all are whole.
    TesterFault when the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _files(folder) as files:
            return _write(told, files)
    except OSError as error:
        raise TesterFault(f"cannot write the history into {folder}: {error.strerror or error}") from error


def _write(told: Iterable[Mapping[str, Any]], files: Mapping[str, pq.ParquetWriter]) -> int:
    waiting: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    many = 0
    for record in told:
        many += 1
        kind = record["kind"]
        waiting[kind].append(record)
        if len(waiting[kind]) == ROWS_AT_ONCE:
            _flush(files[kind], waiting.pop(kind))
    for kind, rows in waiting.items():
        _flush(files[kind], rows)
    return many


def _flush(file: pq.ParquetWriter, rows: list[Mapping[str, Any]]) -> None:
    file.write_table(pa.Table.from_pylist(rows, schema=file.schema))


@contextmanager
def _files(folder: Path) -> Iterator[dict[str, pq.ParquetWriter]]:
    """Under other names until all are whole, so that an export that broke off is never taken for one."""
    drafts = {kind: folder / f".{kind}.draft" for kind in KINDS}
    try:
        with ExitStack() as stack:
            yield {kind: stack.enter_context(pq.ParquetWriter(drafts[kind], _schema(kind))) for kind in KINDS}
        for kind, draft in drafts.items():
            draft.replace(folder / f"{kind}.parquet")
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def _schema(kind: str) -> pa.Schema:
    return pa.schema([pa.field(name, _TYPES[of]) for name, of in KINDS[kind].items()])
