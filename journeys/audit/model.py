"""The words of audits as frozen data: sources, records of both sides, matches, discrepancies, totals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from journeys.model import Cause, Money, Verdict


class Kind(StrEnum):
    """What an amount of money is, as the side that wrote it down says.

    Amounts are signed as the merchant sees them: sales and what a payout brings to the bank are positive; refunds,
    chargebacks, fees and what a payout takes from a payment service are negative.
    """

    SALE = "sale"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    FEE = "fee"
    PAYOUT = "payout"


class Flaw(StrEnum):
    """What is wrong with a sale or a booking; one class per discrepancy."""

    MISSING_THERE = "missing there"
    """The store has it, the other side does not."""
    MISSING_HERE = "missing here"
    """The other side has it, the store does not."""
    DUPLICATE = "duplicate"
    AMOUNT = "amount"
    CURRENCY = "currency"
    FEE = "fee"
    REFUND_NOT_PASSED_ON = "refund not passed on"
    CHARGEBACK = "chargeback"
    WRONG_DAY = "wrong day"
    UNKNOWN_PAYOUT = "unknown payout"
    AMBIGUOUS = "ambiguous"
    """Two candidates deserve it equally: nothing is claimed of either."""
    MOVED = "moved"
    WRONG_HOUR = "wrong hour"
    OVERBOOKED = "overbooked"
    CANCELLED_BUT_KEPT = "cancelled but kept"
    CAPACITY = "wrong capacity"


OF_BOOKINGS: Final = (
    Flaw.MISSING_THERE,
    Flaw.MISSING_HERE,
    Flaw.DUPLICATE,
    Flaw.MOVED,
    Flaw.WRONG_HOUR,
    Flaw.OVERBOOKED,
    Flaw.CANCELLED_BUT_KEPT,
    Flaw.CAPACITY,
    Flaw.AMBIGUOUS,
)
OF_SALES: Final = (*Flaw,)[: (*Flaw,).index(Flaw.MOVED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days an audit is about, both included, as the store counts them.

    A day begins at ``cutoff_s`` seconds after midnight in ``zone``, and so lasts 23 or 25 hours twice a year.
    """

    first: date
    last: date
    zone: ZoneInfo
    cutoff_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One record of one side, as a discrepancy names it: which source, where in it, and what it says.

    ``place`` finds it again: ``may.xml line 212``, ``ch_3N…``, ``order 100013``. ``moment`` is ISO 8601: a day, or UTC.
    """

    source: str
    place: str
    says: str
    reference: str = ""
    amount: Money | None = None
    moment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One thing that the two sides do not agree on, with the records of both and what it amounts to.

    ``amount`` is the money it concerns (None for bookings), signed as the merchant sees it: what is negative
    is missing to them.
    """

    flaw: Flaw
    day: date
    ours: tuple[Item, ...]
    theirs: tuple[Item, ...]
    explanation: str
    cause: Cause
    why: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Records of both sides that are the same, and by which rule they were told to be; ten of each side at most."""

    rule: str
    ours: tuple[Item, ...]
    theirs: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What one source says, or what follows from it, in one currency over the period (minor units, signed).

    ``opening`` and ``closing`` are None where the source states none.
    """

    source: str
    currency: str
    opening: int | None = None
    sales: int = 0
    refunds: int = 0
    chargebacks: int = 0
    fees: int = 0
    payouts: int = 0
    closing: int | None = None

    @property
    def moved(self) -> int:
        """All that moved in the period."""
        return self.sales + self.refunds + self.chargebacks + self.fees + self.payouts

    @property
    def reconciles(self) -> bool | None:
        """Whether opening and movements make the closing balance; None where one of the two is not stated."""
        if self.opening is None or self.closing is None:
            return None
        return self.opening + self.moved == self.closing


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What one audit found.

    ``matched`` counts matches by rule, in words; ``flaws`` counts discrepancies by class and ``at_stake`` sums their
    amounts by class and currency. ``discrepancies`` gives them one by one, by day, class and record, as often as it is
    called: there may be more of them than memory holds; so does ``matches`` what was matched, by rule and record, near
    the period as well. ``left_out`` says what was not looked at, and why.
    """

    store: str
    subject: str
    period: Period
    sources: tuple[str, ...]
    records: Mapping[str, int]
    matched: Mapping[str, int]
    flaws: Mapping[Flaw, int]
    discrepancies: Callable[[], Iterator[Discrepancy]]
    at_stake: Mapping[tuple[Flaw, str], int] = field(default_factory=dict)
    balances: tuple[Balance, ...] = ()
    left_out: tuple[str, ...] = ()
    began: datetime | None = None
    seconds: float = 0.0
    matches: Callable[[], Iterator[Match]] = lambda: iter(())

    @property
    def verdict(self) -> Verdict:
        """FAIL with any discrepancy; UNKNOWN when something is only ambiguous, or when there was nothing to compare."""
        if any(count for flaw, count in self.flaws.items() if flaw is not Flaw.AMBIGUOUS):
            return Verdict.FAIL
        if self.flaws.get(Flaw.AMBIGUOUS) or not any(self.records.values()):
            return Verdict.UNKNOWN
        return Verdict.PASS
