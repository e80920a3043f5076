"""The ledger of a payment processor: which charges and refunds are about an order or its customer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from journeys.model import Entry, Money, StoreFault
from journeys.neighbours import stripe
from journeys.neighbours.stripe import PaymentLedger


def charge(id: str, number: str = "", email: str = "", **more: Any) -> dict[str, Any]:
    """A charge as Stripe lists it, its payment intent and its customer written out."""
    return {
        "id": id,
        "amount": 1250,
        "currency": "eur",
        "status": "succeeded",
        "metadata": {},
        "payment_intent": {"metadata": {"order_number": number} if number else {}},
        "customer": {"email": email} if email else None,
        "refunds": {"data": []},
    } | more


class Processor(BaseHTTPRequestHandler):
    """Lists its charges one a page, or answers with a status."""

    charges: ClassVar[list[dict[str, Any]]] = []
    status: ClassVar[int] = 200
    asked: ClassVar[list[dict[str, list[str]]]] = []

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        self.asked.append(query | {"key": [self.headers["Authorization"]]})
        after = query.get("starting_after")
        place = 1 + [each["id"] for each in self.charges].index(after[0]) if after else 0
        page = {"data": self.charges[place : place + 1], "has_more": place + 1 < len(self.charges)}
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(json.dumps(page).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def processor() -> Iterator[type[Processor]]:
    Processor.charges, Processor.status, Processor.asked = [], 200, []
    with ThreadingHTTPServer(("127.0.0.1", 0), Processor) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        Processor.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
        yield Processor
        server.shutdown()


def ledger(processor: Any) -> PaymentLedger:
    return stripe.connect({"url": processor.url, "api_key": "sk_test_1"})


def test_an_order_is_found_on_every_page_by_its_number_and_by_its_customer(processor: type[Processor]) -> None:
    processor.charges = [
        charge("ch_1", "100001", "a@example.org"),
        charge("ch_2", "100001-0", "a@example.org"),
        charge("ch_3", "100002", "b@example.org"),
        charge("ch_4", metadata={"order_number": "100001"}, receipt_email="c@example.org"),
        charge("ch_5", billing_details={"email": "a@example.org"}, payment_intent="pi_5", customer="cus_5"),
        charge("ch_6"),
    ]
    found = ledger(processor).entries("100001", "a@example.org")
    assert [(each.id, each.number, each.email) for each in found] == [
        ("ch_1", "100001", "a@example.org"),
        ("ch_2", "100001-0", "a@example.org"),
        ("ch_4", "100001", "c@example.org"),
        ("ch_5", "", "a@example.org"),
    ]
    assert {query["key"][0] for query in processor.asked} == {"Bearer sk_test_1"}
    assert len(processor.asked) == len(processor.charges)


def test_a_refund_belongs_to_the_order_of_its_charge(processor: type[Processor]) -> None:
    given_back = {"id": "re_1", "amount": 250, "status": "succeeded"}
    processor.charges = [charge("ch_1", "100001", "a@example.org", refunds={"data": [given_back]}, currency="jpy")]
    about = {"number": "100001", "email": "a@example.org", "status": "succeeded"}
    assert ledger(processor).entries("100001", "") == (
        Entry(id="ch_1", kind="charge", amount=Money(minor=1250, currency="JPY"), **about),
        Entry(id="re_1", kind="refund", amount=Money(minor=250, currency="JPY"), **about),
    )


def test_an_attempt_that_failed_and_an_amount_that_is_held_are_no_charges(processor: type[Processor]) -> None:
    processor.charges = [
        charge("ch_1", "100001", status="failed"),
        charge("ch_2", "100001", captured=False),
        charge("ch_3", "100001", status="pending", captured=True),
    ]
    assert [(each.id, each.status) for each in ledger(processor).entries("100001", "")] == [("ch_3", "pending")]


@pytest.mark.parametrize("status", [401, 429, 503])
def test_a_processor_that_refuses_is_a_fault_with_its_status(processor: type[Processor], status: int) -> None:
    processor.status = status
    with pytest.raises(StoreFault, match=rf"payment ledger.*was answered {status}"):
        ledger(processor).entries("1", "")


def test_what_is_no_list_of_charges_is_a_fault(processor: type[Processor]) -> None:
    processor.charges = [{"id": "ch_1"}]
    with pytest.raises(StoreFault, match=r"lists no charges as Stripe does: KeyError\('status'\)"):
        ledger(processor).entries("1", "")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"api_key": "a"}, "url: missing"),
        ({"url": "http://127.0.0.1:1"}, "api_key: missing"),
        ({"url": "ftp://a", "api_key": "a"}, "url: an address begins with"),
        ({"url": "http://a", "api_key": "a", "secret": "b"}, "secret: no such option"),
    ],
)
def test_a_mistake_names_its_option(options: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        stripe.connect(options)
