"""Whether balances add up: what statements say before and after, and what their entries make of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from journeys.audit.model import Balance, Kind, Period
from journeys.audit.statements.entry import Statement

_FIELDS: Final = {
    Kind.SALE: "sales",
    Kind.REFUND: "refunds",
    Kind.CHARGEBACK: "chargebacks",
    Kind.FEE: "fees",
    Kind.PAYOUT: "payouts",
}
_Key = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Ledger:
    """By account and currency: statements, sums by day and kind, and what was left out of the sums by day."""

    _statements: dict[_Key, list[Statement]] = field(default_factory=lambda: defaultdict(list))
    _moved: dict[_Key, dict[tuple[date, Kind], int]] = field(default_factory=dict)
    _ignored: dict[_Key, dict[date, int]] = field(default_factory=dict)

    def stated(self, statement: Statement) -> None:
        """One more statement of an account."""
        self._statements[statement.account, statement.currency].append(statement)

    def moved(self, account: str, currency: str, day: date, kind: Kind, amount: int) -> None:
        """One more entry."""
        sums = self._moved.setdefault((account, currency), defaultdict(int))
        sums[day, kind] += amount

    def ignored(self, account: str, currency: str, day: date, amount: int) -> None:
        """One more entry that is none of the audit's business."""
        sums = self._ignored.setdefault((account, currency), defaultdict(int))
        sums[day] += amount

    def balances(self, name: str, period: Period) -> tuple[Balance, ...]:
        """One for each account and currency; the account is named where there are several in one currency.

        A statement may say more days than the period has: its opening balance is carried to the first day of the
        period by its own entries, and its closing balance back to the last one. Entries that were ignored are taken
        off the closing balance. So what does not add up in the file does not add up here.
        """
        keys = sorted({*self._statements, *self._moved})
        several = {currency for _, currency in keys if sum(each == currency for _, each in keys) > 1}
        return tuple(
            self._balance(f"{name} {account}".strip() if currency in several else name, (account, currency), period)
            for account, currency in keys
        )

    def _balance(self, name: str, key: _Key, period: Period) -> Balance:
        moved, ignored = self._moved.get(key, {}), self._ignored.get(key, {})
        statements = sorted(self._statements.get(key, ()), key=_began)
        opening = statements[0].opening if statements else None
        closing = statements[-1].closing if statements else None
        before = sum(sum_ for (day, _), sum_ in moved.items() if day < period.first)
        after = sum(sum_ for (day, _), sum_ in moved.items() if day > period.last)
        sums: dict[str, int] = defaultdict(int)
        for (day, kind), amount in moved.items():
            if period.first <= day <= period.last:
                sums[_FIELDS[kind]] += amount
        return Balance(
            source=name,
            currency=key[1],
            opening=None if opening is None else opening.amount + before,
            closing=None if closing is None else closing.amount - after - sum(ignored.values()),
            **sums,
        )


def _began(statement: Statement) -> date:
    """Statements are put in the order of time, wherever their files lie; of the same day, in the order of reading."""
    first = statement.opening or statement.closing
    return first.day if first is not None else date.max
