"""What stores believe that they sold: which payments count, when money was given back, and when a day ends."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from journeys.audit.model import Period
from journeys.audit.pages import Pages
from journeys.model import Money, StoreFault
from journeys.platforms.oscar.books import OscarSales, refunds
from journeys.platforms.oscar.dashboard import Transaction, moment, sheet
from journeys.platforms.pretix.books import PretixSales
from journeys.platforms.pretix.names import Series
from journeys.platforms.selling import StoreBooks, bounds

BERLIN = ZoneInfo("Europe/Berlin")
MAY_4 = Period(first=date(2026, 5, 4), last=date(2026, 5, 4), zone=BERLIN)
GIVEN_BACK = """
<table><caption>Customer Information</caption><tr><th>Name</th></tr><tr><td>Jo</td><td>jo@example.org</td></tr></table>
<table><caption>Order information</caption><tr><th>Order Total</th></tr>
<tr><td>€12.50</td><td>4 May 2026</td><td>10:01</td><td>Cancelled</td></tr></table>
<div class="tab-pane" id="lines"><table><tr><th></th></tr></table></div>
<div class="tab-pane" id="payment"><table><tr><th>Source</th></tr>
<tr><td>Card</td><td>€12.50</td><td>€12.50</td><td>€2.50</td><td>pi_1</td></tr></table>
<table><tr><th>Source</th><th>Amount</th><th>Reference</th><th>Status</th><th>Date</th></tr>
<tr><td>Card</td><td>€2.50</td><td>re_1</td><td>succeeded</td><td>5 May 2026, 9:30 p.m.</td></tr>
<tr><td>Card</td><td>€12.50</td><td>ch_1</td><td>succeeded</td><td>4 May 2026, 10:01 a.m.</td></tr></table></div>"""


def transaction(minor: int, at: datetime | None = None) -> Transaction:
    return Transaction(amount=Money(minor=minor, currency="EUR"), reference=f"re_{minor}", at=at)


def test_the_page_of_an_order_says_what_was_given_back_and_when() -> None:
    read = sheet(GIVEN_BACK, "EUR")
    assert read.refunded == Money(minor=250, currency="EUR")
    assert refunds(250, read.transactions, BERLIN) == [
        {"amount": 250, "at": "2026-05-05T19:30:00+00:00", "reference": "re_1"}
    ]


@pytest.mark.parametrize(
    ("refunded", "minors", "found"),
    [
        (0, [1000], []),
        (300, [100, 200, 1000], [100, 200]),
        (300, [200, 1000], [300]),
        (300, [], [300]),
    ],
)
def test_refunds_are_the_newest_transactions_that_make_their_sum(
    refunded: int, minors: list[int], found: list[int]
) -> None:
    assert [each["amount"] for each in refunds(refunded, [transaction(each) for each in minors], BERLIN)] == found


@pytest.mark.parametrize(
    "written",
    ["4 May 2026, 9:30 p.m.", "May 4, 2026, 9:30 p.m.", "04 May 2026, 21:30", "May. 4, 2026, 9:30 p.m."],
)
def test_a_moment_is_read_as_django_writes_it(written: str) -> None:
    assert moment(written) == datetime(2026, 5, 4, 21, 30)


def test_a_full_hour_and_noon_are_read_and_other_languages_are_not() -> None:
    assert moment("4 May 2026, 9 p.m.") == datetime(2026, 5, 4, 21)
    assert moment("4 May 2026, noon") == datetime(2026, 5, 4, 12)
    assert moment("4. Mai 2026 21:30") is None


@pytest.mark.parametrize(
    ("day", "cutoff_s", "hours", "begin"),
    [
        (date(2026, 5, 4), 0, 24, datetime(2026, 5, 3, 22, tzinfo=UTC)),
        (date(2026, 5, 4), 4 * 3600, 24, datetime(2026, 5, 4, 2, tzinfo=UTC)),
        (date(2026, 3, 29), 0, 23, datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 10, 25), 0, 25, datetime(2026, 10, 24, 22, tzinfo=UTC)),
    ],
)
def test_a_day_ends_as_the_stores_clocks_show_it(day: date, cutoff_s: int, hours: int, begin: datetime) -> None:
    first, last = bounds(Period(first=day, last=day, zone=BERLIN, cutoff_s=cutoff_s))
    assert (first, (last - first).total_seconds() / 3600) == (begin, hours)


class Orders:
    """pretix's API with these orders, two to a page; ``event`` says whether all of it is in test mode."""

    def __init__(self, orders: list[dict[str, Any]], *, testmode: bool = False) -> None:
        self.orders = orders
        self.testmode = testmode

    def get(self, path: str) -> Any:
        assert path == ""
        return {"testmode": self.testmode}

    def ask(self, method: str, path: str, params: dict[str, Any]) -> Any:
        since = datetime.fromisoformat(params["modified_since"])
        rows = [each for each in self.orders if since <= datetime.fromisoformat(each["datetime"])]
        begin = 2 * (int(params.get("page", "1")) - 1)
        more = begin + 2 < len(rows)
        return {"results": rows[begin : begin + 2], "next": "more" if more else None, "count": len(rows)}


