"""pretix's REST API as the system of record: live quotas, orders and their payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from journeys.model import Attempt, Confirmation, Line, Money, Order, StoreFault, Subject, TesterFault, Value
from journeys.platforms.backend import Backend
from journeys.platforms.pretix.names import Names, Series, everything, price_of, start_of
from journeys.platforms.pretix.parsing import utc
from journeys.platforms.pretix.undo import Undo
from journeys.run.ports import Undone

# An order with less than this would take ten times as long to be written out.
_FIELDS: Final = (
    "code", "email", "status", "total", "datetime", "positions.item", "positions.subevent", "positions.price"
)  # fmt: skip
_PAYMENTS: Final = ("payments.local_id", "payments.state")
_STANDING: Final = ("n", "p")
_PAID: Final = "p"
_EXPIRED: Final = "e"
_STATUS: Final = {"n": "pending", "p": "paid", "e": "expired", "c": "canceled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PretixRecord:
    """Asks the API of one event series; ``cached`` when the store keeps availability in a cache."""

    api: Backend
    series: Series
    names: Names
    undoing: Undo
    cached: bool

    def about(self, subject: Subject, *, gently: bool) -> Mapping[str, Value]:
        """Places left (carts hold theirs), price, and when the slot starts.

        Asking for the places writes them into the cache that pages are made from, so gently they are left out.
        """
        known = [] if gently and self.cached else subject.ids["quotas"].split(",")
        quotas = [self.api.get(f"quotas/{quota}/availability/") for quota in known]
        slot = self.api.get(f"subevents/{subject.ids['slot']}/")
        item = self.api.get(f"items/{subject.ids['item']}/")
        if slot is None or item is None or None in quotas:
            raise TesterFault(f"the store no longer knows {subject.key}: choose other subjects in its configuration")
        places: dict[str, Value] = {
            "availability": max(0, min((int(quota["available_number"]) for quota in quotas), default=0)),
            "held": max((int(quota["cart_positions"]) for quota in quotas), default=0),
        }
        lasting: dict[str, Value] = {"price": price_of(slot, item, self.series.currency), "schedule": start_of(slot)}
        return lasting | places if quotas else lasting

    def orders(self) -> tuple[Order, ...]:
        """All orders of the event series."""
        return tuple(self._order(each) for each in everything(self.api, "orders/", include=_FIELDS))

    def attempts_since(self, since: float) -> tuple[Attempt, ...]:
        """The orders placed since then (seconds since 1970, UTC), and whether they failed.

        pretix writes an order down before it is paid, so those of which nothing came are there. Failed has what expired
        unpaid, and what is unpaid while the newest of its payments has failed, even if it was cancelled then. Who
        cancels otherwise has changed their mind; what waits for its payment has not failed yet.
        """
        asked = {"created_since": utc(datetime.fromtimestamp(since, UTC)), "ordering": "datetime"}
        placed = everything(self.api, "orders/", include=(*_FIELDS, *_PAYMENTS), **asked)
        return tuple(_attempt(each) for each in placed)

    def confirmation(self, number: str) -> Confirmation | None:
        """What the record holds of one order."""
        held = self.api.get(f"orders/{number}/")
        if held is None:
            return None
        order = self._order(held)
        status = _STATUS.get(held["status"], held["status"])
        return Confirmation(number=order.number, lines=order.lines, total=order.total, email=order.email, status=status)

    def amounts(self, number: str) -> Mapping[str, Money]:
        """What was charged: the sum of the confirmed payments."""
        held = self.api.get(f"orders/{number}/")
        if held is None:
            return {}
        paid = [pay["amount"] for pay in held["payments"] if pay["state"] in ("confirmed", "refunded")]
        return {"charged": Money.total((Money.of(Decimal(each), self.series.currency) for each in paid), self.currency)}

    def secret(self, number: str) -> str | None:
        """What leads, with the number, to the guest's page of an order."""
        held = self.api.get(f"orders/{number}/")
        return None if held is None else str(held["secret"])

    def undo(self, kind: str, target: str) -> Undone:
        """Undo ``orders`` of a mail address, or release a ``cart``."""
        if kind == "orders":
            return self.undoing.orders(target)
        if kind == "cart":
            return self.undoing.cart(target)
        raise StoreFault(f"pretix knows no way to undo {kind} of {target}")

    @property
    def currency(self) -> str:
        """The currency of all its amounts."""
        return self.series.currency

    def _order(self, held: Mapping[str, Any]) -> Order:
        totals: defaultdict[tuple[str, str], list[Money]] = defaultdict(list)
        for position in held["positions"]:
            price = Money.of(Decimal(position["price"]), self.currency)
            totals[str(position["subevent"]), str(position["item"])].append(price)
        return Order(
            number=held["code"],
            email=held["email"] or "",
            total=Money.of(Decimal(held["total"]), self.currency),
            lines=tuple(self._line(slot, item, prices) for (slot, item), prices in totals.items()),
            open=held["status"] in _STANDING,
            placed_at=held["datetime"],
        )

    def _line(self, slot: str, item: str, prices: list[Money]) -> Line:
        return Line(
            title=self.names.title(item),
            quantity=len(prices),
            total=Money.total(prices, self.currency),
            subject=self.names.subject_key(slot, item),
        )


def _attempt(held: Mapping[str, Any]) -> Attempt:
    newest = max(held["payments"], key=lambda each: each["local_id"], default=None)
    refused = newest is not None and newest["state"] == "failed"
    failed = held["status"] == _EXPIRED or (held["status"] != _PAID and refused)
    return Attempt(number=held["code"], email=held["email"] or "", placed_at=held["datetime"], failed=failed)
