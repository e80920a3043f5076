"""What is declared of an audit of sales: how far apart two records of one thing may lie, and what each source holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from journeys.model import Money

MILLION: Final = 1_000_000


class Holds(StrEnum):
    """What a source holds of the store's sales."""

    SHARE = "share"
    """Each sale once, in this source or in another such one: payment services and banks together."""
    ALL = "all"
    """Every sale and refund, whatever other sources hold: an export of the bookkeeping, the store's own dashboard."""
    SUMS = "sums"
    """Not single sales but the sums of days, by kind and currency: statistics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What a service takes of each charge: a share of it and something fixed.

    ``percent`` has at most four decimals (``Decimal("1.5")``); ``fixed`` is in minor units, by currency. The share is
    rounded half up; ``tolerance`` is by how many minor units a fee may be off, for services that round otherwise.
    """

    percent: Decimal = Decimal(0)
    fixed: Mapping[str, int] = field(default_factory=dict)
    tolerance: int = 1

    def __post_init__(self) -> None:
        if not isinstance(self.percent, Decimal) or not 0 <= self.percent <= 100:
            raise ValueError("percent: a decimal from 0 to 100 is wanted")
        if self.percent * 10_000 != int(self.percent * 10_000):
            raise ValueError("percent: at most four decimals are wanted")

    @property
    def millionths(self) -> int:
        """The share, in millionths."""
        return int(self.percent * 10_000)

    def of(self, amount: int, currency: str) -> int:
        """The fee of one charge in minor units, positive."""
        share = (Decimal(abs(amount)) * self.millionths / MILLION).quantize(Decimal(1), ROUND_HALF_UP)
        return int(share) + self.fixed.get(currency, 0)

    def __str__(self) -> str:
        fixed = (str(Money(minor=minor, currency=currency)) for currency, minor in sorted(self.fixed.items()))
        return " + ".join((f"{self.percent} %", *fixed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is declared of one source.

    ``lag_days`` is how many days after the store a source may book a sale; None: none where it tells the moment, and
    the whole window where it tells only a day. ``fees`` are those in force, any of which may apply; without any, fees
    are not judged. ``daily``: its payouts are what the store sold on one day, or on several days in a row, less the
    first of ``fees`` for each sale; so it is where the money arrives and no payment service is asked.
    """

    holds: Holds = Holds.SHARE
    lag_days: int | None = None
    fees: tuple[Fee, ...] = ()
    daily: bool = False

    def __post_init__(self) -> None:
        if self.lag_days is not None and not 0 <= self.lag_days <= _MOST_DAYS:
            raise ValueError(f"lag_days: a number from 0 to {_MOST_DAYS} is wanted")


_MOST_DAYS: Final = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How records of both sides are told to be the same.

    ``window_days``: by how many days the other side may be later, at most, where nothing but amount, currency and day
    speaks for a match; and how far beyond the ends of the period records are read, only to be matched.
    ``early_days``: by how many it may be earlier. ``slack_s``: two moments no further apart (seconds) are one, on
    whichever sides of midnight they lie. ``reach_days``: how far back a payout may bundle what came before.
    ``shortest_number``: fewer characters in a text are no order's number, unless the amount is right as well.
    ``sources``: what is declared of each source, by name.
    """

    window_days: int = 7
    early_days: int = 1
    slack_s: int = 900
    reach_days: int = 14
    shortest_number: int = 5
    sources: Mapping[str, Terms] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("window_days", "early_days", "reach_days"):
            if not 0 <= getattr(self, name) <= _MOST_DAYS:
                raise ValueError(f"{name}: a number from 0 to {_MOST_DAYS} is wanted")
        if self.slack_s < 0 or self.shortest_number < 1:
            raise ValueError("slack_s: a number of seconds from 0, and shortest_number: a number from 1 is wanted")

    def of(self, source: str) -> Terms:
        """What is declared of a source; the defaults where nothing is."""
        return self.sources.get(source, Terms())
