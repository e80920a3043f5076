"""Columns of any type as texts."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def one_of(said: pa.Array, known: frozenset[str]) -> pa.Array:
    """Whether each is one of those, in capitals or not."""
    return pc.is_in(pc.utf8_lower(said), pc.utf8_lower(pa.array(sorted(known), pa.string())))


def is_text(column: pa.Array) -> bool:
    """Whether cells are written by somebody, and not of a type of their own."""
    return bool(pa.types.is_string(column.type) or pa.types.is_null(column.type))


def joined(columns: list[pa.Array]) -> pa.Array:
    """The columns as one text a row, without blanks around; what is missing is left out."""
    texts = [pc.utf8_trim_whitespace(_text(each)) for each in columns]
    return texts[0] if len(texts) == 1 else pc.utf8_trim_whitespace(pc.binary_join_element_wise(*texts, " "))


def _text(column: pa.Array) -> pa.Array:
    """Cells of any type as text; moments to the microsecond, in ISO 8601."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    return column.cast(pa.string()).fill_null("")


def or_null(column: pa.Array) -> pa.Array:
    """Texts, null where nothing is written."""
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
