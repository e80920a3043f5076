"""What kind of money an entry of a bank is: a payout, a sale, a refund, a fee, a chargeback; by its marks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from journeys.audit.model import Kind
from journeys.run.options import text

OPTIONS: Final = ("payouts", "fees", "chargebacks", "orders", "ignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Regular expressions on the text of an entry; the first group of ``payouts`` and of ``orders`` is an id."""

    payouts: re.Pattern[str] | None = None
    fees: re.Pattern[str] | None = None
    chargebacks: re.Pattern[str] | None = None
    orders: re.Pattern[str] | None = None
    ignore: re.Pattern[str] | None = None

    def ignored(self, text: str) -> bool:
        """Whether it is none of the audit's business, as the rent is."""
        return self.ignore is not None and self.ignore.search(text) is not None

    def kind(self, amount: int, text: str, said: Kind | None = None, *, reversal: bool = False) -> Kind:
        """What it is. Without a mark what comes in is a sale, and what goes out a refund.

        What takes a credit back is a chargeback; what takes a debit back is a refund that was not, and positive.
        """
        marked = (
            (self.payouts, Kind.PAYOUT),
            (self.fees, Kind.FEE),
            (self.chargebacks, Kind.CHARGEBACK),
        )
        for pattern, kind in marked:
            if pattern is not None and pattern.search(text):
                return kind
        if said is not None:
            return said
        if reversal:
            return Kind.CHARGEBACK if amount < 0 else Kind.REFUND
        return Kind.REFUND if amount < 0 else Kind.SALE

    def bundle(self, text: str) -> str | None:
        """The payout's id in the text, where the expression has a group for it."""
        return _first(self.payouts, text)

    def order(self, text: str) -> str | None:
        """The order's number in the text."""
        return _first(self.orders, text)


def marks(options: Mapping[str, object]) -> Marks:
    """The marks that options give; ValueError names the option that is no regular expression."""
    return Marks(**{name: _pattern(options, name) for name in OPTIONS})


def _pattern(options: Mapping[str, object], name: str) -> re.Pattern[str] | None:
    written = text(options, name, "")
    try:
        return re.compile(written) if written else None
    except re.error as error:
        raise ValueError(f"{name}: {written!r} is no regular expression: {error}") from error


def _first(pattern: re.Pattern[str] | None, text: str) -> str | None:
    """The first group that took part."""
    found = pattern.search(text) if pattern is not None else None
    return next((each for each in found.groups() if each), None) if found else None
