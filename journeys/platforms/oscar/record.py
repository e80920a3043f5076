"""The record of a shop: its API for stock, prices and single orders, the dashboard's export for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from journeys.model import Confirmation, Line, Money, Order, StoreFault, Subject, Value
from journeys.platforms.backend import Backend
from journeys.platforms.oscar.dashboard import Dashboard, Entry
from journeys.platforms.oscar.goods import Goods
from journeys.platforms.oscar.undo import undo_account, undo_orders
from journeys.run.ports import Undone

_FIRST_PAGE = 5
_LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What of an order never changes."""

    lines: tuple[Line, ...]
    email: str
    placed_at: str


class OscarRecord:
    """Asks the shop's backend; ``cancelled`` is the status of orders that do not stand.

    Lines cost a request an order, so only orders that came or changed since the first question have them: what
    happened before that explains nothing that happens now.
    """

    def __init__(self, api: Backend, dashboard: Dashboard, goods: Goods, currency: str, cancelled: str) -> None:
        self._api = api
        self._dashboard = dashboard
        self._goods = goods
        self._currency = currency
        self._cancelled = cancelled
        self._statuses: Mapping[str, str] | None = None
        self._ids: dict[str, Mapping[str, Any]] = {}
        self._details: dict[str, Details] = {}

    def about(self, subject: Subject, *, gently: bool) -> Mapping[str, Value]:
        """What can still be allocated of its stock, and its price; asking disturbs no cache of Oscar's."""
        said = self._api.get(f"admin/stockrecords/{subject.ids['stockrecord']}/")
        if said is None:
            raise StoreFault(f"the shop has no stock record {subject.ids['stockrecord']} any more")
        return {
            "availability": said["num_in_stock"] - (said["num_allocated"] or 0),
            "price": Money.of(said["price"], self._currency),
        }

    def orders(self) -> tuple[Order, ...]:
        """All orders, the newest first."""
        entries = self._dashboard.orders()
        numbers = {each.number for each in entries}
        if self._statuses is None or not numbers.issuperset([*self._statuses, *self._ids]):
            # The first question, or a database that was put back: it may give the same numbers to other orders.
            self._ids.clear()
            self._details.clear()
            self._statuses = {each.number: each.status for each in entries}
        return tuple(self._order(entry) for entry in entries)

    def placed_since(self, since: float) -> tuple[Order, ...]:
        """Orders placed since then (seconds since 1970, UTC), the newest first, with their times and without lines.

        The API's list is ten times as slow as the dashboard's, which has no proper times: ask for little of it.
        """
        found: dict[str, Order] = {}
        offset, limit = 0, _FIRST_PAGE
        while True:
            page = self._api.get("admin/orders/", limit=str(limit), offset=str(offset))
            placed = [(datetime.fromisoformat(each["date_placed"]), each) for each in page["results"]]
            found |= {each["number"]: self._dated(each, at) for at, each in placed if at.timestamp() >= since}
            if page["next"] is None or any(at.timestamp() < since for at, _ in placed):
                return tuple(found.values())
            offset, limit = offset + limit, min(limit * 4, _LARGEST_PAGE)

    def confirmation(self, number: str) -> Confirmation | None:
        """What the API says of an order; None when it does not know it."""
        said = self._find(number)
        if said is None:
            return None
        details = self._detail(number)
        return Confirmation(
            number=said["number"],
            lines=details.lines,
            total=Money.of(said["total_incl_tax"], self._currency),
            email=details.email,
        )

    def amounts(self, number: str) -> Mapping[str, Money]:
        """What was taken from the customer's card, as far as the shop has been told already."""
        held = self._dashboard.order(number)
        return {"charged": held.debited} if held is not None and held.debited is not None else {}

    def undo(self, kind: str, target: str) -> Undone:
        """Cancel the open orders of a mail address, or delete its account; anything else was never left here."""
        if kind == "account":
            return undo_account(self._api, self._dashboard, target, self._cancelled)
        return undo_orders(self._dashboard, target, self._cancelled) if kind == "orders" else Undone()

    def _order(self, entry: Entry) -> Order:
        order = Order(
            number=entry.number,
            email=entry.email,
            total=entry.total,
            open=entry.status != self._cancelled,
        )
        known = self._statuses or {}
        if known.get(entry.number) == entry.status:
            return order
        details = self._detail(entry.number)
        # The export forgets the mail address when the account is deleted.
        return replace(order, lines=details.lines, email=details.email, placed_at=details.placed_at)

    def _dated(self, said: Mapping[str, Any], at: datetime) -> Order:
        return Order(
            number=said["number"],
            email=said["email"] or "",
            total=Money.of(said["total_incl_tax"], self._currency),
            placed_at=at.astimezone(UTC).isoformat(),
        )

    def _detail(self, number: str) -> Details:
        if number not in self._details:
            said = self._find(number)
            if said is None:
                raise StoreFault(f"the dashboard lists order {number}, and the API does not know it")
            self._details[number] = Details(
                lines=tuple(self._line(each) for each in self._api.get(said["lines"])),
                email=said["email"] or "",
                placed_at=datetime.fromisoformat(said["date_placed"]).astimezone(UTC).isoformat(),
            )
        return self._details[number]

    def _find(self, number: str) -> Mapping[str, Any] | None:
        """What the API's list says of an order; it is the newest first, and asked for in growing pages."""
        offset, limit = 0, _FIRST_PAGE
        while number not in self._ids:
            page = self._api.get("admin/orders/", limit=str(limit), offset=str(offset))
            self._ids |= {each["number"]: each for each in page["results"]}
            if page["next"] is None:
                break
            offset, limit = offset + limit, limit * 4
        return self._ids.get(number)

    def _line(self, said: Mapping[str, Any]) -> Line:
        product = str(said["product"] or "").rstrip("/").rpartition("/")[2]
        return Line(
            title=self._goods.title_of(product) if product else "",
            quantity=said["quantity"],
            total=Money.of(said["price_incl_tax"], self._currency),
            subject=self._goods.key_of(product) if product else "",
        )
