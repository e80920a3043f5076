"""Parquet: any table of columns, by a mapping of them; exports of stores and of warehouses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet as pq

from journeys.audit.sources import Unreadable
from journeys.audit.statements.books import files
from journeys.audit.statements.file import fault, opened, shown
from journeys.audit.statements.holding import mapped
from journeys.audit.statements.table import Rows, Table

_ROWS: Final = 1 << 16
_STRINGS, _CONTAINERS = 1 << 26, 1 << 22
"""What the description of the columns may take of the memory, in bytes and in parts."""
_FAULTS: Final = (pa.ArrowException, OSError, ValueError, MemoryError)


def connect(options: Mapping[str, object], name: str, folder: Path) -> Table:
    """Tables in ``file`` (a name or pattern, or a list of them; relative ones begin in the folder).

    The other options say which column is what: see ``holding.mapped``. Amounts are decimals, whole numbers or text, in
    major units; floating-point numbers are refused. ValueError names what is wrong.
    """
    return Table(name=name, files=files(options, folder), rows=_rows, mapped=mapped(options, "file"))


def _rows(path: Path, wanted: tuple[str, ...]) -> Iterator[Rows]:
    first = 1
    for batch in _batches(path, wanted):
        numbers = pa.array(range(first, first + batch.num_rows), pa.int64())
        yield Rows(
            columns={name: _plain(batch.column(name)) for name in wanted},
            places=pc.binary_join_element_wise(f"{path.name} row", numbers.cast(pa.string()), " "),
            fault=partial(_fault, path, first),
        )
        first += batch.num_rows


def _batches(path: Path, wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    with opened(path) as file:
        try:
            table = pq.ParquetFile(file, thrift_string_size_limit=_STRINGS, thrift_container_size_limit=_CONTAINERS)
            names = table.schema_arrow.names
        except _FAULTS as error:
            raise fault(path, None, f"no Parquet: {shown(str(error))}", "a whole file in Parquet") from error
        for name in wanted:
            if names.count(name) != 1:
                known = ", ".join(shown(each) for each in names[:20])
                says = f"{'several columns are' if name in names else 'no column is'} named {shown(name)}"
                raise fault(path, None, says, f"one column of that name; there are {known or 'none'}")
        batches = table.iter_batches(batch_size=_ROWS, columns=[*wanted])
        while True:
            try:
                rows = next(batches, None)
                if rows is None:
                    return
                rows.validate(full=True)
            except _FAULTS as error:
                raise fault(path, None, f"it is damaged: {shown(str(error))}", "a whole file in Parquet") from error
            yield rows


def _plain(column: pa.Array) -> pa.Array:
    """Dictionaries and large strings as what they stand for."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.string()) if pa.types.is_large_string(column.type) else column


def _fault(path: Path, first: int, row: int, says: str, expected: str) -> Unreadable:
    return fault(path, None, f"row {first + row}: {says}", expected)
