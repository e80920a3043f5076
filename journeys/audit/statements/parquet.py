"""Parquet: movements in any table of columns, by a mapping of them; exports of stores and of warehouses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet as pq

from journeys.audit.model import Balance, Period
from journeys.audit.statements import mapping
from journeys.audit.statements.books import MOVEMENTS_TABLE, Files, files
from journeys.audit.statements.columns import Bad
from journeys.audit.statements.file import fault, opened, shown
from journeys.audit.statements.mapped import OPTIONS, mapped
from journeys.audit.statements.mapping import Mapped
from journeys.run.options import only

_ROWS: Final = 1 << 16
_STRINGS, _CONTAINERS = 1 << 26, 1 << 22
"""What the description of the columns may take of the memory, in bytes and in parts."""
_FAULTS: Final = (pa.ArrowException, OSError, ValueError, MemoryError)


@dataclass(slots=True, kw_only=True)
class Parquet:
    """Reads files some rows at a time; it states no balances."""

    name: str
    files: Files
    mapped: Mapped
    _left_out: Counter[str] = field(default_factory=Counter, repr=False)

    def tables(self) -> tuple[str, ...]:
        """Movements alone."""
        return (MOVEMENTS_TABLE,)

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        """All rows of all files; Unreadable names file and row of the first that is not as it should be."""
        return self._movements() if table == MOVEMENTS_TABLE else ()

    def balances(self, period: Period) -> tuple[Balance, ...]:
        """Nothing: a table of movements has no balance before or after them."""
        return ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was read and not handed over, and why."""
        return tuple(f"{self.name}: {many} × {why}" for why, many in sorted(self._left_out.items()))

    def _movements(self) -> Iterator[pa.RecordBatch]:
        self._left_out = Counter()
        for path in self.files.found():
            first = 1
            for rows in _rows(path, self.mapped.wanted):
                numbers = pa.array(range(first, first + rows.num_rows), pa.int64())
                places = pc.binary_join_element_wise(f"{path.name} row", numbers.cast(pa.string()), " ")
                table = {name: _plain(rows.column(name)) for name in self.mapped.wanted}
                try:
                    batch, ignored = self.mapped.movements(table, places)
                except Bad as error:
                    raise _fault(path, first + error.row, error.says, error.expected) from error
                except pa.ArrowException as error:
                    says = f"a cell from here on is of another type than it should be: {shown(str(error))}"
                    raise _fault(path, first, says, "amounts, days and texts in their columns") from error
                if ignored:
                    self._left_out["rows that are to be ignored"] += ignored
                first += rows.num_rows
                yield from mapping.parts(batch)


def connect(options: Mapping[str, object], name: str, folder: Path) -> Parquet:
    """Tables in ``file`` (a name or pattern, or a list of them; relative ones begin in the folder).

    The other options say which column is what: see ``mapped.mapped``. Amounts are decimals, whole numbers or text, in
    major units; floating-point numbers are refused. ValueError names what is wrong.
    """
    only(options, "file", *OPTIONS)
    return Parquet(name=name, files=files(options, folder), mapped=mapped(options))


def _rows(path: Path, wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
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


def _fault(path: Path, row: int, says: str, expected: str) -> Exception:
    return fault(path, None, f"row {row}: {says}", expected)
