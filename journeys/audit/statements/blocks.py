"""CSV cut into blocks of whole rows, each a set of columns of text with the line that each row begins on.

A block is parsed by Arrow, which is quick and tells no lines. Where its rows are not its lines (quoted line ends, blank
lines), or where it finds a fault, the same block is read again by the csv module, which is slow and counts lines.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import csv as arrow

from journeys.audit.statements.file import fault, shown, texts

_BLOCK: Final = 1 << 23
_LARGEST: Final = 1 << 26
_NAMES_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How rows are written; ``header`` is the line of the names, 0 where there is none and columns have numbers."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The wanted columns by their names, all of text, and the line that each row begins on."""

    columns: Mapping[str, pa.Array]
    lines: pa.Array


def blocks(path: Path, layout: Layout, wanted: Sequence[str]) -> Iterator[Block]:
    """The rows of a file; Unreadable names file and line of what is not a row like the others."""
    names: list[str] = []
    for line, text in _whole_rows(path, layout):
        part = _Part(path, layout, line, text)
        if not names:
            names, part = _headed(part)
            _check(path, names, wanted, layout.header)
        if part.text:
            yield _block(part, names, wanted)
    if not names:
        raise fault(path, None, "there is no header in it", f"the names of the columns on line {layout.header}")


@dataclass(frozen=True, slots=True)
class _Part:
    path: Path
    layout: Layout
    line: int
    text: str


def _whole_rows(path: Path, layout: Layout) -> Iterator[tuple[int, str]]:
    """Pieces of text that end where a row ends, each with the line that it begins on."""
    first, waiting, size = 1, [""], 0
    for _, text in texts(path, layout.encoding):
        waiting.append(text)
        size += len(text)
        if size < _BLOCK:
            continue
        whole = "".join(waiting)
        cut = _end_of_rows(whole, layout.quote)
        if not cut and size > _LARGEST:
            raise fault(
                path, first, f"a row that begins here has no end within {_LARGEST} characters", "rows of a table"
            )
        if cut:
            yield first, whole[:cut]
            first += whole.count("\n", 0, cut)
        waiting, size = [whole[cut:]], len(whole) - cut
    if size:
        yield first, "".join(waiting)


def _end_of_rows(text: str, quote: str) -> int:
    """The last end of a line that is not within quotes: an even number of them stands before it."""
    cut = text.rfind("\n") + 1
    odd = text.count(quote, 0, cut) % 2 if quote else 0
    while cut and odd:
        before = text.rfind("\n", 0, cut - 1) + 1
        odd = (odd - text.count(quote, before, cut)) % 2
        cut = before
    return cut


def _headed(part: _Part) -> tuple[list[str], _Part]:
    """The names of the columns, and what stands behind them."""
    header = part.layout.header
    lines = part.text.split("\n", max(header - 1, 0))
    if len(lines) < header:
        raise fault(part.path, len(lines), "the file ends before its header", f"names of columns on line {header}")
    whole = _Part(part.path, part.layout, part.line + len(lines) - 1, lines[-1])
    row, many = next(_read(whole), ([], 0))
    if not header:
        return [str(number) for number in range(1, len(row) + 1)], whole
    rest = whole.text.split("\n", many)
    behind = rest[many] if len(rest) > many else ""
    return [name.strip() for name in row], _Part(part.path, part.layout, whole.line + many, behind)


def _check(path: Path, names: Sequence[str], wanted: Sequence[str], header: int) -> None:
    several = sorted({name for name in wanted if names.count(name) > 1})
    missing = sorted({*wanted} - {*names})
    if several or missing:
        known = ", ".join(shown(name) for name in names[:_NAMES_SHOWN])
        says = f"{'several columns are' if several else 'no column is'} named {shown((several or missing)[0])}"
        raise fault(path, max(header, 1), says, f"one column of that name; there are {known or 'none'}")


def _block(part: _Part, names: Sequence[str], wanted: Sequence[str]) -> Block:
    many = part.text.count("\n") + (not part.text.endswith("\n"))
    quick = _quick(part, names, wanted)
    if quick is not None and quick.num_rows == many:
        columns = {name: quick.column(name).combine_chunks() for name in wanted}
        return Block(columns=columns, lines=pa.array(range(part.line, part.line + many), pa.int64()))
    return _slow(part, names, wanted)


def _quick(part: _Part, names: Sequence[str], wanted: Sequence[str]) -> pa.Table | None:
    """None where Arrow finds a fault, and where an end of a quote is missing."""
    quote = part.layout.quote
    if quote and part.text.count(quote) % 2:
        return None
    places = {name: str(number) for number, name in enumerate(names)}
    chosen = [places[name] for name in dict.fromkeys(wanted)]
    content = part.text.encode()
    try:
        table = arrow.read_csv(
            pa.BufferReader(content),
            read_options=arrow.ReadOptions(
                column_names=[*places.values()]
                if len(places) == len(names)
                else [str(number) for number in range(len(names))],
                block_size=len(content) + 1,
            ),
            parse_options=arrow.ParseOptions(
                delimiter=part.layout.delimiter,
                quote_char=quote or False,
                newlines_in_values=bool(quote) and quote in part.text,
            ),
            convert_options=arrow.ConvertOptions(
                column_types=dict.fromkeys(chosen, pa.string()), include_columns=chosen, strings_can_be_null=False
            ),
        )
    except pa.ArrowException:
        return None
    return table.rename_columns([*dict.fromkeys(wanted)])


def _slow(part: _Part, names: Sequence[str], wanted: Sequence[str]) -> Block:
    places = [names.index(name) for name in wanted]
    cells: list[list[str]] = [[] for _ in wanted]
    lines, line = [], part.line
    for row, behind in _read(part):
        if row and len(row) != len(names):
            says = f"{len(row)} fields, the first {shown(row[0])}"
            raise fault(part.path, line, says, f"{len(names)} fields, as many as there are columns")
        if row:
            lines.append(line)
            for column, place in zip(cells, places, strict=True):
                column.append(row[place])
        line = part.line + behind
    columns = {name: pa.array(column, pa.string()) for name, column in zip(wanted, cells, strict=True)}
    return Block(columns=columns, lines=pa.array(lines, pa.int64()))


def _read(part: _Part) -> Iterator[tuple[list[str], int]]:
    """The rows, each with the number of lines up to its end; a blank line is a row without fields."""
    quote = part.layout.quote
    reader = csv.reader(
        io.StringIO(part.text, newline="\n"),
        delimiter=part.layout.delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        strict=True,
    )
    begun = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise fault(part.path, part.line + begun, f"no row: {error}", "rows of a table") from error
        begun = reader.line_num
        yield row, begun
