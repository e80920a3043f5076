"""Other customers: promised before they buy, cancelled afterwards, and never the last piece."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fakes import FakeClock, Till

from journeys.customers import Customer, synthetic
from journeys.load import Load
from journeys.model import Money, StoreFault, Subject, TesterFault
from journeys.run.journal import Journal
from journeys.run.ports import Store

EUR = Money.of("12.50", "EUR")


def subject(key: str) -> Subject:
    return Subject(key=key, title=key, price=EUR)


@dataclass
class FakeBuyer:
    """Buys in the till; ``wanted`` orders later it is enough."""

    till: Till
    journal: Journal
    wanted: int
    roles: tuple[str, ...] = ("plenty",)
    fails: Callable[[int], bool] = lambda _: False
    enough: Event = field(default_factory=Event)
    asked: int = 0
    unpromised: list[str] = field(default_factory=list)
    most: Counter[str] = field(default_factory=Counter)
    holding: dict[str, str] = field(default_factory=dict)

    def cancel(self, number: str) -> None:
        self.till.cancel(number)

    def close(self) -> None:
        self.enough.clear()

    def buy(self, subject: Subject, customer: Customer) -> str:
        self.asked += 1
        if customer.email not in {each.target for each in self.journal.open()}:
            self.unpromised.append(customer.email)
        if self.asked >= self.wanted:
            self.enough.set()
        if self.fails(self.asked):
            raise StoreFault("the store answered 500")
        number = self.till.place(customer.email).number
        self.holding[customer.email] = subject.key
        standing = {each.email for each in self.till.orders() if each.open}
        for key, much in Counter(key for email, key in self.holding.items() if email in standing).items():
            self.most[key] = max(much, self.most[key])
        return number


def store(till: Till, *keys: str) -> Store:
    unused: Any = None
    return Store(
        name="shop",
        kind="shop",
        platform="oscar",
        url="",
        locale="en_GB",
        currency="EUR",
        writes=True,
        subjects={"plenty": tuple(map(subject, keys)), "last": (subject("lamp"),)},
        means={},
        pages=unused,
        record=till,
        readers=(),
        confirmers=(),
        layers=(),
        close=lambda: None,
    )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.ndjson")


def performed(buyer: FakeBuyer, journal: Journal, *keys: str) -> Load:
    where = store(buyer.till, *(keys or ("mug", "bowl", "poster")))
    with Load(store=where, buyer=buyer, journal=journal, clock=FakeClock(), seed=1, every_s=0.001) as load:
        assert buyer.enough.wait(20)
    return load


def test_every_order_is_promised_before_it_is_placed_and_none_stands_afterwards(journal: Journal) -> None:
    buyer = FakeBuyer(Till(stock=100), journal, wanted=12)
    load = performed(buyer, journal)
    assert buyer.unpromised == []
    assert load.placed == load.cancelled == len(buyer.till.orders()) >= 12
    assert [each for each in buyer.till.orders() if each.open] == []
    assert journal.open() == ()


def test_customers_are_synthetic_and_told_from_those_of_runs(journal: Journal) -> None:
    buyer = FakeBuyer(Till(stock=100), journal, wanted=6)
    performed(buyer, journal)
    emails = [each.email for each in buyer.till.orders()]
    assert len(set(emails)) == len(emails)
    assert all(synthetic(email) and "-load-" in email for email in emails)


def test_some_cancel_while_others_buy_and_nothing_is_sold_out(journal: Journal) -> None:
    buyer = FakeBuyer(Till(stock=100), journal, wanted=30)
    performed(buyer, journal)
    assert set(buyer.most) == {"mug", "bowl", "poster"}
    assert max(buyer.most.values()) == 2


def test_an_order_whose_reply_was_lost_is_looked_for_too(journal: Journal) -> None:
    buyer = FakeBuyer(Till(stock=100), journal, wanted=8, fails=lambda asked: asked == 3)
    load = performed(buyer, journal)
    assert load.placed == buyer.asked - 1
    assert [each for _, each in buyer.till.undone if "-3@" in each]


def test_orders_are_cancelled_also_after_a_failure_of_the_run(journal: Journal) -> None:
    buyer = FakeBuyer(Till(stock=100), journal, wanted=3)
    with (
        pytest.raises(KeyboardInterrupt),
        Load(store=store(buyer.till, "mug"), buyer=buyer, journal=journal, clock=FakeClock(), every_s=0.001),
    ):
        assert buyer.enough.wait(20)
        raise KeyboardInterrupt
    assert (journal.open(), [each for each in buyer.till.orders() if each.open]) == ((), [])


@pytest.mark.parametrize(
    ("broken", "times"), [(StoreFault("the store answered 500"), 5), (ValueError("the store answered 500"), 1)]
)
def test_a_load_that_cannot_go_on_is_told(journal: Journal, broken: Exception, times: int) -> None:
    def refuse(asked: int) -> bool:
        raise broken

    buyer = FakeBuyer(Till(stock=100), journal, wanted=times, fails=refuse)
    with pytest.raises(TesterFault, match=r"the load of shop could not go on: .*the store answered 500"):
        performed(buyer, journal, "mug")


def test_a_store_without_plenty_of_anything_takes_no_load(journal: Journal) -> None:
    buyer = FakeBuyer(Till(), journal, wanted=1, roles=("free",))
    with pytest.raises(TesterFault, match="no subject for a load: name some of free"):
        Load(store=store(buyer.till, "mug"), buyer=buyer, journal=journal, clock=FakeClock())
