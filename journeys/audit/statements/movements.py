"""Rows of movements, gathered until they are worth handing over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pyarrow as pa

from journeys.audit.model import Kind
from journeys.audit.tables import MOVEMENTS

ROWS_AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One row of ``tables.MOVEMENTS``."""

    place: str
    kind: Kind
    amount: int
    currency: str
    at: datetime | None = None
    day: date | None = None
    reference: str | None = None
    bundle: str | None = None
    text: str | None = None


def batches(movements: Iterable[Movement]) -> Iterator[pa.RecordBatch]:
    """The movements in their order, ``ROWS_AT_ONCE`` to a batch; none at all makes no batch."""
    waiting: list[Movement] = []
    for movement in movements:
        waiting.append(movement)
        if len(waiting) == ROWS_AT_ONCE:
            yield batch(waiting)
            waiting.clear()
    if waiting:
        yield batch(waiting)


def batch(movements: list[Movement]) -> pa.RecordBatch:
    """One batch of these movements."""
    return of_columns({name: [getattr(each, name) for each in movements] for name in MOVEMENTS.names})


def of_columns(columns: Mapping[str, object]) -> pa.RecordBatch:
    """One batch of columns by their names: lists of Python's values, or arrays of their types."""
    made = [
        column if isinstance(column, pa.Array) else pa.array(column, type=field.type)
        for field in MOVEMENTS
        for column in (columns[field.name],)
    ]
    return pa.RecordBatch.from_arrays(made, schema=MOVEMENTS)
