"""pretix's own export of its bookings against a calendar written from its API: what an export can show is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx
import pytest
from booking_files import write_events, write_slots
from planting_bookings import found
from timetables import Booking, Slot

from journeys import auditing, stores
from journeys.audit.model import Flaw, Period
from journeys.config import Config, load
from journeys.platforms.backend import Backend
from journeys.platforms.connection import Connection
from journeys.platforms.pretix import calendar as pretix
from journeys.platforms.pretix.connect import api_of
from journeys.run.clock import SystemClock
from journeys.run.ports import Store
from journeys.run.settle import settle

pytestmark = [
    pytest.mark.store("booking"),
    pytest.mark.xdist_group("booking"),
    pytest.mark.usefixtures("sandbox"),
]
CONFIG: Final = r"""
[stores.booking]
platform = "pretix"
url = "http://booking.example"
timezone = "Europe/Berlin"

[stores.booking.audit]
export = ["orders", "slots"]
bookings = { young_s = 0 }

[stores.booking.books.orders]
kind = "csv"
file = "orders.csv"
holds = "bookings"
cancelled = ["canceled", "expired"]
standing = ["paid", "pending", "pending (confirmed)", "approval pending"]
ignore = '\d'

[stores.booking.books.orders.columns]
code = "Order code"
starts = "Start date"
ends = "End date"
title = "Date"
status = "Status"
made = ["Order date", "Order time"]
text = "Add-on to position ID"

[stores.booking.books.slots]
kind = "csv"
file = "slots.csv"
holds = "slots"
columns = { slot = "Slot", title = "Event", starts = "Start", capacity = "Capacity" }

[stores.booking.books.rooms]
kind = "csv"
file = "rooms.csv"
holds = "slots"
columns = { slot = "Slot", title = "Event", starts = "Start", capacity = "Capacity" }

[stores.booking.books.calendar]
kind = "ics"
file = "calendar.ics"
code = '^UID:([A-Z0-9]+)-'
"""
FORM: Final = {"paid_only": False, "include_payment_amounts": False, "group_multiple_choice": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """The booking store, what was booked in it for one test, and a folder for what is audited."""

    connection: Connection
    api: Backend
    folder: Path
    store: Store
    made: list[str]

    def book(self, role: str, places: int) -> str:
        """An order of so many places."""
        ids = self.store.subjects[role][0].ids
        position = {"item": int(ids["item"]), "subevent": int(ids["slot"])}
        order = {"email": "li@customers.example", "locale": "en", "testmode": True, "send_email": False}
        said = self.api.ask("POST", "orders/", json=order | {"positions": [position] * places})
        assert said is not None
        self.made.append(str(said["code"]))
        return self.made[-1]

    def cancel(self, code: str) -> None:
        self.api.ask("POST", f"orders/{code}/mark_canceled/", json={"send_email": False})

    def export(self, form: str = "positions:default") -> None:
        """The store's own export of every position, as its back office offers it."""
        headers = {"Authorization": f"Token {self.connection.credentials['api_token']}"}
        options = self.connection.options
        event = f"{self.connection.url}/api/v1/organizers/{options['organizer']}/events/{options['event']}"
        with httpx.Client(headers=headers, trust_env=False, timeout=30) as client:
            asked = client.post(f"{event}/exporters/orderlist/run/", json=FORM | {"_format": form})
            assert asked.is_success, asked.text
            address = asked.json()["download"]
            answer = settle(lambda: client.get(address), lambda each: each.status_code == 200, SystemClock(), 30)
        assert answer.headers["content-type"].startswith("text/csv"), answer.text
        (self.folder / "orders.csv").write_bytes(answer.content)

    def bookings(self) -> list[Booking]:
        """What stands, as the store's API tells it."""
        return [Booking(**row) for row in self._read("bookings") if row["standing"]]

    def slots(self) -> list[Slot]:
        names = ("title", "starts", "ends", "capacity")
        return [Slot(key=row["slot"], **{each: row[each] for each in names}) for row in self._read("slots")]

    @property
    def period(self) -> Period:
        today = SystemClock().utc().date()
        return Period(first=today, last=today + timedelta(days=120), zone=ZoneInfo("Europe/Berlin"))

    def _read(self, table: str) -> Iterator[dict[str, Any]]:
        with closing(pretix.connect(self.connection, self.folder / "pages")) as side:
            for batch in side.read(table, self.period):
                yield from batch.to_pylist()

    def audited(self) -> Counter[tuple[Flaw, str]]:
        (self.folder / "journeys.toml").write_text(CONFIG)
        days: dict[str, date] = {"first": self.period.first, "last": self.period.last}
        wanted = auditing.Wanted(subject="bookings", store="booking", **days)
        with auditing.audited(load(self.folder / "journeys.toml"), wanted, lambda text, done: None) as audit:
            return found(audit.discrepancies())


