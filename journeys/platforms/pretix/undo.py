"""Undoing in pretix: orders are refunded, cancelled and, when they are tests, deleted; carts are emptied."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from journeys.model import StoreFault
from journeys.platforms.backend import Backend
from journeys.platforms.pretix.names import Series, everything
from journeys.run.ports import Undone

_CANCELLED: Final = "c"
_SETTLED: Final = ("created", "transit", "done")
_BAD_REQUEST: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Undoes what synthetic guests left in one event series."""

    api: Backend
    series: Series
    url: str
    delete_test_orders: bool
    ca: str = ""

    def orders(self, email: str) -> Undone:
        """Cancel the orders of a mail address and give back what was paid for them."""
        found = [each for each in everything(self.api, "orders/", email=email) if each["email"] == email]
        residue: list[str] = []
        benign: list[str] = []
        for order in found:
            left, kept = self._order(order["code"])
            residue += left
            benign += kept
        return Undone(cancelled=tuple(order["code"] for order in found), residue=tuple(residue), benign=tuple(benign))

    def cart(self, session: str) -> Undone:
        """Empty the cart of a guest's session; an empty cart or an ended session is left as it is."""
        secure = urlsplit(self.url).scheme == "https"
        prefix, token = "__Host-" if secure else "", secrets.token_hex(16)
        guest = Backend(
            self.url,
            headers={
                "Cookie": f"{prefix}pretix_session={session}; {prefix}pretix_csrftoken={token}",
                "Referer": f"{self.url}{self.series.path}/",
            },
            ca=self.ca,
        )
        try:
            answer = guest.raw("POST", f"{self.series.path}/cart/clear", data={"csrfmiddlewaretoken": token})
        finally:
            guest.close()
        if answer.status_code >= _BAD_REQUEST:
            raise StoreFault(f"the store does not empty the cart of a guest: it answered {answer.status_code}")
        return Undone()

    def _order(self, code: str) -> tuple[list[str], list[str]]:
        """What is left of one order, and what the platform keeps of it by its nature."""
        order = self.api.get(f"orders/{code}/")
        if order is not None and order["status"] != _CANCELLED:
            self._cancel(order)
            order = self.api.get(f"orders/{code}/")
        if order is None:
            return [], []
        residue = _not_given_back(order)
        if order["status"] != _CANCELLED:
            residue.append(f"order {code} still stands")
        benign = [
            f"{pay} was charged and given back: both stay in the list of its transactions" for pay in _cards(order)
        ]
        if not residue and self.delete_test_orders and order["testmode"]:
            self.api.ask("DELETE", f"orders/{code}/")
        elif not residue:
            benign.append(f"order {code} stays in the list of orders as cancelled, and counts in the orders of its day")
        return residue, benign

    def _cancel(self, order: Mapping[str, Any]) -> None:
        """Refund what can be refunded, the order being cancelled with the last refund; else cancel it alone."""
        code, due = order["code"], _refundable(order)
        for place, (payment, amount) in enumerate(due, start=1):
            self._tried(
                f"orders/{code}/payments/{payment}/refund/",
                {"amount": str(amount), "mark_canceled": place == len(due)},
            )
        held = self.api.get(f"orders/{code}/")
        if held is not None and held["status"] != _CANCELLED:
            self._tried(f"orders/{code}/mark_canceled/", {"send_email": False})

    def _tried(self, path: str, body: Mapping[str, Any]) -> None:
        """A request that the store may refuse (already done, not refundable): what is left is asked for afterwards."""
        answer = self.api.raw("POST", path, json=dict(body))
        if answer.status_code in (401, 403):
            raise StoreFault(f"POST {path}: the store answered {answer.status_code}: the token may not change orders")


def _refundable(order: Mapping[str, Any]) -> list[tuple[int, Decimal]]:
    """The confirmed payments that cost something, with what has not been given back of each."""
    due = []
    for payment in order["payments"]:
        if payment["state"] == "confirmed":
            left = Decimal(payment["amount"]) - _refunded(order, payment["local_id"])
            if left > 0:
                due.append((int(payment["local_id"]), left))
    return due


def _refunded(order: Mapping[str, Any], payment: int) -> Decimal:
    refunds = [each for each in order["refunds"] if each["payment"] == payment and each["state"] in _SETTLED]
    return sum((Decimal(each["amount"]) for each in refunds), Decimal(0))


def _not_given_back(order: Mapping[str, Any]) -> list[str]:
    return [f"{amount} of order {order['code']} not given back" for _, amount in _refundable(order)]


def _cards(order: Mapping[str, Any]) -> list[str]:
    return [
        f"{pay['amount']} of order {order['code']} by {pay['provider']}"
        for pay in order["payments"]
        if Decimal(pay["amount"]) > 0 and pay["state"] in ("confirmed", "refunded")
    ]
