"""What a shop believes that it sold: the orders of its API, and of each the money that its payment sources moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from journeys.audit.model import Balance, Kind, Period
from journeys.audit.pages import Page, Pages, Reading, Row
from journeys.audit.statements.movements import Movement
from journeys.model import AccessDenied, Money, StoreFault, TesterFault
from journeys.platforms.backend import Backend
from journeys.platforms.connection import Connection
from journeys.platforms.oscar.dashboard import Dashboard, Transaction
from journeys.platforms.selling import StoreBooks, bounds

SHEETS: Final = "payment sheets"
"""The option that says of which orders the dashboard's page is read."""
_OF_ALL, _OF_CANCELLED, _OF_NONE = "all orders", "cancelled orders", "none"
_NEEDED: Final = ("api_user", "api_password", "staff_user", "staff_password")
_SIZE: Final = 200
_AT_ONCE: Final = 20
_SKEW: Final = timedelta(minutes=5)
"""How far the clocks of the shop and of the tester may be apart."""


def connect(connection: Connection, folder: Path) -> StoreBooks:
    """The books of a shop; pages are kept in the folder until an audit has them all.

    Options: ``api`` and ``cancelled status`` as for journeys, and ``payment sheets``: of which orders the dashboard's
    page is read, which alone tells refunds, one request an order: ``all orders`` (unless something else is said),
    ``cancelled orders`` or ``none``. AccessDenied or TesterFault say what is missing.
    """
    missing = [name for name in _NEEDED if not connection.credentials.get(name)]
    if missing:
        raise AccessDenied(f"store {connection.name}: credentials are missing: {', '.join(missing)}")
    sheets = connection.options.get(SHEETS, _OF_ALL)
    if sheets not in (_OF_ALL, _OF_CANCELLED, _OF_NONE):
        raise TesterFault(
            f"stores.{connection.name}.options: {SHEETS} is one of {_OF_ALL}, {_OF_CANCELLED}, {_OF_NONE}"
        )
    known = connection.credentials
    root = connection.office + connection.options.get("api", "/api/")
    api = Backend(root, headers={}, auth=(known["api_user"], known["api_password"]), ca=connection.ca)
    site = Backend(connection.office, headers={}, ca=connection.ca)
    dashboard = Dashboard(site, connection.office, known["staff_user"], known["staff_password"], connection.currency)

    def close() -> None:
        api.close()
        site.close()

    sales = OscarSales(
        name=connection.name,
        api=api,
        dashboard=dashboard,
        pages=Pages(folder=folder),
        currency=connection.currency,
        zone=connection.timezone,
        cancelled=connection.options.get("cancelled status", "Cancelled"),
        sheets=sheets,
    )
    return StoreBooks(name=connection.name, sales=sales, close=close)


