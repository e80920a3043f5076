"""What a discrepancy is in words, and which of the seven causes it most likely has, from its records alone; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final

from journeys.audit.model import Kind, Period
from journeys.audit.sales.rules import Rules
from journeys.model import Cause, Money

_AT_ONCE_S: Final = 3600
_MOST_HOURS: Final = 14
_TAXES: Final = (5, 7, 8, 9, 10, 19, 20, 21, 22, 23, 25, 27)
"""Usual rates of value added tax, in per cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record as it was read; ``at`` is UTC, None where only the day is known."""

    source: str
    place: str
    kind: Kind
    amount: Money
    day: date
    at: datetime | None = None
    reference: str = ""
    bundle: str = ""
    text: str = ""
    written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known beyond the two records: the period, the rules, and how common something is.

    ``fees`` says for each source how many charges there are and how many have an undeclared fee; ``silent`` on how many
    of the store's sales of a day nothing came, of how many.
    """

    store: str
    against: tuple[str, ...]
    period: Period
    rules: Rules
    fees: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    silent: Mapping[date, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The two sentences and the cause between them."""

    explanation: str
    cause: Cause
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of one discrepancy."""

    ours: tuple[Line, ...]
    theirs: tuple[Line, ...]
    counts: tuple[int, int]
    money: Money | None
    more: str
    situation: Situation

    @property
    def order(self) -> str:
        """Which order it is about, as far as anything names one."""
        named = next((line.reference for line in (*self.ours, *self.theirs) if line.reference), "")
        return f"order {named}" if named else f"the {self._first.kind.value} at {self._first.place}"

    @property
    def store(self) -> str:
        """The store's name."""
        return self.situation.store

    @property
    def where(self) -> str:
        """The sources on the other side."""
        names = sorted({line.source for line in self.theirs})
        return " and ".join(names) or " and ".join(self.situation.against)

    @property
    def _first(self) -> Line:
        return (*self.ours, *self.theirs)[0]


def words(
    note: str,
    ours: tuple[Line, ...],
    theirs: tuple[Line, ...],
    counts: tuple[int, int],
    money: Money | None,
    more: str,
    situation: Situation,
) -> Words:
    """What a discrepancy is, by the note under which it was found."""
    told = Told(ours=ours, theirs=theirs, counts=counts, money=money, more=more, situation=situation)
    return _SAID[note](told)


def _missing_there(told: Told) -> Words:
    silent, of = told.situation.silent.get(told.ours[0].day, (0, 0))
    all_of_them = of > 1 and silent == of
    why = "the store has it and did not pass it on"
    if all_of_them:
        why = f"none of the {of} sales of that day was passed on, so what passes them on stood still"
    what = " and ".join(str(line.amount) for line in told.ours)
    return Words(
        explanation=f"{told.order}: {told.store} has {what}, {told.where} has nothing of it",
        cause=Cause.INTEGRATION,
        why=why,
    )


def _missing_here(told: Told) -> Words:
    what = " and ".join(f"{line.kind.value} {line.amount}" for line in told.theirs)
    if any(line.reference for line in told.theirs):
        return Words(
            explanation=f"{told.order}: {told.where} has {what}, {told.store} has no such order",
            cause=Cause.INTEGRATION,
            why="the money was taken for an order that the store did not keep, or keeps under another number",
        )
    return Words(
        explanation=f"{told.where} has {what} at {told.theirs[0].place}, and no order of the store fits it",
        cause=Cause.UNKNOWN,
        why="nothing in it names an order, so it need not be of this store",
    )


def _duplicate_there(told: Told) -> Words:
    times = _times(told.theirs)
    moments = sorted(line.at for line in told.theirs if line.at is not None)
    explanation = f"{told.order}: {told.where} has it {times}, which is {told.money} too much"
    if len(moments) < len(told.theirs):
        return Words(
            explanation=explanation, cause=Cause.UNKNOWN, why="the records tell no time, so not who repeated it"
        )
    apart = min(b - a for a, b in pairwise(moments))
    if apart.total_seconds() <= _AT_ONCE_S:
        return Words(
            explanation=explanation,
            cause=Cause.PLATFORM,
            why=f"asked for twice within {apart.total_seconds():.0f} s, as by a form sent twice",
        )
    return Words(
        explanation=explanation,
        cause=Cause.THIRD_PARTY,
        why=f"it came again after {_span(apart)}, when the store asked for nothing",
    )


def _duplicate_here(told: Told) -> Words:
    return Words(
        explanation=f"{told.order}: {told.store} has it {_times(told.ours)}, {told.where} less often",
        cause=Cause.PLATFORM,
        why="the store itself keeps one order more than once",
    )


def _again_in_another_currency(told: Told) -> Words:
    what = " and ".join(str(line.amount) for line in told.theirs)
    return Words(
        explanation=f"{told.order}: {told.where} has it in its own currency, and {what} once more in another",
        cause=Cause.PLATFORM,
        why="one order was charged in two currencies",
    )


def _either_order(told: Told) -> Words:
    orders = ", ".join(line.reference for line in told.ours)
    return Words(
        explanation=f"one line names the orders {orders}, and pays for any one of them; which one is not said",
        cause=Cause.UNKNOWN,
        why="several orders deserve it equally",
    )


def _amount(told: Told) -> Words:
    ours, theirs = (sum(line.amount.minor for line in side) for side in (told.ours, told.theirs))
    currency = told.theirs[0].amount.currency
    cause, why = _why_amount(ours, theirs, currency, told)
    a, b = Money(minor=ours, currency=currency), Money(minor=theirs, currency=currency)
    return Words(
        explanation=f"{told.order}: {told.store} has {a}, {told.where} has {b}: {told.money} off",
        cause=cause,
        why=why,
    )


def _why_amount(ours: int, theirs: int, currency: str, told: Told) -> tuple[Cause, str]:
    if theirs in (ours * 100, ours * 1000) or ours in (theirs * 100, theirs * 1000):
        return Cause.CONFIGURATION, "the same digits at another decimal point: one side has the wrong minor unit"
    for fee in told.situation.rules.of(told.theirs[0].source).fees:
        if theirs > 0 and ours - theirs == fee.of(ours, currency):
            return Cause.CONFIGURATION, f"less exactly the fee of {fee}: one side counts net"
    for rate in _TAXES:
        factor = Fraction(100 + rate, 100)
        if theirs == round(ours * factor) or theirs == round(ours / factor):
            return Cause.CONFIGURATION, f"off by exactly {rate} %, as a tax that one side does not count"
    return Cause.PLATFORM, "the store asked for another amount than it keeps"


def _currency(told: Told) -> Words:
    a, b = (" and ".join(str(line.amount) for line in side) for side in (told.ours, told.theirs))
    return Words(
        explanation=f"{told.order}: {told.store} has {a}, {told.where} has {b}",
        cause=Cause.CONFIGURATION,
        why="the two sides are set to different currencies",
    )


def _wrong_day(told: Told) -> Words:
    ours, theirs = told.ours[0], told.theirs[0]
    cause, why = _why_day(ours, theirs, told.situation.period)
    return Words(
        explanation=f"{told.order}: {told.store} counts {told.money} on {ours.day}, {told.where} on {theirs.day}",
        cause=cause,
        why=why,
    )


def _why_day(ours: Line, theirs: Line, period: Period) -> tuple[Cause, str]:
    if ours.at is None:
        return Cause.UNKNOWN, "the store tells no time, so no other cut-off can be tried"
    local = ours.at.replace(tzinfo=UTC).astimezone(period.zone).replace(tzinfo=None)
    if ours.at.date() == theirs.day:
        return (
            Cause.CONFIGURATION,
            f"the day of {ours.at:%H:%M} UTC: the other side counts days in UTC, not {period.zone}",
        )
    if local.date() == theirs.day:
        return Cause.CONFIGURATION, f"the day of {local:%H:%M} on the clock: the other side's day begins at midnight"
    for hours in sorted(range(-_MOST_HOURS, _MOST_HOURS + 1), key=lambda each: (abs(each), each)):
        shifted = local - timedelta(seconds=period.cutoff_s) + timedelta(hours=hours)
        if shifted.date() == theirs.day:
            side = "earlier" if hours > 0 else "later"
            return Cause.CONFIGURATION, f"explained by a day that begins {abs(hours)} h {side} on the other side"
    return Cause.UNKNOWN, "no other cut-off and no other zone explains it"


def _refund_missing_there(told: Told) -> Words:
    return Words(
        explanation=f"{told.order}: {told.store} gave back {_sum(told.ours)}, {told.where} did not",
        cause=Cause.INTEGRATION,
        why="the refund was not passed on, so the customer still waits for the money",
    )


def _refund_unknown_here(told: Told) -> Words:
    return Words(
        explanation=f"{told.order}: {told.where} gave back {_sum(told.theirs)}, {told.store} still counts it",
        cause=Cause.INTEGRATION,
        why="the refund was made there and not told to the store",
    )


def _chargeback(told: Told) -> Words:
    return Words(
        explanation=f"{told.order}: {_sum(told.theirs)} was charged back at {told.where}, {told.store} still counts it",
        cause=Cause.THIRD_PARTY,
        why="the customer's bank took the money back",
    )


def _chargeback_after_refund(told: Told) -> Words:
    return Words(
        explanation=(
            f"{told.order}: {told.store} gave back {_sum(told.ours)}, at {told.where} it was charged back instead"
        ),
        cause=Cause.INTEGRATION,
        why="the refund was not passed on, and the customer's bank took the money",
    )


def _chargeback_missing(told: Told) -> Words:
    return Words(
        explanation=f"{told.order}: {told.store} has a chargeback of {_sum(told.ours)}, {told.where} has not",
        cause=Cause.UNKNOWN,
        why="it may have been won back, or never have been",
    )


def _equal_candidates(told: Told) -> Words:
    ours, theirs = told.counts
    of = (*told.ours, *told.theirs)[0]
    lack = abs(ours - theirs)
    rest = f"; {lack} {'here' if ours > theirs else 'there'} must be without a counterpart" if lack else ""
    return Words(
        explanation=f"{ours} × {of.kind.value} of {of.amount} here and {theirs} there could be each other's{rest}",
        cause=Cause.UNKNOWN,
        why="nothing but the amount and the day speaks for any of them, and that speaks for all of them equally",
    )


def _equal_payouts(told: Told) -> Words:
    return Words(
        explanation="{} payouts and {} bank lines of the same amount could be each other's".format(*told.counts),
        cause=Cause.UNKNOWN,
        why="none of the lines names a payout",
    )


def _payout_bundle(told: Told) -> Words:
    paid = told.theirs[0]
    made = Money(minor=int(told.more), currency=paid.amount.currency)
    return Words(
        explanation=(
            f"payout {paid.bundle}: {told.where} paid out {-paid.amount}, and its {told.counts[1]} records make {made}"
        ),
        cause=Cause.THIRD_PARTY,
        why="the service's own records do not add up to what it paid out",
    )


def _payout(text: str, cause: Cause, why: str) -> Callable[[Told], Words]:
    def said(told: Told) -> Words:
        named = f"payout {told.more}" if told.more else f"the payout at {(*told.ours, *told.theirs)[0].place}"
        paid = _sum(told.ours) if told.ours else ""
        came = _sum(told.theirs) if told.theirs else ""
        days = " and ".join(str(side[0].day) for side in (told.ours, told.theirs) if side)
        by = " and ".join(sorted({line.source for line in told.ours}))
        at = " and ".join(sorted({line.source for line in told.theirs})) or "the bank"
        return Words(
            explanation=f"{named}: " + text.format(paid=paid, came=came, days=days, by=by, at=at), cause=cause, why=why
        )

    return said


def _fee(told: Told) -> Words:
    taken = [line for line in told.theirs if line.kind is Kind.FEE]
    currency = told.theirs[0].amount.currency
    source = told.theirs[0].source
    expected = Money(minor=int(told.more), currency=currency)
    rates = " or ".join(str(fee) for fee in told.situation.rules.of(source).fees)
    explanation = f"{told.order}: {source} took {_total(taken, currency)}, and by {rates} it would be {expected}"
    wrong, of = told.situation.fees.get(source, (0, 0))
    if wrong > 1 and wrong * 2 > of:
        return Words(
            explanation=explanation,
            cause=Cause.CONFIGURATION,
            why=f"so it is with {wrong} of {of} charges: the fee declared here is not the one in force",
        )
    return Words(
        explanation=explanation,
        cause=Cause.THIRD_PARTY,
        why="other charges have the fee that was declared, this one has not",
    )


def _fee_of_nothing(told: Told) -> Words:
    return Words(
        explanation=f"{told.where} took {_sum(told.theirs)} at {told.theirs[0].place} for no charge that it shows",
        cause=Cause.THIRD_PARTY,
        why="the charge that it belongs to is not among the service's records",
    )


def _sums(told: Told) -> Words:
    shown = told.theirs[0] if told.theirs else None
    of = shown.kind.value if shown else told.more
    there = _sum(told.theirs) if told.theirs else "nothing"
    return Words(
        explanation=f"{told.counts[0]} {of}s of a day: {told.where} shows {there} of them, {told.money} off",
        cause=Cause.UNKNOWN,
        why="sums do not tell which order makes the difference",
    )


def _daily(text: str, cause: Cause, why: str) -> Callable[[Told], Words]:
    def said(told: Told) -> Words:
        came = _sum(told.theirs) if told.theirs else "nothing"
        return Words(explanation=text.format(came=came, days=told.more, money=told.money), cause=cause, why=why)

    return said


_SAID: Final[Mapping[str, Callable[[Told], Words]]] = {
    "missing there": _missing_there,
    "missing here": _missing_here,
    "duplicate there": _duplicate_there,
    "duplicate here": _duplicate_here,
    "again in another currency": _again_in_another_currency,
    "either order": _either_order,
    "amount": _amount,
    "currency": _currency,
    "wrong day": _wrong_day,
    "refund missing there": _refund_missing_there,
    "refund unknown here": _refund_unknown_here,
    "refund of an unknown order": _refund_unknown_here,
    "chargeback": _chargeback,
    "chargeback of an unknown order": _chargeback,
    "chargeback after a refund": _chargeback_after_refund,
    "chargeback missing there": _chargeback_missing,
    "equal candidates": _equal_candidates,
    "equal payouts": _equal_payouts,
    "payout is not its bundle": _payout_bundle,
    "payout in another currency": _payout(
        "{by} paid out {paid}, {at} has {came}", Cause.CONFIGURATION, "the account is kept in another currency"
    ),
    "payout came again": _payout(
        "{by} paid it out once, and {at} has it again: {came} in all", Cause.THIRD_PARTY, "the bank shows it repeatedly"
    ),
    "payout is there again": _payout(
        "{by} shows it repeatedly, {paid} in all, and {at} has {came}", Cause.THIRD_PARTY, "the service repeats it"
    ),
    "payout came with another amount": _payout(
        "{by} paid out {paid}, and {at} has {came}", Cause.THIRD_PARTY, "something was kept back on the way"
    ),
    "payout came late": _payout(
        "paid out and booked on {days}, further apart than is usual", Cause.THIRD_PARTY, "it was held on the way"
    ),
    "payout did not come": _payout(
        "{by} paid out {paid} on {days}, and {at} has nothing of it", Cause.THIRD_PARTY, "it did not reach the bank"
    ),
    "unknown payout": _payout(
        "{at} has {came} on {days}, and no service paid that out", Cause.THIRD_PARTY, "nobody who was asked made it"
    ),
    "fee": _fee,
    "fee of no charge": _fee_of_nothing,
    "sums of a day": _sums,
    "daily amount": _daily(
        "the sales of {days} less fees came as {came}: {money} off", Cause.UNKNOWN, "a bundle does not tell which sale"
    ),
    "daily missing": _daily("the sales of {days} less fees did not come: {money}", Cause.THIRD_PARTY, "no payout fits"),
    "daily unknown": _daily(
        "{came} came, and no day's sales less fees are that much", Cause.THIRD_PARTY, "no day fits"
    ),
    "daily equal": _daily("{came} came, and several days fit equally: {days}", Cause.UNKNOWN, "the days cost the same"),
}


def _times(lines: Sequence[Line]) -> str:
    return {2: "twice", 3: "three times"}.get(len(lines), f"{len(lines)} times")


def _sum(lines: Sequence[Line]) -> str:
    return _total(lines, lines[0].amount.currency)


def _total(lines: Sequence[Line], currency: str) -> str:
    same = [line.amount for line in lines if line.amount.currency == currency]
    return str(abs_of(Money.total(same, currency)))


def abs_of(money: Money) -> Money:
    """How much it is, whichever way it went."""
    return Money(minor=abs(money.minor), currency=money.currency)


def _span(apart: timedelta) -> str:
    return f"{apart.days} days" if apart.days > 1 else f"{apart.total_seconds() / 3600:.0f} h"