def order(code: str, status: str = "p", *, testmode: bool = False, **more: Any) -> dict[str, Any]:
    paid = {"state": "confirmed", "amount": "12.50", "payment_date": "2026-05-04T10:00:00+02:00", "created": ""}
    told = {"payments": [paid], "refunds": [], "total": "12.50", "datetime": "2026-05-04T09:00:00+02:00"}
    return {"code": code, "status": status, "testmode": testmode, **told, **more}


def booked(orders: list[dict[str, Any]], folder: Path, *, testmode: bool = False) -> StoreBooks:
    series = Series(organizer="o", event="e", language="en", currency="EUR", zone=BERLIN)
    api: Any = Orders(orders, testmode=testmode)
    sales = PretixSales(name="booking", api=api, control=None, series=series, pages=Pages(folder=folder))
    return StoreBooks(name="booking", sales=sales, close=lambda: None)


def test_an_order_that_took_money_is_a_sale_and_each_refund_one_of_its_own(tmp_path: Path) -> None:
    def refund(number: int, state: str, at: str | None) -> dict[str, Any]:
        return {
            "local_id": number,
            "state": state,
            "amount": "2.50",
            "execution_date": at,
            "created": "2026-05-04T12:00Z",
        }

    failed = {"state": "failed", "amount": "12.50", "payment_date": None, "created": "2026-05-04T10:00:00+02:00"}
    orders = [
        order("A", refunds=[refund(1, "done", "2026-05-05T00:30:00+02:00"), refund(2, "failed", None)]),
        order("B", status="n", payments=[failed]),
        order("C", status="c"),
        order("D", payments=[{**order("D")["payments"][0], "amount": "0.00"}]),
        order("E", testmode=True),
    ]
    books = booked(orders, tmp_path)
    rows = [row for batch in books.read("movements", MAY_4) for row in batch.to_pylist()]
    assert [(row["place"], row["kind"], row["amount"], row["reference"]) for row in rows] == [
        ("order A", "sale", 1250, "A"),
        ("order A refund 1", "refund", -250, "A"),
        ("order C", "sale", 1250, "C"),
    ]
    assert rows[0]["at"] == datetime(2026, 5, 4, 8, tzinfo=UTC)
    assert books.left_out == ("booking: 1 × orders in test mode", "booking: 1 × refunds in state failed")
    assert books.balances(MAY_4) == ()


def test_orders_in_test_mode_count_where_all_is_a_test(tmp_path: Path) -> None:
    books = booked([order("E", testmode=True)], tmp_path, testmode=True)
    assert sum(batch.num_rows for batch in books.read("movements", MAY_4)) == 1


def test_a_store_without_the_event_is_a_fault(tmp_path: Path) -> None:
    books = booked([], tmp_path)
    books.sales.api.get = lambda path: None  # type: ignore[attr-defined]
    with pytest.raises(StoreFault, match="booking: the store has no event o/e"):
        [*books.read("movements", MAY_4)]


@pytest.mark.parametrize(
    ("status", "refunded", "told"),
    [
        ("Pending", 0, [("sale", 1250)]),
        ("Cancelled", 1250, [("sale", 1250), ("refund", -1250)]),
        ("Cancelled", 1000, [("sale", 1250), ("refund", -1000), ("refund", -250)]),
        ("Cancelled", 0, [("sale", 1250), ("refund", -1250)]),
    ],
)
def test_what_a_cancelled_order_took_is_given_back_or_owed(
    status: str, refunded: int, told: list[tuple[str, int]]
) -> None:
    order = {
        "number": "100013", "status": status, "total_incl_tax": "12.50", "currency": "EUR",
        "date_placed": "2026-05-04T10:01:00+02:00",
    }  # fmt: skip
    back = [{"amount": refunded, "at": "2026-05-05T19:30:00+00:00", "reference": "re_1"}] if refunded else []
    nobody: Any = None
    sales = OscarSales(
        name="shop", api=nobody, dashboard=nobody, pages=nobody, currency="EUR", zone="Europe/Berlin",
        cancelled="Cancelled", sheets="all orders",
    )  # fmt: skip
    found = [*sales._of(order, {"number": "100013", "debited": 1250, "refunds": back})]
    assert [(each.kind.value, each.amount) for each in found] == told
