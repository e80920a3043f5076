"""CSV: movements in any table of text, by a mapping of its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from journeys.audit.model import Balance, Period
from journeys.audit.statements import mapping
from journeys.audit.statements.blocks import Layout, blocks
from journeys.audit.statements.books import MOVEMENTS_TABLE, Files, files
from journeys.audit.statements.columns import Bad
from journeys.audit.statements.file import fault, known_encoding
from journeys.audit.statements.mapped import OPTIONS, mapped
from journeys.audit.statements.mapping import Mapped
from journeys.run.options import only, text

_OPTIONS = ("file", "encoding", "delimiter", "quote", "header", *OPTIONS)


@dataclass(slots=True, kw_only=True)
class Csv:
    """Reads files a block at a time, so that a year of a large store fits; it states no balances."""

    name: str
    files: Files
    layout: Layout
    mapped: Mapped
    _left_out: Counter[str] = field(default_factory=Counter, repr=False)

    def tables(self) -> tuple[str, ...]:
        """Movements alone."""
        return (MOVEMENTS_TABLE,)

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        """All rows of all files; Unreadable names file and line of the first that is not as it should be."""
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
            for block in blocks(path, self.layout, self.mapped.wanted):
                places = pc.binary_join_element_wise(f"{path.name} line", block.lines.cast(pa.string()), " ")
                try:
                    batch, ignored = self.mapped.movements(block.columns, places)
                except Bad as error:
                    line = block.lines[error.row].as_py()
                    raise fault(path, line, error.says, error.expected) from error
                if ignored:
                    self._left_out["rows that are to be ignored"] += ignored
                yield from mapping.parts(batch)


def connect(options: Mapping[str, object], name: str, folder: Path) -> Csv:
    """Tables in ``file`` (a name or pattern, or a list of them; relative ones begin in the folder).

    ``encoding`` is utf-8, ``delimiter`` a comma, ``quote`` a double quote ("" where quotes mean nothing), ``header``
    the line of the names of the columns (1; 0 where there is none: columns then have the numbers 1, 2 and so on). The
    other options say which column is what: see ``mapped.mapped``. ValueError names what is wrong.
    """
    only(options, *_OPTIONS)
    layout = Layout(
        encoding=known_encoding(text(options, "encoding", "utf-8")),
        delimiter=_sign(options, "delimiter", ","),
        quote=_sign(options, "quote", '"') if options.get("quote", '"') else "",
        header=_line(options),
    )
    if layout.delimiter == layout.quote:
        raise ValueError("quote: another sign than the delimiter is wanted")
    return Csv(name=name, files=files(options, folder), layout=layout, mapped=mapped(options))


def _sign(options: Mapping[str, object], name: str, default: str) -> str:
    said = text(options, name, default)
    if len(said) != 1 or not said.isascii() or said in "\r\n\0":
        raise ValueError(f"{name}: one sign is wanted, such as {default}")
    return said


def _line(options: Mapping[str, object]) -> int:
    said = options.get("header", 1)
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= 1000:
        raise ValueError("header: the line of the names of the columns is wanted, or 0 where there is none")
    return said
