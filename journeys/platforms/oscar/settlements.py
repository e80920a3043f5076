"""What the shop has booked as paid: the payment events on staff's page of an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from journeys.model import Entry
from journeys.platforms.oscar.dashboard import Dashboard, OrderSheet

SETTLED: Final = "settled event"
_KIND: Final = "settlement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlements:
    """One settlement for each payment event named ``event``; the shop is told of a payment after the customer."""

    dashboard: Dashboard
    event: str
    name: str = "settlements in the shop"
    expects: tuple[str, ...] = (_KIND,)
    within_s: float = 10.0

    def entries(self, number: str, email: str) -> tuple[Entry, ...]:
        """Those of the order of this number, and of all orders of the customer of this address."""
        theirs = [entry.number for entry in self.dashboard.orders() if email and entry.email == email]
        numbers = dict.fromkeys([number, *theirs] if number else theirs)
        sheets = {each: self.dashboard.order(each) for each in numbers}
        return tuple(entry for each, sheet in sheets.items() if sheet is not None for entry in self._of(each, sheet))

    def _of(self, number: str, sheet: OrderSheet) -> list[Entry]:
        settled = [payment for payment in sheet.payments if payment.event == self.event]
        return [
            Entry(
                id=f"{payment.reference} #{place}",
                kind=_KIND,
                number=number,
                email=sheet.email,
                amount=payment.amount,
                status=payment.event,
            )
            for place, payment in enumerate(settled, start=1)
        ]