@dataclass(slots=True, kw_only=True)
class OscarSales:
    """A sale for each order that stands, by its total; of one that was cancelled, what was taken before; refunds.

    What was taken for a cancelled order and not given back is a refund that the shop owes.

    When money was given back no API tells: a refund has the moment of its transaction on the dashboard's page, where
    that can be read, and else the day of its order.
    """

    name: str
    api: Backend
    dashboard: Dashboard
    pages: Pages
    currency: str
    zone: str
    cancelled: str
    sheets: str
    _ordered: list[int] = field(default_factory=list)
    _left: Counter[str] = field(default_factory=Counter)

    def movements(self, window: tuple[datetime, datetime], period: Period) -> Iterator[Movement]:
        """What was ordered between two moments, the newest first, and what was given back of it."""
        self._ordered, self._left = [], Counter()
        begin, end = bounds(period)
        with ExitStack() as stack:
            orders = [each for each in stack.enter_context(self._orders(window[0])) if _placed(each) < window[1]]
            self._ordered = [self._total(each) for each in orders if begin <= _placed(each) < end]
            asked = [each["number"] for each in orders if self._asked_of(each)]
            sheets = {row["number"]: row for row in stack.enter_context(self._sheets(asked))}
            for order in orders:
                yield from self._of(order, sheets.get(order["number"]))

    def views(self, period: Period) -> tuple[Balance, ...]:
        """The statistics of orders, which count cancelled ones too; Oscar's days end at midnight in its own zone."""
        if period.cutoff_s or period.zone.key != self.zone:
            return ()
        said = self.dashboard.revenue(period.first, period.last)
        return (
            Balance(
                source=f"{self.name}: order statistics",
                currency=self.currency,
                opening=0,
                sales=sum(self._ordered),
                closing=said.minor,
            ),
        )

    def left_out(self) -> tuple[str, ...]:
        """Orders that took no money."""
        return tuple(f"{many} × {why}" for why, many in sorted(self._left.items()))

    def _asked_of(self, order: Row) -> bool:
        return self.sheets == _OF_ALL or (self.sheets == _OF_CANCELLED and order["status"] == self.cancelled)

    def _of(self, order: Row, sheet: Row | None) -> Iterator[Movement]:
        number, stands = order["number"], order["status"] != self.cancelled
        taken = self._total(order) if stands else (sheet["debited"] if sheet else 0)
        if not stands and not taken:
            self._left["cancelled orders that took no money"] += 1
            return
        yield Movement(
            place=f"order {number}",
            kind=Kind.SALE,
            amount=taken,
            currency=order["currency"],
            at=_placed(order),
            reference=number,
        )
        refunds = sheet["refunds"] if sheet else ()
        for place, refund in enumerate(refunds, start=1):
            at = datetime.fromisoformat(refund["at"]) if refund["at"] else None
            yield Movement(
                place=f"order {number} refund {place}",
                kind=Kind.REFUND,
                amount=-refund["amount"],
                currency=order["currency"],
                at=at,
                day=None if at else _placed(order).date(),
                reference=number,
                text=refund["reference"] or None,
            )
        owed = 0 if stands else taken - sum(refund["amount"] for refund in refunds)
        if owed > 0:
            yield Movement(
                place=f"order {number} owed",
                kind=Kind.REFUND,
                amount=-owed,
                currency=order["currency"],
                day=_placed(order).astimezone(ZoneInfo(self.zone)).date(),
                reference=number,
                text="cancelled, and not given back",
            )

    def _orders(self, since: datetime) -> AbstractContextManager[Iterator[Row]]:
        """The newest first; Oscar's list has no filter, and ends here with what is older."""

        def ask(cursor: str, began: datetime) -> Page:
            rows, total = self._listed(int(cursor or 0), _SIZE)
            wanted = [_kept(row) for row in rows if _placed(row) >= since]
            follows = len(wanted) == len(rows) == _SIZE
            return Page(rows=wanted, next=str(int(cursor or 0) + _SIZE) if follows else "", total=total)

        question = f"{self.name}: orders since {since.isoformat()}"
        return self.pages.read(question, ask, _number, self._changed)

    def _changed(self, reading: Reading) -> str:
        """New orders stand before the others, as many as there are more; the others are as the dashboard lists them."""
        rows, total = self._listed(0, _SIZE)
        new = [row for row in rows if row["number"] not in reading.prints and _placed(row) >= reading.began - _SKEW]
        if reading.totals and total != reading.totals[0] + len(new):
            return f"there were {reading.totals[0]} orders, {len(new)} came, and then there were {total}"
        listed = {each.number: each for each in self.dashboard.orders()}
        for row in reading.rows():
            entry = listed.get(row["number"])
            if entry is None or (entry.status, entry.total.minor) != (row["status"], self._total(row)):
                return f"order {row['number']} changed meanwhile"
        return ""

    def _listed(self, offset: int, limit: int) -> tuple[Sequence[Row], int]:
        said = self.api.get("admin/orders/", limit=str(limit), offset=str(offset))
        if said is None:
            raise StoreFault(f"{self.name}: its API lists no orders")
        return said["results"], int(said["count"])

    def _sheets(self, numbers: Sequence[str]) -> AbstractContextManager[Iterator[Row]]:
        """What the dashboard's page of each order says of its payment, some of them to a page."""

        def ask(cursor: str, began: datetime) -> Page:
            begin = int(cursor or 0)
            rows = [self._sheet(number) for number in numbers[begin : begin + _AT_ONCE]]
            follows = begin + _AT_ONCE < len(numbers)
            return Page(rows=rows, next=str(begin + _AT_ONCE) if follows else "", total=len(numbers))

        which = f"{len(numbers)} of them, {numbers[0]} to {numbers[-1]}" if numbers else "none"
        return self.pages.read(f"{self.name}: payments of orders ({which})", ask, _number)

    def _sheet(self, number: str) -> Row:
        sheet = self.dashboard.order(number)
        if sheet is None:
            raise StoreFault(f"{self.name}: the API lists order {number}, and the dashboard does not know it")
        return {
            "number": number,
            "debited": sheet.debited.minor if sheet.debited else 0,
            "refunds": refunds(sheet.refunded.minor if sheet.refunded else 0, sheet.transactions, ZoneInfo(self.zone)),
        }

    def _total(self, order: Row) -> int:
        return Money.of(order["total_incl_tax"], order["currency"]).minor


def _kept(order: Row) -> Row:
    """What of an order is needed; the rest is the customer's own."""
    return {name: order[name] for name in ("number", "status", "total_incl_tax", "currency", "date_placed")}


def _number(row: Row) -> str:
    return str(row["number"])


def _placed(order: Row) -> datetime:
    return datetime.fromisoformat(order["date_placed"]).astimezone(UTC)


def refunds(refunded: int, transactions: Sequence[Transaction], zone: ZoneInfo) -> list[dict[str, Any]]:
    """What was given back in all, as single refunds: the newest transactions, where these make that sum.

    Oscar's page does not say which transactions are refunds; what is given back is given back last.
    """
    found: list[dict[str, Any]] = []
    for each in transactions:
        if sum(refund["amount"] for refund in found) >= refunded:
            break
        at = each.at.replace(tzinfo=zone).astimezone(UTC).isoformat() if each.at else ""
        found.append({"amount": each.amount.minor, "at": at, "reference": each.reference})
    if sum(refund["amount"] for refund in found) == refunded:
        return found  # nothing, where nothing was given back
    return [{"amount": refunded, "at": "", "reference": ""}]
