"""The words of audits: what each class means, what to do about it, and how amounts, days and verdicts are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from journeys.audit.model import OF_BOOKINGS, OF_SALES, Audit, Balance, Flaw, Item
from journeys.model import Money, Verdict

_SPACE: Final = "\u00a0"
_MINUS: Final = "\u2212"
MEANS: Final[Mapping[Flaw, str]] = {
    Flaw.MISSING_THERE: "The store has it, the other side does not.",
    Flaw.MISSING_HERE: "The other side has it, the store does not.",
    Flaw.DUPLICATE: "One side has it more than once.",
    Flaw.AMOUNT: "Both have it, with different amounts.",
    Flaw.CURRENCY: "Both have it, in different currencies.",
    Flaw.FEE: "The fee is not what was agreed.",
    Flaw.REFUND_NOT_PASSED_ON: "The store gave money back, and the other side did not pay it out.",
    Flaw.CHARGEBACK: "The customer's bank took the money back, and the store still counts the sale.",
    Flaw.WRONG_DAY: "Both have it, on different days (cut-off).",
    Flaw.UNKNOWN_PAYOUT: "Money arrived, or left, that no known sales add up to.",
    Flaw.AMBIGUOUS: "Two records deserve it equally: nothing is claimed of either.",
    Flaw.MOVED: "Both have the booking, at different times.",
    Flaw.WRONG_HOUR: "Both have the booking, a time zone apart: UTC was taken for local time, or the reverse.",
    Flaw.OVERBOOKED: "More places are booked than the slot has.",
    Flaw.CANCELLED_BUT_KEPT: "The booking is cancelled on one side and stands on the other.",
    Flaw.CAPACITY: "The two sides give the slot different capacities.",
}
"""What each class says of a sale or a booking, in one sentence."""
NEXT: Final[Mapping[Flaw, str]] = {
    Flaw.MISSING_THERE: "Look whether the payment was taken, or the entry written, before anything is sent out.",
    Flaw.MISSING_HERE: "Find the order it belongs to, or give the money or the place back.",
    Flaw.DUPLICATE: "Give the second one back, and look for what sent it twice.",
    Flaw.AMOUNT: "Compare the receipt with the order: vouchers, shipping, taxes, minor units.",
    Flaw.CURRENCY: "Compare the currency of the shop with that of the account.",
    Flaw.FEE: "Compare the fee with the contract, and ask the payment service about it.",
    Flaw.REFUND_NOT_PASSED_ON: "Pay the refund out, or take it back in the store.",
    Flaw.CHARGEBACK: "Answer the dispute in its time, and mark the order.",
    Flaw.WRONG_DAY: "Compare the cut-off and the time zone of both sides.",
    Flaw.UNKNOWN_PAYOUT: "Ask the payment service what the payout holds.",
    Flaw.AMBIGUOUS: "Decide by hand, or let the payment carry the order's number.",
    Flaw.MOVED: "Tell the guest, and move the other entry.",
    Flaw.WRONG_HOUR: "Look at the time zone that the calendar is written in.",
    Flaw.OVERBOOKED: "Offer a guest another slot, and close this one.",
    Flaw.CANCELLED_BUT_KEPT: "Free the place that is held for nobody, or reinstate the booking.",
    Flaw.CAPACITY: "Decide which capacity is meant, and set the other.",
}
"""What to do about each class."""
VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.PASS: "The books agree",
    Verdict.UNKNOWN: "Not everything could be told",
    Verdict.FAIL: "The books do not agree",
}
PARTS: Final = ("sales", "refunds", "chargebacks", "fees", "payouts")
"""The movements of a balance, in the order in which they are told."""


def flaws_of(audit: Audit) -> tuple[Flaw, ...]:
    """The classes that an audit of its subject can find, and whatever else it has found."""
    usual = OF_BOOKINGS if audit.subject == "bookings" else OF_SALES
    return (*usual, *(flaw for flaw in audit.flaws if flaw not in usual))


def title(audit: Audit) -> str:
    """What was audited: ``Sales of shop, 1 to 31 May 2026``."""
    return f"{audit.subject.capitalize()} of {audit.store}, {days(audit.period.first, audit.period.last)}"


def headline(audit: Audit) -> str:
    """What came of it, in one line."""
    many = discrepancies(audit)
    if many == 0:
        return "nothing to compare" if audit.verdict is Verdict.UNKNOWN else "no discrepancy"
    stake = ", ".join(signed(minor, currency) for currency, minor in at_stake(audit))
    return f"{counted(many, 'discrepancy', 'discrepancies')}{f', {stake} at stake' if stake else ''}"


def discrepancies(audit: Audit) -> int:
    """How many there are of all classes."""
    return sum(audit.flaws.values())


def at_stake(audit: Audit) -> tuple[tuple[str, int], ...]:
    """The money of all discrepancies in minor units: of each currency what is missing, then what is too much.

    They are not set off against each other: money that came by mistake does not make up for what is lost.
    """
    sums: dict[tuple[str, bool], int] = {}
    for (_, currency), minor in audit.at_stake.items():
        if minor:
            sums[currency, minor > 0] = sums.get((currency, minor > 0), 0) + minor
    return tuple((currency, minor) for (currency, _), minor in sorted(sums.items()))


def stake_of(audit: Audit, flaw: Flaw) -> dict[str, int]:
    """The money of one class, in minor units by currency."""
    return {currency: minor for (of, currency), minor in sorted(audit.at_stake.items()) if of is flaw}


def counted(many: int, one: str, several: str = "") -> str:
    """A number with its noun: ``1 order``, ``1 204 orders``."""
    return f"{number(many)} {one if many == 1 else several or f'{one}s'}"


def number(many: int) -> str:
    """A whole number with its thousands apart."""
    return f"{many:,}".replace(",", _SPACE)


def decimal(minor: int, currency: str) -> str:
    """An amount in major units for machines: ``-12.50``."""
    return str(Money(minor=minor, currency=currency)).partition(" ")[0]


def amount(minor: int, currency: str) -> str:
    """An amount for people: ``−1 012.50 EUR``, on one line."""
    whole, point, rest = decimal(abs(minor), currency).partition(".")
    return f"{_MINUS if minor < 0 else ''}{number(int(whole))}{point}{rest}{_SPACE}{currency}"


def signed(minor: int, currency: str) -> str:
    """The same, with a plus where it is one."""
    return f"+{amount(minor, currency)}" if minor > 0 else amount(minor, currency)


def bare(minor: int | None, currency: str) -> str:
    """The same without the currency, for columns; a dash where nothing is stated."""
    return "–" if minor is None else amount(minor, currency).rpartition(_SPACE)[0]


def day(of: date) -> str:
    """A day for people: ``3 May 2026``."""
    return f"{of.day} {of:%b %Y}"


def days(first: date, last: date) -> str:
    """Days from the first to the last: ``1 to 31 May 2026``."""
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def cutoff(seconds: int) -> str:
    """When a day begins: ``04:00``."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def place(item: Item) -> str:
    """Where a record is found again: its source, and its place there."""
    return f"{item.source}: {item.place}"


def total(items: Iterable[Item]) -> Money | None:
    """What these records come to; None without an amount, or in several currencies."""
    amounts = [item.amount for item in items if item.amount is not None]
    currencies = {each.currency for each in amounts}
    return Money.total(amounts, currencies.pop()) if len(currencies) == 1 else None


def reconciles(balance: Balance) -> str:
    """Whether the movements make the closing balance, in words."""
    found = balance.reconciles
    return "no balance is stated" if found is None else "adds up" if found else "does not add up"
