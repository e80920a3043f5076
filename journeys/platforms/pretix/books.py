"""What pretix believes that it sold: orders with their payments and refunds, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from journeys.audit.model import Balance, Kind, Period
from journeys.audit.pages import Page, Pages, Reading, Row, grown, print_of
from journeys.audit.statements.movements import Movement
from journeys.model import Money, StoreFault
from journeys.platforms.backend import Backend
from journeys.platforms.connection import Connection
from journeys.platforms.pretix.connect import api_of, control_of, series_of
from journeys.platforms.pretix.control import Control
from journeys.platforms.pretix.names import Series, everything
from journeys.platforms.pretix.parsing import purchased
from journeys.platforms.selling import StoreBooks, bounds

_SIZE: Final = "50"
# An order with less than this would take ten times as long to be written out.
_FIELDS: Final = ("code", "status", "testmode", "total", "datetime", "payments", "refunds")
_TOOK: Final = ("confirmed", "refunded")
_GAVE: Final = ("done", "transit")
_SKEW: Final = timedelta(minutes=5)
"""How far the clocks of the store and of the tester may be apart."""
_STANDING: Final = ("n", "p")


def connect(connection: Connection, folder: Path) -> StoreBooks:
    """The books of one event series; pages are kept in the folder until an audit has them all.

    Options: ``organizer`` and ``event`` as in the store's URLs. Orders in test mode count only while all of the event
    is in test mode. TesterFault when the configuration lacks something.
    """
    series, api, control = series_of(connection), api_of(connection), control_of(connection)
    sales = PretixSales(name=connection.name, api=api, control=control, series=series, pages=Pages(folder=folder))

    def close() -> None:
        api.close()
        if control is not None:
            control.close()

    return StoreBooks(name=connection.name, sales=sales, close=close)


@dataclass(slots=True, kw_only=True)
class PretixSales:
    """One sale for each order that took money: all that was paid, when the last of it was; each refund by itself."""

    name: str
    api: Backend
    control: Control | None
    series: Series
    pages: Pages
    _ordered: dict[str, int] = field(default_factory=dict)
    _left: dict[str, int] = field(default_factory=dict)

    def movements(self, window: tuple[datetime, datetime], period: Period) -> Iterator[Movement]:
        """Payments and refunds between two moments, of all orders that were touched since the first of them."""
        self._ordered, self._left = {}, {}
        event = self.api.get("")
        if event is None:
            raise StoreFault(f"{self.name}: the store has no event {self.series.organizer}/{self.series.event}")
        begin, end = bounds(period)
        with self._orders(window[0]) as orders:
            for order in orders:
                if order["testmode"] and not event["testmode"]:
                    self._left["orders in test mode"] = self._left.get("orders in test mode", 0) + 1
                    continue
                if order["status"] in _STANDING and begin <= _moment(order["datetime"]) < end:
                    self._ordered[order["code"]] = self._minor(order["total"])
                yield from self._of(order, window)

    def views(self, period: Period) -> tuple[Balance, ...]:
        """The order overview: all that stands of what was ordered in these days; pretix's days end at midnight."""
        if self.control is None or period.cutoff_s or period.zone != self.series.zone:
            return ()
        days = f"date_axis=order_date&date_from={period.first}&date_until={period.last}"
        said = purchased(self.control.page(f"{self.series.control}/orders/overview/?{days}"), self.series.currency)
        return (
            Balance(
                source=f"{self.name}: order overview",
                currency=self.series.currency,
                opening=0,
                sales=sum(self._ordered.values()),
                closing=said.minor,
            ),
        )

    def left_out(self) -> tuple[str, ...]:
        """Orders and refunds that are none, and why."""
        return tuple(f"{many} × {why}" for why, many in sorted(self._left.items()))

    def _orders(self, since: datetime) -> AbstractContextManager[Iterator[Row]]:
        asked = {"page_size": _SIZE, "ordering": "datetime", "modified_since": _written(since)}

        def ask(cursor: str, began: datetime) -> Page:
            said = self.api.ask("GET", "orders/", params={**asked, "page": cursor or "1", "include": _FIELDS})
            if said is None:
                raise StoreFault(f"{self.name}: there is no page {cursor} of orders any more")
            return Page(
                rows=said["results"], next=str(int(cursor or 1) + 1) if said["next"] else "", total=said["count"]
            )

        def changed(reading: Reading) -> str:
            """Orders that were touched since then: those that were read are as they were, and the others are new."""
            since = reading.began - _SKEW
            touched = {**asked, "modified_since": _written(since)}
            for order in everything(self.api, "orders/", include=_FIELDS, **touched):
                before = reading.prints.get(order["code"])
                if before != print_of(order) and (before is not None or _moment(order["datetime"]) < since):
                    return f"order {order['code']} changed meanwhile"
            return grown(reading)

        words = " ".join(f"{name}={value}" for name, value in sorted(asked.items()))
        question = f"{self.name}: orders of {self.series.organizer}/{self.series.event} ({words})"
        return self.pages.read(question, ask, _code, changed)

    def _of(self, order: Row, window: tuple[datetime, datetime]) -> Iterator[Movement]:
        took = [each for each in order["payments"] if each["state"] in _TOOK]
        paid = [_moment(each["payment_date"] or each["created"]) for each in took]
        if took and window[0] <= max(paid) < window[1]:
            amount = sum(self._minor(each["amount"]) for each in took)
            if amount:  # what costs nothing is paid with nothing
                yield self._movement(Kind.SALE, order, f"order {order['code']}", amount, max(paid))
        for each in order["refunds"]:
            at = _moment(each["execution_date"] or each["created"])
            if not window[0] <= at < window[1]:
                continue
            if each["state"] in _GAVE:
                place = f"order {order['code']} refund {each['local_id']}"
                yield self._movement(Kind.REFUND, order, place, -self._minor(each["amount"]), at)
            else:
                why = f"refunds in state {each['state']}"
                self._left[why] = self._left.get(why, 0) + 1

    def _movement(self, kind: Kind, order: Row, place: str, amount: int, at: datetime) -> Movement:
        return Movement(
            place=place,
            kind=kind,
            amount=amount,
            currency=self.series.currency,
            at=at,
            reference=order["code"],
        )

    def _minor(self, amount: str) -> int:
        return Money.of(Decimal(amount), self.series.currency).minor


def _code(order: Row) -> str:
    return str(order["code"])


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
