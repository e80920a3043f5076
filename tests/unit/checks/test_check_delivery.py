"""Whether a sale arrives at every neighbour of the store, once and unchanged, and so does its undoing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from histories import ME, charge, euro, history, ledger, only, sample, write

from journeys.checks import delivery
from journeys.model import Amount, Entry, Event, Ledger, Verdict, WriteOutcome

NINE = "2026-11-25T09:00:00Z"


def event(**more: Any) -> Entry:
    return replace(Entry(id="uid-1", kind="event", number="A1", email=ME, starts=NINE), **more)


def customer(**more: Any) -> Entry:
    return replace(Entry(id="1", kind="customer", number="A1", email=ME, amount=euro("12.50")), **more)


def refund(amount: str = "12.50") -> Entry:
    return Entry(id="re_1", kind="refund", number="A1", amount=euro(amount))


def calendar(*entries: Entry, **more: Any) -> Ledger:
    return ledger(*entries, neighbour="calendar", expects=("event",), **more)


def customers(*entries: Entry) -> Ledger:
    return ledger(*entries, neighbour="customer file", expects=("customer",))


def found(*ledgers: Event, total: str = "12.50", verdict: Verdict = Verdict.FAIL, **how: Any) -> list[str]:
    slot = replace(sample(0.0, 10), values={"availability:mug": 10, "schedule:mug": NINE})
    events = (slot, write(5.0, 6.0, **how), Amount(source="record", write=0, value=euro(total)), *ledgers)
    return only(delivery(history(*events)), verdict)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (ledger(), "payment ledger holds no charge of order A1 1.1 s after it; the record holds it"),
        (
            ledger(charge(), charge(id="ch_2")),
            "payment ledger holds the charge of order A1 2 times: charge of 12.50 EUR, charge of 12.50 EUR",
        ),
        (
            ledger(charge(amount=euro("1250"))),
            "payment ledger has amount 1250.00 EUR of order A1, where the record says 12.50 EUR",
        ),
        (ledger(charge(amount=None)), "payment ledger has no amount of order A1, where the record says 12.50 EUR"),
        (
            ledger(charge(), charge(number="A1-0")),
            "payment ledger holds a charge of 12.50 EUR for order A1-0 of this customer,"
            " and the record holds no such order",
        ),
        (
            ledger(charge(), charge(number="")),
            "payment ledger holds a charge of 12.50 EUR for no order of this customer,"
            " and the record holds no such order",
        ),
        (calendar(), "calendar holds no event of order A1 1.1 s after it; the record holds it"),
        (
            calendar(event(), event(id="uid-2")),
            "calendar holds the event of order A1 2 times: event uid-1, event uid-2",
        ),
        (
            calendar(event(starts="2026-11-25T10:00:00Z")),
            f"calendar has start 2026-11-25T10:00:00Z of order A1, where the record says {NINE}",
        ),
        (customers(customer(email="")), f"customer file has no customer of order A1, where the record says {ME}"),
        (
            customers(customer(email="x@example.org")),
            f"customer file has customer x@example.org of order A1, where the record says {ME}",
        ),
        (customers(customer(amount=None)), "customer file has no amount of order A1, where the record says 12.50 EUR"),
        (
            ledger(charge(), when="undone"),
            "payment ledger: order A1 was cancelled; 12.50 EUR was charged and 0.00 EUR given back",
        ),
        (calendar(event(), when="undone"), "calendar still holds the event of order A1, which was cancelled"),
    ],
)
def test_what_did_not_arrive_as_it_was_sold_is_found(asked: Ledger, words: str) -> None:
    assert found(asked) == [words]


@pytest.mark.parametrize(
    "asked",
    [
        ledger(charge()),
        calendar(event()),
        customers(customer()),
        ledger(charge(), refund(), when="undone"),
        ledger(charge(), refund("10"), refund("2.50"), when="undone"),
        calendar(when="undone"),
        calendar(event(status="CANCELLED"), when="undone"),
    ],
)
def test_what_arrived_once_and_unchanged_passes(asked: Ledger) -> None:
    assert (found(asked), len(found(asked, verdict=Verdict.PASS))) == ([], 1)


def test_what_costs_nothing_is_not_charged() -> None:
    assert found(ledger(), total="0") == []


def test_a_refused_customer_is_charged_nothing() -> None:
    refused = {"outcome": WriteOutcome.REJECTED, "number": ""}
    assert found(ledger(), **refused) == []
    assert found(ledger(charge(number="A9")), **refused) == [
        "payment ledger holds a charge of 12.50 EUR for order A9 of this customer, and the record holds no such order"
    ]


def test_a_neighbour_that_cannot_be_asked_says_nothing_against_the_store() -> None:
    unasked = ledger(error="GET /v1/charges: it answered 500")
    assert found(unasked) == []
    assert found(unasked, verdict=Verdict.UNKNOWN) == [
        "payment ledger could not be asked about order A1: GET /v1/charges: it answered 500"
    ]
