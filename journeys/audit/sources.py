"""What an audit asks of each side: records of one table, many at a time, in the order of the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from journeys.audit.model import Balance, Period
from journeys.model import JourneyError


class Unreadable(JourneyError):
    """A file that is not what it should be; the text begins with the file and, where there is one, its line."""


class Source(Protocol):
    """One side's records: a bank statement, a payment service, a calendar, a store."""

    @property
    def name(self) -> str:
        """Its name in the report, such as ``bank``."""
        ...

    def tables(self) -> tuple[str, ...]:
        """Which it can give: ``movements``, ``bookings``, ``slots``."""
        ...

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        """Its records in the schema of ``journeys.audit.tables``.

        Those of the period, and what else lies near it: whoever asks drops what is not needed. JourneyError when it
        cannot be read: StoreFault or AccessDenied for a service, Unreadable (below) for a file.
        """
        ...

    def balances(self, period: Period) -> tuple[Balance, ...]:
        """What it states as opening and closing balance, by currency, once it has been read; empty: nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Several sources that make up one side, as exports of orders and of slots do."""

    name: str
    sources: tuple[Source, ...]

    def tables(self) -> tuple[str, ...]:
        """What any of them gives."""
        return tuple(dict.fromkeys(table for each in self.sources for table in each.tables()))

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        """The records of all that give such, one source after the other; the errors are theirs."""
        return self._read(table, period)

    def balances(self, period: Period) -> tuple[Balance, ...]:
        """What each of them states."""
        return tuple(balance for each in self.sources for balance in each.balances(period))

    @property
    def left_out(self) -> tuple[str, ...]:
        """What they read and did not hand over, and why."""
        return tuple(words for each in self.sources for words in getattr(each, "left_out", ()))

    def _read(self, table: str, period: Period) -> Iterator[pa.RecordBatch]:
        for each in self.sources:
            if table in each.tables():
                yield from each.read(table, period)