@pytest.fixture
def trade(journeys_config: Config, store: Store, tmp_path: Path) -> Iterator[Trade]:
    """What a test has booked is cancelled when it is over."""
    connection = stores.connection_of(journeys_config, "booking")
    with closing(api_of(connection)) as api:
        trade = Trade(connection=connection, api=api, folder=tmp_path, store=store, made=[])
        yield trade
        for code in trade.made:
            if (api.get(f"orders/{code}/") or {}).get("status") != "c":
                trade.cancel(code)


def write(trade: Trade, events: Sequence[Booking], slots: Sequence[Slot], rooms: Sequence[Slot]) -> None:
    write_events(trade.folder / "calendar.ics", events)
    write_slots(trade.folder / "slots.csv", slots)
    write_slots(trade.folder / "rooms.csv", rooms)


def test_the_stores_own_export_says_what_its_api_says(trade: Trade) -> None:
    """Orders of several places, one of them cancelled as a whole, and one of which a place was cancelled."""
    trade.book("free", 3)
    trade.book("paid", 1)
    trade.cancel(trade.book("free", 2))
    partly = trade.book("free", 2)
    positions = trade.api.get(f"orders/{partly}/")["positions"]
    trade.api.ask("DELETE", f"orderpositions/{positions[0]['id']}/")
    trade.export()
    slots = trade.slots()
    write(trade, trade.bookings(), slots, slots)
    assert trade.audited() == {}


Change = Callable[[Booking], Sequence[Booking]]
PLANTED: Final[dict[Flaw, Change]] = {
    Flaw.MISSING_THERE: lambda each: (),
    Flaw.DUPLICATE: lambda each: (each, each),
    Flaw.MOVED: lambda each: (replace(each, starts=each.starts + timedelta(hours=40), ends=None),),
    Flaw.WRONG_HOUR: lambda each: (replace(each, starts=each.starts + _offset(each), ends=None),),
    Flaw.MISSING_HERE: lambda each: (each, replace(each, code="NOBODYS", slot=None)),
    Flaw.CANCELLED_BUT_KEPT: lambda each: (each,),
}


def _offset(booking: Booking) -> timedelta:
    return booking.starts.astimezone(ZoneInfo("Europe/Berlin")).utcoffset() or timedelta()


def test_each_class_of_discrepancy_is_found_in_the_stores_own_export(trade: Trade) -> None:
    about = {flaw: trade.book("free", 2) for flaw in PLANTED}
    changes = {code: PLANTED[flaw] for flaw, code in about.items()}
    events = [made for each in trade.bookings() for made in changes.get(str(each.code), lambda same: (same,))(each)]
    trade.cancel(about[Flaw.CANCELLED_BUT_KEPT])
    trade.export()
    expected = {(flaw, code): 1 for flaw, code in about.items() if flaw is not Flaw.MISSING_HERE}
    expected[Flaw.MISSING_HERE, "NOBODYS"] = 1
    slots = trade.slots()
    full = next(each for each in slots if each.key == trade.store.subjects["free"][0].ids["slot"])
    free = next(each for each in slots if each is not full and each.capacity)
    ours = [replace(each, capacity=1) if each is full else each for each in slots]
    rooms = [replace(each, capacity=each.capacity + 1) if each is free and each.capacity else each for each in ours]
    write(trade, events, ours, rooms)
    expected[Flaw.OVERBOOKED, f"slots.csv line {slots.index(full) + 2}"] = 1
    expected[Flaw.CAPACITY, f"slots.csv line {slots.index(free) + 2}"] = 1
    assert trade.audited() == expected
