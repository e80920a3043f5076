"""What a store's own books give to an audit: movements of a period, and its dashboard as a further view of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import pyarrow as pa

from journeys.audit.model import Balance, Period
from journeys.audit.statements.movements import Movement, batches

TABLE: Final = "movements"
BEFORE: Final = timedelta(days=1)
AFTER: Final = timedelta(days=2)
"""What lies near the period is read too: days end at other hours elsewhere."""


class Sales(Protocol):
    """How one platform tells what was sold."""

    def movements(self, window: tuple[datetime, datetime], period: Period) -> Iterator[Movement]:
        """Sales and refunds between two moments, in the order of the platform."""
        ...

    def views(self, period: Period) -> tuple[Balance, ...]:
        """What its dashboard says of the same days, once movements have been gone through."""
        ...

    def left_out(self) -> tuple[str, ...]:
        """What was read and is no movement, and why."""
        ...


@dataclass(slots=True, kw_only=True)
class StoreBooks:
    """A store as a source of an audit; to be closed when it is no longer asked."""

    name: str
    sales: Sales
    close: Callable[[], None] = field(repr=False)

    def tables(self) -> tuple[str, ...]:
        """Movements alone."""
        return (TABLE,)

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        """Sales and refunds; StoreFault or AccessDenied when the store cannot be asked, or never stays the same."""
        return batches(self.sales.movements(window(period), period)) if table == TABLE else ()

    def balances(self, period: Period) -> tuple[Balance, ...]:
        """One for each view of the dashboard, which reconciles when it agrees with what the API told of the same days.

        Its sales are the sum of the orders that the dashboard counts, as the API tells them; its closing balance is
        what the dashboard says, on top of an opening balance of nothing.
        """
        return self.sales.views(period)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was read and not handed over, and why."""
        return tuple(f"{self.name}: {words}" for words in self.sales.left_out())


def bounds(period: Period) -> tuple[datetime, datetime]:
    """The moments between which the period lies, in UTC: each cut-off as the clocks of its own day show it."""
    cut = timedelta(seconds=period.cutoff_s)
    ends = (period.first, period.last + timedelta(days=1))
    local = (datetime(day.year, day.month, day.day) + cut for day in ends)
    begin, end = (each.replace(tzinfo=period.zone).astimezone(UTC) for each in local)
    return begin, end


def window(period: Period) -> tuple[datetime, datetime]:
    """The period and what lies near it."""
    begin, end = bounds(period)
    return begin - BEFORE, end + AFTER
