"""The books of both stores: what was sold and given back, as the real stores' APIs and dashboards tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from journeys import stores
from journeys.audit.model import Period
from journeys.config import Config
from journeys.customers import make_customer
from journeys.load.buyers import OscarBuyer, PretixBuyer
from journeys.model import StoreFault
from journeys.platforms.backend import Backend
from journeys.platforms.connection import Connection
from journeys.platforms.oscar import books as oscar
from journeys.platforms.pretix import books as pretix
from journeys.platforms.pretix.connect import api_of
from journeys.platforms.selling import StoreBooks
from journeys.run.ports import Store

in_shop: Final = (pytest.mark.store("shop"), pytest.mark.xdist_group("shop"), pytest.mark.usefixtures("sandbox"))
in_booking: Final = (
    pytest.mark.store("booking"),
    pytest.mark.xdist_group("booking"),
    pytest.mark.usefixtures("sandbox"),
)


def marked(marks: Iterable[pytest.MarkDecorator]) -> Any:
    def apply(test: Any) -> Any:
        for mark in marks:
            test = mark(test)
        return test

    return apply


def today(connection: Connection) -> Period:
    zone = ZoneInfo(connection.timezone)
    day = datetime.now(zone).date()
    return Period(first=day, last=day, zone=zone)


def told(books: StoreBooks, period: Period, numbers: Iterable[str]) -> list[tuple[Any, ...]]:
    """Kind, amount and place of the movements of these orders."""
    rows = [row for batch in books.read("movements", period) for row in batch.to_pylist()]
    known = {*numbers}
    return sorted((row["place"], row["kind"], row["amount"]) for row in rows if row["reference"] in known)


@pytest.fixture
def orders(journeys_config: Config, store: Store) -> Iterator[list[str]]:
    """Six orders of the shop, of which the last was cancelled; the others are, too, when the test is over."""
    with closing(OscarBuyer(stores.connection_of(journeys_config, "shop"))) as buyer:
        customer = make_customer(seed=1, run="books", locale=store.locale)
        numbers = [buyer.buy(store.subjects["plenty"][0], customer) for _ in range(6)]
        buyer.cancel(numbers[-1])
        yield numbers
        for number in numbers:
            buyer.cancel(number)


@marked(in_shop)
def test_the_orders_of_the_shop_that_stand_are_its_sales(
    journeys_config: Config, store: Store, orders: list[str], tmp_path: Path
) -> None:
    connection = stores.connection_of(journeys_config, "shop")
    period, price = today(connection), store.subjects["plenty"][0].price
    with closing(oscar.connect(connection, tmp_path)) as books:
        found = told(books, period, orders)
        assert [place for place, _, _ in found] == [f"order {number}" for number in sorted(orders[:-1])]
        assert {(kind, amount >= price.minor) for _, kind, amount in found} == {("sale", True)}
        assert [each.reconciles for each in books.balances(period)] == [True], "its statistics say the same"
        assert any("cancelled orders that took no money" in words for words in books.left_out)


@marked(in_shop)
def test_a_reading_of_the_shop_that_ends_anywhere_goes_on_with_the_same_result(
    journeys_config: Config, orders: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = stores.connection_of(journeys_config, "shop")
    period = today(connection)
    monkeypatch.setattr(oscar, "_SIZE", 2)
    monkeypatch.setattr(oscar, "_AT_ONCE", 2)
    with closing(oscar.connect(connection, tmp_path / "whole")) as books:
        whole = told(books, period, orders)
    for dies in (1, 3, 5, 8):
        with monkeypatch.context() as patched, closing(oscar.connect(connection, tmp_path / f"{dies}")) as books:
            asked = dying(patched, dies)
            with pytest.raises(StoreFault, match="the connection is gone"):
                told(books, period, orders)
        assert asked[0] == dies
        with closing(oscar.connect(connection, tmp_path / f"{dies}")) as books:
            assert told(books, period, orders) == whole


def dying(patched: pytest.MonkeyPatch, dies: int) -> list[int]:
    """The connection is gone at the question of that number, counted over API and dashboard."""
    asked, send = [0], Backend._send

    def broken(self: Backend, *args: Any, **how: Any) -> Any:
        asked[0] += 1
        if asked[0] >= dies:
            asked[0] = dies
            raise StoreFault("the connection is gone")
        return send(self, *args, **how)

    patched.setattr(Backend, "_send", broken)
    return asked


@marked(in_shop)
def test_an_order_that_is_cancelled_while_the_shop_is_read_is_noticed(
    journeys_config: Config, store: Store, orders: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second reading tells it as cancelled; a shop that never rests is a fault."""
    connection = stores.connection_of(journeys_config, "shop")
    period = today(connection)
    listed, changes = oscar.OscarSales._listed, iter(orders[:1])
    buyer = OscarBuyer(connection)

    def changing(self: Any, offset: int, limit: int) -> Any:
        said = listed(self, offset, limit)
        for number in changes:
            buyer.cancel(number)
        return said

    monkeypatch.setattr(oscar.OscarSales, "_listed", changing)
    with closing(buyer), closing(oscar.connect(connection, tmp_path)) as books:
        assert [place for place, _, _ in told(books, period, orders)] == [
            f"order {each}" for each in sorted(orders[1:-1])
        ]


@marked(in_booking)
def test_what_was_paid_and_given_back_is_told(journeys_config: Config, store: Store, tmp_path: Path) -> None:
    connection = stores.connection_of(journeys_config, "booking")
    period, subject = today(connection), store.subjects["paid"][0]
    customer = make_customer(seed=1, run="books", locale=store.locale)
    with closing(PretixBuyer(connection)) as buyer, closing(api_of(connection)) as api:
        paid, pending = buyer.buy(subject, customer), buyer.buy(subject, customer)
        total = api.get(f"orders/{paid}/")["total"]
        payment = {"state": "confirmed", "amount": total, "provider": "manual", "send_email": False}
        api.ask("POST", f"orders/{paid}/payments/", json=payment)
        refund = {"state": "done", "source": "admin", "amount": "1.00", "payment": 1, "provider": "manual"}
        api.ask("POST", f"orders/{paid}/refunds/", json=refund)
        with closing(pretix.connect(connection, tmp_path)) as books:
            assert told(books, period, [paid, pending]) == [
                (f"order {paid}", "sale", subject.price.minor),
                (f"order {paid} refund 1", "refund", -100),
            ]
            assert [each.reconciles for each in books.balances(period)] == [True], "the order overview says the same"
        for number in (paid, pending):
            buyer.cancel(number)


@marked(in_booking)
def test_a_booking_that_changes_while_the_store_is_read_is_noticed(
    journeys_config: Config, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = stores.connection_of(journeys_config, "booking")
    period, subject = today(connection), store.subjects["paid"][0]
    customer = make_customer(seed=2, run="books", locale=store.locale)
    with closing(PretixBuyer(connection)) as buyer, closing(api_of(connection)) as api:
        number = buyer.buy(subject, customer)
        grown, changes = pretix.grown, iter([number])

        def changing(reading: Any) -> str:
            for each in changes:
                payment = {"state": "confirmed", "amount": f"{subject.price.minor / 100:.2f}", "provider": "manual"}
                api.ask("POST", f"orders/{each}/payments/", json=payment | {"send_email": False})
                return "order paid meanwhile"
            return grown(reading)

        monkeypatch.setattr(pretix, "grown", changing)
        with closing(pretix.connect(connection, tmp_path)) as books:
            assert told(books, period, [number]) == [(f"order {number}", "sale", subject.price.minor)]
        buyer.cancel(number)
