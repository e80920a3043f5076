"""What the customer file neighbour makes of rows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from service import Service

from journeys.model import Entry, Money, StoreFault
from journeys.neighbours.crm import connect

ROW = {"id": 7, "order": "A0B1C", "email": "li@x.example", "total": "18.00", "currency": "EUR", "status": "booked"}


def rows(*found: dict[str, Any]) -> str:
    return json.dumps({"customers": found})


def test_a_row_that_is_found_twice_is_told_once(service: Service) -> None:
    other = {"id": 8, "email": "li@x.example", "order": None, "total": None}
    service.answers = {"order=A0B1C": rows(ROW), "email=li%40x.example": rows(ROW, other)}
    assert connect({"url": f"{service.url}/customers"}).entries("A0B1C", "li@x.example") == (
        Entry(
            id="7",
            kind="customer",
            number="A0B1C",
            email="li@x.example",
            amount=Money.of("18.00", "EUR"),
            status="booked",
        ),
        Entry(id="8", kind="customer", email="li@x.example"),
    )


def test_a_currency_can_be_given(service: Service) -> None:
    service.answers = {"A0B1C": rows({**ROW, "currency": ""})}
    found = connect({"url": service.url, "currency": "CHF"}).entries("A0B1C", "")
    assert [each.amount for each in found] == [Money.of("18.00", "CHF")]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, "broken", "500: broken"),
        (200, "<html>", "no list of customers"),
        (200, rows({**ROW, "total": "much"}), "cannot be read"),
    ],
)
def test_a_customer_file_that_fails_says_how(service: Service, status: int, body: str, said: str) -> None:
    service.status, service.answers = status, {"": body}
    with pytest.raises(StoreFault, match=said):
        connect({"url": service.url}).entries("A0B1C", "")


def test_a_customer_file_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(StoreFault, match=r"customer file: GET http://127\.0\.0\.1:1"):
        connect({"url": "http://127.0.0.1:1"}).entries("A0B1C", "")
