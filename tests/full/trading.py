"""A day of trade in the real shop and the real booking store: hundreds of orders, paid and booked, some undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any, TypeVar

import httpx
from paying import Bought, buy

from journeys import stores
from journeys.config import Config
from journeys.customers import make_customer
from journeys.load import OscarBuyer, PretixBuyer
from journeys.model import Subject
from journeys.run.ports import Store
from sandbox import Sandbox, switch, waiting

AT_ONCE = 4
GOODS = ("mug-red", "mug-blue", "mug-travel", "poster-sea", "notebook-dots", "postcards-port", "blanket-wool")
PLENTY = 5000
DELIVERED_WITHIN_S = 120.0
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Sold:
    """What was sold in the shop: by card through the processor, by API to be paid by transfer, and what was undone."""

    cards: list[Bought] = field(default_factory=list)
    transfers: list[str] = field(default_factory=list)
    undone: list[Bought] = field(default_factory=list)


def stock_up(details: Mapping[str, Any], store: Store) -> None:
    """Enough of everything for a day."""
    with _office(details) as office:
        for name in GOODS:
            record = details["products"][name]["stockrecord"]
            answer = office.patch(f"/api/admin/stockrecords/{record}/", json={"num_in_stock": PLENTY})
            answer.raise_for_status()


def sell(config: Config, details: Mapping[str, Any], store: Store, *, cards: int, transfers: int, undo: int) -> Sold:
    """So many orders by card and by API, a few of those by card given back; all payments have arrived afterwards."""
    stock_up(details, store)
    sold = Sold()
    sold.cards = _side_by_side(lambda name: buy(details, name), islice(cycle(GOODS), cards))
    assert all(bought.number for bought in sold.cards)
    connection = stores.connection_of(config, store.name)
    subjects = [subject for subject in store.subjects["plenty"] if subject.key in GOODS] or store.subjects["plenty"]
    with closing(OscarBuyer(connection)) as buyer:

        def order(numbered: tuple[int, Subject]) -> str:
            number, subject = numbered
            return buyer.buy(subject, make_customer(seed=number, run=f"day{number}", locale="de_DE"))

        sold.transfers = _side_by_side(order, enumerate(islice(cycle(subjects), transfers)))
    sold.undone = sold.cards[:undo]
    for bought in sold.undone:
        assert store.record.undo("orders", bought.email).cancelled == (bought.number,)
    standing = [bought.number for bought in sold.cards[undo:]]
    assert waiting.until(lambda: all(store.record.amounts(each) for each in standing[-5:]), seconds=DELIVERED_WITHIN_S)
    return sold


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """One thing sold at a time, while something is wrong; and what somebody with the processor's key can do."""

    box: Sandbox

    @contextmanager
    def wrong(self, **faults: bool) -> Iterator[None]:
        """With these switches thrown."""
        switch(self.box.status().stores["shop"].home, **faults)
        try:
            yield
        finally:
            self.box.heal("shop")

    def buy(self, **faults: bool) -> Bought:
        """One red mug by card."""
        with self.wrong(**faults):
            bought = buy(self.box.status().stores["shop"].details, GOODS[0])
        assert bought.number, bought.said
        return bought

    def charge_again(self, number: str) -> None:
        """The card of an order is charged once more for it."""
        intent = self._charge(number)["payment_intent"]
        known = {name: intent[name] for name in ("amount", "currency", "customer", "payment_method")}
        self._ask("POST", "payment_intents", data={**known, "metadata[order_number]": number, "confirm": "true"})

    def give_back(self, number: str) -> None:
        """What was paid for an order is given back, and the shop is not told."""
        self._ask("POST", "refunds", data={"charge": self._charge(number)["id"]})

    def _charge(self, number: str) -> Mapping[str, Any]:
        charges = self._ask("GET", "charges", params={"limit": 100, "expand[]": "data.payment_intent"})["data"]
        return next(each for each in charges if each["payment_intent"]["metadata"].get("order_number") == number)

    def _ask(self, method: str, path: str, **how: Any) -> Any:
        ledger: Any = self.box.status().stores["shop"].details["neighbours"]
        known = ledger["payment ledger"]
        headers = {"Authorization": f"Bearer {known['api_key']}"}
        answer = httpx.request(method, f"{known['url']}/v1/{path}", headers=headers, trust_env=False, timeout=30, **how)
        return answer.raise_for_status().json()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The booking store as its staff see it by API."""

    details: Mapping[str, Any]

    def ask(self, method: str, path: str, **how: Any) -> Any:
        """One request to the store's own API."""
        headers = {"Authorization": f"Token {self.details['api_token']}"}
        url = f"{self.details['api_root']}{path}"
        answer = httpx.request(method, url, headers=headers, timeout=60, verify=False, trust_env=False, **how)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json() if answer.content else None

    def make_room(self, places: int) -> None:
        """So many places in each slot that was not sold out on purpose."""
        for slot in self.details["slots"]:
            for quota in slot["quotas"].values() if not slot["special"] else ():
                self.ask("PATCH", f"quotas/{quota}/", json={"size": places})

    def cancel(self, code: str) -> None:
        """Without a mail."""
        self.ask("POST", f"orders/{code}/mark_canceled/", json={"send_email": False})

    def standing(self) -> list[str]:
        """The codes of all orders that stand."""
        found, page = [], "orders/?page_size=50"
        while page:
            told = self.ask("GET", page)
            found += [each["code"] for each in told["results"] if each["status"] in ("n", "p")]
            page = (told["next"] or "").rpartition("/events/tours/")[2]
        return found


def book(config: Config, store: Store, subjects: Sequence[Subject], many: int) -> list[str]:
    """So many bookings by API, spread over the slots; their codes."""
    connection = stores.connection_of(config, store.name)
    with closing(PretixBuyer(connection)) as buyer:

        def order(numbered: tuple[int, Subject]) -> str:
            number, subject = numbered
            return buyer.buy(subject, make_customer(seed=number, run=f"day{number}", locale="de_DE"))

        return _side_by_side(order, enumerate(islice(cycle(subjects), many)))


def _side_by_side(do: Callable[[Any], T], each: Iterable[Any]) -> list[T]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(do, each))


def _office(details: Mapping[str, Any]) -> httpx.Client:
    return httpx.Client(
        base_url=details.get("back_office") or details["url"],
        auth=(details["api_user"], details["api_password"]),
        timeout=30,
        verify=False,
        trust_env=False,
    )
