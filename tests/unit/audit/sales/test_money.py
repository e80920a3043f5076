"""Payouts, fees, daily bundles, sums and balances: one case each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from small_books import MAY, audited, row, told
from trades import Row, Rows

from journeys.audit.engine import Engine
from journeys.audit.model import Balance
from journeys.audit.sales import Fee, Holds, Rules, Terms, audit_sales
from journeys.model import Cause

NOON, LATER = "2026-05-12T12:00:00", "2026-05-12T12:00:20"
ORDER = row("sale", NOON, 2000, "100013")
FIRST = row("sale", "2026-05-02T12:00:00", 500, "100001")
CHARGE = row("sale", LATER, 2000, "100013", bundle="po_2")
PAYOUT = row("payout", "2026-05-14T06:00:00", -2000, bundle="po_2")
FIRST_CHARGE = row("sale", "2026-05-02T12:00:01", 500, "100001", bundle="po_1")


def _payouts(engine: Engine, *bank: Row, payout: Row = PAYOUT) -> list[tuple[str, str, int | None]]:
    """What is said of one payout and what came to the bank."""
    rules = Rules(sources={"bank": Terms(lag_days=3)})
    payments = [FIRST_CHARGE, CHARGE, payout]
    return told(audited(engine, [FIRST, ORDER], rules, payments=payments, bank=list(bank)))


def test_payout_by_the_number_in_the_text(engine: Engine) -> None:
    assert _payouts(engine, row("payout", "2026-05-15", 2000, text="PAYMENTS po_2")) == []


def test_payout_by_amount_and_day(engine: Engine) -> None:
    assert _payouts(engine, row("payout", "2026-05-15", 2000, text="PAYMENTS")) == []


@pytest.mark.parametrize(
    ("bank", "expected"),
    [
        (row("payout", "2026-05-15", 1990, text="po_2"), [("amount", "-", -10)]),
        (row("payout", "2026-05-15", 2000, text="po_2", currency="USD"), [("currency", "-", -2000)]),
        (row("payout", "2026-05-19", 2000, text="po_2"), [("wrong day", "-", 2000)]),
        (row("payout", "2026-05-15", 777, text="x"), [("missing there", "-", -2000), ("unknown payout", "-", 777)]),
    ],
)
def test_payout_what_came_of_it(engine: Engine, bank: Row, expected: list[object]) -> None:
    assert _payouts(engine, bank) == expected


def test_payout_twice_at_the_bank(engine: Engine) -> None:
    lines = [row("payout", "2026-05-15", 2000, text="po_2", place=place) for place in "ab"]
    assert _payouts(engine, *lines) == [("duplicate", "-", 2000)]


def test_payout_two_lines_that_could_be_it(engine: Engine) -> None:
    lines = [row("payout", "2026-05-15", 2000, place=place) for place in "ab"]
    assert _payouts(engine, *lines) == [("ambiguous", "-", 2000)]


def test_payout_one_that_is_not_the_sum_of_its_charges(engine: Engine) -> None:
    less = row("payout", "2026-05-14T06:00:00", -1900, bundle="po_2")
    assert _payouts(engine, row("payout", "2026-05-15", 1900, text="po_2"), payout=less) == [("amount", "-", -100)]


def test_payout_one_whose_charges_may_lie_before_all_that_is_known_is_not_added_up(engine: Engine) -> None:
    rules = Rules(sources={"bank": Terms(lag_days=3)})
    less = row("payout", "2026-05-14T06:00:00", -9000, bundle="po_2")
    bank = [row("payout", "2026-05-15", 9000, text="po_2")]
    assert told(audited(engine, [ORDER], rules, payments=[CHARGE, less], bank=bank)) == []


def test_payout_that_the_service_takes_back_for_refunds(engine: Engine) -> None:
    sold = [row("sale", "2026-05-02T12:00:01", 500, "100001", bundle="po_1"), CHARGE]
    back = row("refund", "2026-05-20T12:00:00", -300, "100013", bundle="po_3")
    payouts = [PAYOUT, row("payout", "2026-05-22T06:00:00", 300, bundle="po_3")]
    bank = [row("payout", "2026-05-15", 2000, text="po_2"), row("payout", "2026-05-23", -300)]
    rules = Rules(sources={"bank": Terms(lag_days=3)})
    store = [FIRST, ORDER, row("refund", "2026-05-20T12:00:00", -300, "100013")]
    assert told(audited(engine, store, rules, payments=[*sold, back, *payouts], bank=bank)) == []


def test_payout_without_a_bank_or_without_a_service_they_are_left_out(engine: Engine) -> None:
    assert "no bank statement" in audited(engine, [ORDER], payments=[CHARGE, PAYOUT]).left_out[0]
    assert "no payment service" in audited(engine, [], bank=[row("payout", "2026-05-15", 20)]).left_out[0]


FEES = Rules(
    sources={"payments": Terms(fees=(Fee(percent=Decimal("1.5"), fixed={"EUR": 25}), Fee(percent=Decimal(3))))}
)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [(-55, []), (-54, []), (-60, []), (-70, [("fee", "100013", -15)]), (-40, [("fee", "100013", 15)])],
)
def test_fee_one_of_those_declared_give_or_take_a_cent(engine: Engine, taken: int, expected: list[object]) -> None:
    payments = [CHARGE, row("fee", LATER, taken, "100013")]
    assert told(audited(engine, [ORDER], FEES, payments=payments)) == expected


def test_fee_none_at_all(engine: Engine) -> None:
    assert told(audited(engine, [ORDER], FEES, payments=[CHARGE])) == [("fee", "100013", 55)]


def test_fee_one_for_no_charge(engine: Engine) -> None:
    payments = [CHARGE, row("fee", LATER, -55, "100013"), row("fee", LATER, -9, place="fee 9")]
    assert told(audited(engine, [ORDER], FEES, payments=payments)) == [("fee", "-", -9)]


def test_fee_where_most_are_wrong_the_declaration_is(engine: Engine) -> None:
    store = [row("sale", NOON, 2000, str(number)) for number in range(100_000, 100_005)]
    fees = [row("fee", NOON, -99, str(number)) for number in range(100_000, 100_005)]
    audit = audited(engine, store, FEES, payments=[*store, *fees])
    assert {each.cause for each in audit.discrepancies()} == {Cause.CONFIGURATION}


def test_fee_what_was_not_declared_is_not_judged(engine: Engine) -> None:
    audit = audited(engine, [ORDER], payments=[CHARGE, row("fee", LATER, -999, "100013")])
    assert told(audit) == []
    assert audit.left_out == ("1 fees of payments: it was not declared what it takes",)


def test_fee_an_order_that_is_wrong_anyway_is_told_once(engine: Engine) -> None:
    payments = [row("sale", LATER, 2100, "100013"), row("fee", LATER, -3, "100013")]
    assert told(audited(engine, [ORDER], FEES, payments=payments)) == [("amount", "100013", 100)]


DAILY = Rules(sources={"bank": Terms(daily=True, lag_days=3, fees=(Fee(percent=Decimal(1)),))})


SHOP = (
    row("sale", "2026-05-12", 10_000, "100001"),
    row("sale", "2026-05-12", 5_000, "100002"),
    row("refund", "2026-05-12", -1_000, "100001"),
    row("sale", "2026-05-20", 20_000, "100003"),
)


def test_daily_bundle_a_day_less_fees_and_refunds(engine: Engine) -> None:
    bank = [row("payout", "2026-05-13", 13_850), row("payout", "2026-05-21", 19_800)]
    audit = audited(engine, SHOP, DAILY, bank=bank)
    assert told(audit) == []
    assert audit.matched == {"a payout is what was sold on one day less fees": 2}


def test_daily_bundle_a_week_end_in_one(engine: Engine) -> None:
    store = [row("sale", f"2026-05-{day}", 1000 * day, f"1000{day}") for day in (15, 16, 17)]
    audit = audited(engine, store, DAILY, bank=[row("payout", "2026-05-18", 47_520)])
    assert told(audit) == []


def test_daily_bundle_one_that_is_too_small(engine: Engine) -> None:
    bank = [row("payout", "2026-05-13", 13_000), row("payout", "2026-05-21", 19_800)]
    assert told(audited(engine, SHOP, DAILY, bank=bank)) == [("amount", "100001", -850)]


def test_daily_bundle_one_that_did_not_come_and_one_of_which_nobody_knows(engine: Engine) -> None:
    bank = [row("payout", "2026-05-13", 13_850), row("payout", "2026-05-28", 4)]
    assert told(audited(engine, SHOP, DAILY, bank=bank)) == [
        ("missing there", "100003", -19_800),
        ("unknown payout", "-", 4),
    ]


def test_view_each_holds_all_by_itself(engine: Engine) -> None:
    rules = Rules(sources={"export": Terms(holds=Holds.ALL), "shown": Terms(holds=Holds.ALL)})
    audit = audited(engine, [ORDER], rules, export=[CHARGE], shown=[])
    assert told(audit) == [("missing there", "100013", -2000)]


def test_view_sums_of_days(engine: Engine) -> None:
    rules = Rules(sources={"dashboard": Terms(holds=Holds.SUMS)})
    shown = [row("sale", "2026-05-02", 500), row("sale", "2026-05-12", 1900)]
    (only,) = audited(engine, [FIRST, ORDER], rules, dashboard=shown).discrepancies()
    assert (only.flaw.value, only.day, str(only.amount)) == ("amount", date(2026, 5, 12), "-1.00 EUR")


def test_totals_reconcile_with_what_is_stated_before_and_after(engine: Engine) -> None:
    rows = [CHARGE, row("fee", LATER, -55, "100013"), row("refund", LATER, -500, "100013"), PAYOUT]
    stated = Balance(source="payments", currency="EUR", opening=600, closing=45)
    store = Rows(name="store", rows=[ORDER])
    audit = audit_sales(engine, store, [Rows(name="payments", rows=rows, stated=(stated,))], MAY)
    ours, theirs = audit.balances
    assert (ours.sales, ours.reconciles) == (2000, None)
    assert (theirs.sales, theirs.refunds, theirs.fees, theirs.payouts) == (2000, -500, -55, -2000)
    assert (theirs.moved, theirs.reconciles) == (-555, True)
