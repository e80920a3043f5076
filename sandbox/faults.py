"""The faults that can be planted in a running store, and how its switches are thrown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox import files

FAULTS_FILE = "faults.json"
Switch = bool | int | str


def switch(home_of_store: Path, **switches: Switch) -> None:
    """Throw switches of a store beside those already thrown; it obeys from its next request on."""
    files.write(home_of_store / FAULTS_FILE, json.dumps({**thrown(home_of_store), **switches}))


def mend(home_of_store: Path) -> None:
    """Make the store healthy: all its switches back."""
    (home_of_store / FAULTS_FILE).unlink(missing_ok=True)


def thrown(home_of_store: Path) -> dict[str, Switch]:
    """The switches that are thrown now; empty for a healthy store."""
    try:
        return dict(json.loads((home_of_store / FAULTS_FILE).read_text()))
    except FileNotFoundError:
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One known fault: which store has it, the switches that plant it, and what goes wrong then."""

    name: str
    store: str
    switches: Mapping[str, Switch]
    says: str

    def plant(self, home_of_store: Path) -> None:
        """Throw its switches."""
        switch(home_of_store, **self.switches)

    def mend(self, home_of_store: Path) -> None:
        """Put its own switches back and leave the others as they are."""
        left = {name: value for name, value in thrown(home_of_store).items() if name not in self.switches}
        if left:
            files.write(home_of_store / FAULTS_FILE, json.dumps(left))
        else:
            mend(home_of_store)


CATALOGUE = (
    Fault(
        name="browser_cache",
        store="shop",
        switches={"browser_cache_seconds": 300},
        says="the browser keeps product pages for 5 minutes",
    ),
    Fault(
        name="application_cache",
        store="shop",
        switches={"availability_never_invalidated": True},
        says="the store caches availability and no order invalidates it",
    ),
    Fault(
        name="order_total",
        store="shop",
        switches={"order_total_off_by_minor": 1},
        says="orders are stored with a total that is one cent off",
    ),
    Fault(
        name="stock_decrement",
        store="shop",
        switches={"stock_decrement_lost": True},
        says="an order does not lower the stock",
    ),
    Fault(
        name="missing_mail",
        store="shop",
        switches={"mail_lost": True},
        says="the confirmation mail is never sent",
    ),
    Fault(
        name="sold_out_product",
        store="shop",
        switches={"sold_out_accepted": True},
        says="a product that is sold out can still be ordered",
    ),
    Fault(
        name="server_error",
        store="shop",
        switches={"answer_500": True},
        says="the store answers with a server error",
    ),
    Fault(
        name="page_changed",
        store="shop",
        switches={"page_changed": True},
        says="the markup of a page is not what the page object expects",
    ),
    Fault(
        name="sold_out_slot",
        store="booking",
        switches={"sold_out_slot_accepted": True},
        says="a slot that is sold out can still be booked",
    ),
    Fault(
        name="booking_missing_mail",
        store="booking",
        switches={"mail_lost": True},
        says="the confirmation mail is never sent",
    ),
    Fault(
        name="places_decrement",
        store="booking",
        switches={"places_decrement_lost": True},
        says="a booking does not lower the free places",
    ),
    Fault(
        name="booking_total",
        store="booking",
        switches={"order_total_off_by_minor": 1},
        says="bookings are stored with a total that is one cent off",
    ),
    Fault(
        name="slot_list_browser_cache",
        store="booking",
        switches={"browser_cache_seconds": 300},
        says="the browser keeps the slot list for 5 minutes",
    ),
    Fault(
        name="booking_server_error",
        store="booking",
        switches={"answer_500": True},
        says="the store answers with a server error",
    ),
    Fault(
        name="booking_page_changed",
        store="booking",
        switches={"page_changed": True},
        says="the markup of a page is not what the page object expects",
    ),
)
