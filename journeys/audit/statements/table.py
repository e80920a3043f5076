"""Tables in files as a source of an audit: rows of any format, made into records by a mapping of their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from journeys.audit.model import Balance, Period
from journeys.audit.sources import Unreadable
from journeys.audit.statements.books import Files
from journeys.audit.statements.columns import Bad
from journeys.audit.statements.file import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some rows of a file: the wanted columns by their names, and where each row stands.

    ``fault`` makes the complaint about one of them, by its number among these: what it says, what is expected.
    """

    columns: Mapping[str, pa.Array]
    places: pa.Array
    fault: Callable[[int, str, str], Unreadable]


class Mapped(Protocol):
    """Which column is what, for one or more tables of ``journeys.audit.tables``."""

    @property
    def tables(self) -> tuple[str, ...]:
        """Those that it makes."""
        ...

    @property
    def wanted(self) -> tuple[str, ...]:
        """The names of all columns that are read."""
        ...

    def records(self, table: str, rows: Rows, period: Period) -> tuple[pa.RecordBatch, Mapping[str, int]]:
        """The rows as records, and how many of them were left out, and why; Bad tells a cell that is wrong."""
        ...

    def gathered(self, table: str, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The records of all files, where those of one row are not yet what the table is to hold. Unreadable."""
        ...


@dataclass(slots=True, kw_only=True)
class Table:
    """Reads files some rows at a time, so that a year of a large store fits; it states no balances."""

    name: str
    files: Files
    rows: Callable[[Path, tuple[str, ...]], Iterator[Rows]]
    mapped: Mapped
    _left_out: Counter[str] = field(default_factory=Counter, repr=False)

    def tables(self) -> tuple[str, ...]:
        """What its columns are mapped to."""
        return self.mapped.tables

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        """The records of all files; Unreadable names file and line of the first row that is not as it should be."""
        if table not in self.mapped.tables:
            return ()
        return self.mapped.gathered(table, self._records(table, period))

    def balances(self, period: Period) -> tuple[Balance, ...]:
        """Nothing: a table of records has no balance before or after them."""
        return ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was read and not handed over, and why."""
        return tuple(f"{self.name}: {many} × {why}" for why, many in sorted(self._left_out.items()))

    def _records(self, table: str, period: Period) -> Iterator[pa.RecordBatch]:
        first = table == self.mapped.tables[0]
        if first:
            self._left_out = Counter()
        for path in self.files.found():
            for rows in self.rows(path, self.mapped.wanted):
                batch, left_out = self._made(table, rows, period)
                if first:
                    self._left_out.update({why: many for why, many in left_out.items() if many})
                if batch.num_rows:
                    yield batch

    def _made(self, table: str, rows: Rows, period: Period) -> tuple[pa.RecordBatch, Mapping[str, int]]:
        try:
            return self.mapped.records(table, rows, period)
        except Bad as error:
            raise rows.fault(error.row, error.says, error.expected) from error
        except pa.ArrowException as error:
            says = f"a cell from here on is of another type than it should be: {shown(str(error))}"
            raise rows.fault(0, says, "amounts, days and texts in their columns") from error
