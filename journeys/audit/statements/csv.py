"""CSV: any table of text, by a mapping of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from journeys.audit.sources import Unreadable
from journeys.audit.statements.blocks import Layout, blocks
from journeys.audit.statements.books import files
from journeys.audit.statements.file import fault, known_encoding
from journeys.audit.statements.holding import mapped
from journeys.audit.statements.table import Rows, Table
from journeys.run.options import text

_OPTIONS: Final = ("encoding", "delimiter", "quote", "header")


def connect(options: Mapping[str, object], name: str, folder: Path) -> Table:
    """Tables in ``file`` (a name or pattern, or a list of them; relative ones begin in the folder).

    ``encoding`` is utf-8, ``delimiter`` a comma, ``quote`` a double quote ("" where quotes mean nothing), ``header``
    the line of the names of the columns (1; 0 where there is none: columns then have the numbers 1, 2 and so on). The
    other options say which column is what: see ``holding.mapped``. ValueError names what is wrong.
    """
    layout = Layout(
        encoding=known_encoding(text(options, "encoding", "utf-8")),
        delimiter=_sign(options, "delimiter", ","),
        quote=_sign(options, "quote", '"') if options.get("quote", '"') else "",
        header=_line(options),
    )
    if layout.delimiter == layout.quote:
        raise ValueError("quote: another sign than the delimiter is wanted")
    mapping = mapped(options, "file", *_OPTIONS)
    return Table(name=name, files=files(options, folder), rows=partial(_rows, layout), mapped=mapping)


def _rows(layout: Layout, path: Path, wanted: tuple[str, ...]) -> Iterator[Rows]:
    for block in blocks(path, layout, wanted):
        yield Rows(
            columns=block.columns,
            places=pc.binary_join_element_wise(f"{path.name} line", block.lines.cast(pa.string()), " "),
            fault=partial(_fault, path, block.lines),
        )


def _fault(path: Path, lines: pa.Array, row: int, says: str, expected: str) -> Unreadable:
    return fault(path, lines[row].as_py(), says, expected)


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
