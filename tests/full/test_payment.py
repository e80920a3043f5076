"""Payments in the full shop: taken, settled and given back when healthy; and each fault, as its ledgers show it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from paying import Bought, buy

from journeys import stores
from journeys.config import Config
from journeys.model import Entry, Money, StoreFault
from journeys.neighbours import stripe
from journeys.platforms.oscar.settlements import Settlements
from journeys.run.outside import Neighbour
from journeys.run.ports import Store
from sandbox import Sandbox, switch, waiting
from sandbox.full import Controls, Hindrance

pytestmark = [pytest.mark.xdist_group("drill")]

GOOD = "mug-red"
SOLD_OUT = "num_allocated = num_in_stock"
DELIVERED_WITHIN_S = 15.0
ALL_ATTEMPTS_S = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """The shop, its processor, and both ledgers."""

    box: Sandbox
    store: Store
    details: Mapping[str, Any]
    ledger: Neighbour
    settled: Neighbour

    @property
    def price(self) -> Money:
        return Money.of(self.details["products"][GOOD]["price"], self.details["currency"])

    def buy(self, card: str = "4242424242424242", **faults: bool | int | str) -> Bought:
        """Buy while these switches are thrown; they stay."""
        if faults:
            switch(self.box.status().stores["shop"].home, **faults)
        return buy(self.details, GOOD, card)

    def paid(self, bought: Bought) -> list[tuple[str, str, Money | None]]:
        """Kind, number and amount of all that the processor holds of this customer."""
        return _told(self.ledger.entries(bought.number, bought.email))

    def booked(self, bought: Bought) -> list[tuple[str, str, Money | None]]:
        """The same of the shop's settlements."""
        return _told(self.settled.entries(bought.number, bought.email))

    def settles(self, bought: Bought, times: int = 1, within_s: float = DELIVERED_WITHIN_S) -> bool:
        """Whether there come to be so many settlements."""
        return waiting.until(lambda: len(self.booked(bought)) == times, seconds=within_s)


def _told(entries: tuple[Entry, ...]) -> list[tuple[str, str, Money | None]]:
    return [(entry.kind, entry.number, entry.amount) for entry in entries]


@pytest.fixture(scope="module")
def till_of_all(box: Sandbox, journeys_config: Config) -> Iterator[Till]:
    details = box.status().stores["shop"].details
    known: Any = details["neighbours"]
    options = {name: value for name, value in known["payment ledger"].items() if name != "kind"}
    with stores.opened(journeys_config, "shop") as store:
        (settled,) = (each for each in store.around.neighbours if isinstance(each, Settlements))
        yield Till(box=box, store=store, details=details, ledger=stripe.connect(options), settled=settled)


@pytest.fixture
def till(till_of_all: Till, shop: Controls) -> Till:
    """Healthy before and after the test."""
    return till_of_all


def test_an_order_is_charged_settled_and_given_back_once(till: Till) -> None:
    bought = till.buy()
    charge = ("charge", bought.number, till.price)
    assert till.paid(bought) == [charge]
    assert till.settles(bought)
    assert till.booked(bought) == [("settlement", bought.number, till.price)]
    assert till.store.record.amounts(bought.number) == {"charged": till.price}
    for _ in range(2):
        till.store.record.undo("orders", bought.email)
    assert till.paid(bought) == [charge, ("refund", bought.number, till.price)]


def test_a_declined_card_pays_for_nothing(till: Till) -> None:
    bought = till.buy(card="4000000000000002")
    assert "declined" in bought.said
    assert till.paid(bought) == []


def test_what_is_held_for_an_order_that_others_took_the_last_piece_of_is_released(till: Till, shop: Controls) -> None:
    layers: Any = till.details["layers"]
    primary = layers["database replica"]["primary"]
    waits, stock = "SELECT FROM pg_locks WHERE NOT granted", f"UPDATE partner_stockrecord SET {SOLD_OUT} WHERE id = 1"
    with psycopg.connect(primary, autocommit=True) as looking, ThreadPoolExecutor() as pool:
        with psycopg.connect(primary) as others:
            others.execute(stock)
            buying = pool.submit(till.buy)
            assert waiting.until(lambda: looking.execute(waits).fetchone() is not None, seconds=DELIVERED_WITHIN_S)
        bought = buying.result()
    till.box.reset("shop")
    assert "was sold out while you paid" in bought.said
    assert till.paid(bought) == []


