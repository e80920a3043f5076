"""What an audit asks of each side: records of one table, many at a time, in the order of the source."""

from __future__ import annotations

from collections.abc import Iterable
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
