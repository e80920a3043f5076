"""Attempts at a booking, as pretix's orders and their payments tell them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from journeys.model import Attempt
from journeys.platforms.backend import Backend
from journeys.platforms.pretix.names import Names, Series
from journeys.platforms.pretix.record import PretixRecord
from journeys.platforms.pretix.undo import Undo

NOON = 1_795_518_000.0  # 2026-11-24 12:00 in Berlin
ZONE = ZoneInfo("Europe/Berlin")
SERIES = Series(organizer="harbour", event="tours", language="en", currency="EUR", zone=ZONE)


@dataclass
class Store:
    """An API that lists these orders on two pages, and notes what it was asked for."""

    orders: list[dict[str, Any]]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, method: str, path: str, *, params: dict[str, Any] | None = None) -> Any:
        if params is None:
            return {"results": self.orders[1:], "next": None}
        self.asked.append({"method": method, "path": path, **params})
        return {"results": self.orders[:1], "next": "page 2"}


def held(code: str, status: str, *states: str, email: str | None = "anna@kunde.example") -> dict[str, Any]:
    payments = [{"local_id": place, "state": state} for place, state in enumerate(states, 1)]
    return {
        "code": code, "email": email, "status": status, "datetime": "2026-11-24T11:00:00.500000Z", "payments": payments
    }  # fmt: skip


def record(store: Store) -> PretixRecord:
    return PretixRecord(
        api=cast(Backend, store), series=SERIES, names=Names(), undoing=cast(Undo, None), cached=False
    )  # fmt: skip


def failed(order: dict[str, Any]) -> bool:
    (attempt,) = record(Store([order])).attempts_since(NOON)
    return attempt.failed


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("n", ("failed",)),
        ("n", ("canceled", "failed")),
        ("c", ("failed",)),
        ("e", ()),
        ("e", ("canceled",)),
        ("e", ("failed", "created")),
    ],
)
def test_nothing_comes_of_what_expired_and_of_what_could_not_be_paid(status: str, states: tuple[str, ...]) -> None:
    assert failed(held("A1B2C", status, *states))


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("p", ("confirmed",)),
        ("p", ("failed", "confirmed")),
        ("p", ("confirmed", "failed")),
        ("c", ("refunded",)),
    ],
)
def test_what_was_paid_has_not_failed(status: str, states: tuple[str, ...]) -> None:
    assert not failed(held("A1B2C", status, *states))


@pytest.mark.parametrize(
    ("status", "states"),
    [("c", ()), ("c", ("canceled",)), ("c", ("failed", "canceled")), ("n", ("canceled",))],
)
def test_who_cancels_has_changed_their_mind(status: str, states: tuple[str, ...]) -> None:
    assert not failed(held("A1B2C", status, *states))


@pytest.mark.parametrize("states", [(), ("created",), ("pending",), ("failed", "created"), ("failed", "pending")])
def test_who_may_still_pay_has_not_failed_yet(states: tuple[str, ...]) -> None:
    assert not failed(held("A1B2C", "n", *states))


def test_payments_count_by_their_number_and_not_by_their_place_in_the_answer() -> None:
    order = held("A1B2C", "n", "failed", "created")
    order["payments"].reverse()
    assert not failed(order)


def test_all_pages_since_the_moment_are_read() -> None:
    store = Store([held("A1B2C", "e"), held("D3E4F", "p", "confirmed", email=None)])
    placed_at = "2026-11-24T11:00:00.500000Z"
    assert record(store).attempts_since(NOON + 0.9) == (
        Attempt(number="A1B2C", email="anna@kunde.example", placed_at=placed_at, failed=True),
        Attempt(number="D3E4F", email="", placed_at=placed_at, failed=False),
    )
    (asked,) = store.asked
    assert (asked["created_since"], asked["ordering"]) == ("2026-11-24T11:00:00Z", "datetime")