def test_a_dropped_event_leaves_a_charge_without_settlement(till: Till) -> None:
    bought = till.buy(payment_webhook_dropped=True)
    assert [kind for kind, *_ in till.paid(bought)] == ["charge"]
    assert not till.settles(bought, within_s=ALL_ATTEMPTS_S)
    assert till.store.record.amounts(bought.number) == {}


def test_a_late_event_is_settled_late(till: Till) -> None:
    bought = till.buy(payment_webhook_late_s=5)
    assert not till.settles(bought, within_s=3)
    assert till.settles(bought)


def test_an_event_that_is_settled_twice(till: Till) -> None:
    bought = till.buy(payment_webhook_twice=True)
    assert till.settles(bought, times=2)
    assert till.booked(bought) == [("settlement", bought.number, till.price)] * 2
    assert len(till.paid(bought)) == 1


def test_an_event_that_is_settled_with_another_amount(till: Till) -> None:
    bought = till.buy(payment_webhook_wrong_amount=True)
    assert till.settles(bought)
    assert till.booked(bought) == [("settlement", bought.number, _hundredfold(till.price))]
    assert till.paid(bought) == [("charge", bought.number, till.price)]


def test_an_amount_in_other_units(till: Till) -> None:
    bought = till.buy(payment_amount_units=True)
    assert till.paid(bought) == [("charge", bought.number, _hundredfold(till.price))]


def _hundredfold(price: Money) -> Money:
    return Money(minor=price.minor * 100, currency=price.currency)


def test_a_charge_without_an_order(till: Till) -> None:
    bought = till.buy(charge_without_order=True)
    strange = f"{bought.number}-0"
    assert till.paid(bought) == [("charge", strange, till.price), ("charge", bought.number, till.price)]
    assert till.store.record.confirmation(strange) is None


def test_an_order_without_a_charge(till: Till) -> None:
    bought = till.buy(order_without_charge=True)
    assert till.store.record.confirmation(bought.number) is not None
    assert till.paid(bought) == []


def test_a_refund_that_is_not_passed_on(till: Till) -> None:
    bought = till.buy(refund_not_passed_on=True)
    assert till.store.record.undo("orders", bought.email).cancelled == (bought.number,)
    assert [kind for kind, *_ in till.paid(bought)] == ["charge"]


def test_with_an_expired_key_nobody_can_pay(till: Till) -> None:
    bought = till.buy(payment_key_expired=True)
    assert "no payment has been taken" in bought.said
    assert till.paid(bought) == []


def test_a_processor_that_refuses_is_seen_by_the_customer_and_by_the_ledger(till: Till, shop: Controls) -> None:
    assert shop.payment is not None
    shop.payment.use(Hindrance(path="^/v1/(customers|payment_intents|charges)", status=429))
    assert "no payment has been taken" in till.buy().said
    with pytest.raises(StoreFault, match=r"\b429\b"):
        till.ledger.entries("1", "")
    shop.payment.heal()
    assert till.ledger.entries("1", "") == ()


def test_only_what_the_processor_has_signed_is_believed(till: Till, shop: Controls) -> None:
    assert shop.payment is not None
    forged = {"Stripe-Signature": "t=1,v1=00"}
    answer = httpx.post(shop.payment.endpoint, json={"type": "payment_intent.succeeded"}, headers=forged)
    assert answer.status_code == 400


def test_payments_outlive_the_processor_but_not_a_reset(till: Till) -> None:
    bought = till.buy()
    till.box.heal("shop")
    pid = till.box.status().services["payment"].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    till.box.up()
    assert till.paid(bought) == [("charge", bought.number, till.price)]
    till.box.reset("shop")
    assert till.paid(bought) == []
    again = till.buy()
    assert till.settles(again)
