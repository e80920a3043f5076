"""What a source states of itself, of one of its accounts, or in a view of its own, is each a balance."""

from __future__ import annotations

from trades import PERIOD, RULES, Row, Rows

from journeys.audit.engine import Engine
from journeys.audit.model import Balance, Kind
from journeys.audit.sales import audit_sales


def test_a_view_of_the_same_sums_keeps_its_name_and_its_sums(engine: Engine) -> None:
    view = Balance(source="store: statistics", currency="EUR", opening=0, sales=1250, closing=1200)
    accounts = tuple(Balance(source=f"bank {each}", currency="EUR", opening=1, sales=2, closing=3) for each in "AB")
    sale = Row(place="order 100013", kind=Kind.SALE, amount=1250, day=PERIOD.first, reference="100013")
    store = Rows(name="store", rows=[sale], stated=(view,))
    bank = Rows(name="bank", rows=[sale], stated=accounts)
    balances = audit_sales(engine, store, [bank], PERIOD, RULES).balances
    assert [(each.source, each.sales, each.reconciles) for each in balances] == [
        ("store", 1250, None), ("store: statistics", 1250, False), ("bank", 1250, None),
        ("bank A", 2, True), ("bank B", 2, True),
    ]  # fmt: skip
