"""Attempts at a booking in the real pretix: what its orders and payments tell, and what follows when many fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from commands import configured

from journeys import stores
from journeys.config import Config, load
from journeys.model import Attempt
from journeys.platforms.pretix.connect import api_of
from journeys.probes.database import open_database
from journeys.probes.outcome import State
from journeys.probes.probe import HERE
from journeys.probes.sales.hours import DAY_S, HOUR_S, hour_at, whole_hours
from journeys.probes.sales.kept import keep
from journeys.probes.sales.trying import Attempting, Trying
from journeys.probes.worker import beating
from journeys.probing import Watch
from journeys.run.clock import SystemClock
from journeys.run.ports import Store
from sandbox import Status

pytestmark = [pytest.mark.store("booking"), pytest.mark.xdist_group("booking"), pytest.mark.usefixtures("sandbox")]

ZONE: Final = "Europe/Berlin"
GUEST: Final = "anna@kunde.example"  # nobody's, by RFC 2606, and not a tester's
LATER_S: Final = 15 * 60.0  # by then nobody is at it again
NO_SUCH_CARD: Final = {"use_gift_cards": ["NOSUCHCARD"]}  # pretix lets this payment fail by itself
WATCHED: Final = """
[stores.booking]
platform = "pretix"
sandbox = true
timezone = "Europe/Berlin"
[stores.booking.sales]
journey = "book_free_slot"
noun = "booking"
[probes.book]
store = "booking"
journey = "book_free_slot"
every = 3600
"""

Book = Callable[..., str]


@pytest.fixture
def api(journeys_config: Config, store: Store) -> Iterator[Any]:
    """The store's API, of this machine alone; afterwards the guest's bookings are gone and all is as it was seeded."""
    assert urlsplit(store.url).hostname == "127.0.0.1"
    before = left(store)
    with closing(api_of(stores.connection_of(journeys_config, "booking"))) as asked:
        yield asked
    undone = store.record.undo("orders", GUEST)
    assert (undone.residue, left(store)) == ((), before)


def left(store: Store) -> list[Any]:
    """The places that are left of what guests book here, and the orders that are there."""
    places = [store.record.about(store.subjects[role][0], gently=False)["availability"] for role in ("free", "paid")]
    return [*places, sorted(order.number for order in store.record.orders())]


@pytest.fixture
def book(api: Any, store: Store) -> Book:
    """Book one place by API, as a real guest would by the pages; its code."""

    def booked(role: str, **more: Any) -> str:
        ids = store.subjects[role][0].ids
        place = {"item": int(ids["item"]), "subevent": int(ids["slot"])}
        order = {"email": GUEST, "locale": "en", "testmode": True, "send_email": False, "positions": [place]}
        return str(api.ask("POST", "orders/", json=order | more)["code"])

    return booked


def attempts(store: Store, since: float) -> dict[str, Attempt]:
    record = store.record
    assert isinstance(record, Attempting)
    return {each.number: each for each in record.attempts_since(since) if each.email == GUEST}


def test_what_becomes_of_a_booking_is_told_as_it_is(
    api: Any, book: Book, store: Store, journeys_config: Config
) -> None:
    began = time.time() - 1
    card = stores.connection_of(journeys_config, "booking").means["gift card"]
    free, paid, pending = book("free"), book("paid", use_gift_cards=[card]), book("paid")
    failed, given_up, cancelled, expired = (
        book("paid", **NO_SUCH_CARD), book("paid", **NO_SUCH_CARD), book("paid"), book("paid")
    )  # fmt: skip
    again = book("paid", **NO_SUCH_CARD)
    for code in (given_up, cancelled):
        api.ask("POST", f"orders/{code}/mark_canceled/", json={"send_email": False})
    api.ask("POST", f"orders/{expired}/mark_expired/", json={})
    payment = {"state": "pending", "amount": "18.00", "provider": "manual", "send_email": False}
    api.ask("POST", f"orders/{again}/payments/", json=payment)

    told = attempts(store, began)
    assert {code: each.failed for code, each in told.items()} == {
        free: False, paid: False, pending: False, failed: True, given_up: True, cancelled: False, expired: True,
        again: False,
    }  # fmt: skip
    assert all(began <= datetime.fromisoformat(each.placed_at).timestamp() <= time.time() + 1 for each in told.values())
    assert attempts(store, time.time() + 60) == {}


def remembered(engine: sa.Engine, now: float) -> None:
    """A made-up month with 48 attempts a day, of which one failed."""
    zone = ZoneInfo(ZONE)
    hours = tuple(whole_hours(now - 30 * DAY_S, hour_at(now, zone), zone))
    with engine.begin() as connection:
        keep(connection, "booking", "attempt at: booking", dict.fromkeys(hours, 2))
        keep(connection, "booking", "failed: booking", {each: int(each % DAY_S < HOUR_S) for each in hours})


def test_bookings_that_fail_one_after_the_other_are_alarming_and_a_healthy_store_is_not(
    book: Book, store: Store, tmp_path: Path
) -> None:
    engine, record = open_database(f"sqlite:///{tmp_path}/probes.sqlite3"), cast(Attempting, store.record)
    remembered(engine, time.time())
    trying = Trying(engine, "booking", ZONE, noun="booking")
    for _ in range(4):
        book("free")
    assert not any(each.suspicious or not each.known for each in trying.look(record, time.time() + LATER_S))
    for _ in range(8):
        book("paid", **NO_SUCH_CARD)
    hour = trying.look(record, time.time() + LATER_S)[0]
    engine.dispose()
    assert (hour.alarming, hour.seen, hour.noun) == (True, 8, "booking")
    assert hour.words.startswith(f"8 of {hour.of} attempts at a booking failed, where 0.")


class Later(SystemClock):
    """A quarter of an hour from now."""

    def utc(self) -> datetime:
        return datetime.fromtimestamp(super().utc().timestamp() + LATER_S, UTC)


def test_somebody_is_paged_when_guests_cannot_book_though_a_synthetic_guest_can(
    book: Book, sandbox: Status, tmp_path: Path
) -> None:
    file = configured(tmp_path, sandbox, WATCHED)
    file.write_text(f'state = "{tmp_path / "state"}"\n{file.read_text()}', encoding="utf-8")
    watch = Watch(load(file), file, HERE, lambda line: None, lambda outcome: None)
    remembered(watch.database, time.time())
    watch.beside.clock = Later()
    for _ in range(8):
        book("paid", **NO_SUCH_CARD)
    with beating(watch.roster):
        watch.beside.look()
    told = watch.history.outcomes(probe="sales of booking")[0]
    synthetic = watch.history.outcomes(probe="decisive order of booking")[0]
    incidents = watch.alerting.incidents()
    watch.close()
    assert (synthetic.state, synthetic.journey) == (State.PASSED, "book_free_slot")
    assert told.state is State.FAILED
    assert told.headline.startswith("Some cannot book, though a synthetic booking arrived everywhere: 8 of ")
    assert [each.name for each in incidents] == ["sales of booking"]
