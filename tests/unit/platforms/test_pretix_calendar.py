"""What pretix is understood to have booked, and how many places its quotas allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from journeys.audit.model import Period
from journeys.audit.pages import Pages
from journeys.model import StoreFault
from journeys.platforms.pretix.calendar import PretixCalendar, capacity
from journeys.platforms.pretix.names import Series

DECEMBER = Period(first=date(2026, 12, 1), last=date(2026, 12, 31), zone=ZoneInfo("Europe/Berlin"))


def quota(size: int | None, *items: int, number: int = 1) -> Mapping[str, Any]:
    return {"id": number, "size": size, "items": items}


@pytest.mark.parametrize(
    ("quotas", "places"),
    [
        ([quota(12, 1, 2)], 12),
        ([quota(None, 1, 2)], None),
        ([], None),
        ([quota(12, 3)], None),  # a product that is not sold any more
        ([quota(8, 1), quota(4, 2, number=2)], 12),
        ([quota(8, 1), quota(None, 2, number=2)], None),
        ([quota(10, 1, 2), quota(4, 2, number=2)], 10),
        ([quota(10, 1, 2), quota(None, 2, number=2)], 10),
        ([quota(20, 1, 2), quota(12, 1, 2, number=2)], 12),
    ],
)
def test_a_slot_has_as_many_places_as_its_quotas_allow(quotas: Sequence[Mapping[str, Any]], places: int | None) -> None:
    assert capacity(quotas, {1, 2}) == places


class Api:
    """Answers as pretix does; ``orders`` are those of each reading, and those after it what is said when it is over."""

    def __init__(self, *orders: Sequence[Mapping[str, Any]], testmode: bool = False) -> None:
        self._orders, self._testmode, self._begun = orders, testmode, 0

    def get(self, path: str, **params: str) -> Any:
        return {"has_subevents": True, "testmode": self._testmode}

    def ask(self, method: str, path: str, *, params: Mapping[str, Any] | None = None) -> Any:
        rows: Sequence[Mapping[str, Any]]
        if path == "subevents/":
            rows = [SLOT]
        elif path == "orders/":
            rows = self._orders[min(self._begun, len(self._orders) - 1)]
            if params is not None and params.get("page") == "1":
                self._begun += 1
        else:
            rows = []
        return {"results": rows, "next": None, "count": len(rows)}


SLOT = {"id": 7, "name": {"en": "Tour"}, "date_from": "2026-12-06T00:30:00+01:00", "date_to": None}


def order(code: str, status: str, *positions: Mapping[str, Any], testmode: bool = False) -> Mapping[str, Any]:
    changed = "2026-11-24T20:00:00Z"
    return {"code": code, "status": status, "testmode": testmode, "last_modified": changed, "positions": [*positions]}


def place(slot: int = 7, *, canceled: bool = False, addon_to: int | None = None) -> Mapping[str, Any]:
    return {"subevent": slot, "item": 1, "canceled": canceled, "addon_to": addon_to}


def told(*orders: Sequence[Mapping[str, Any]], testmode: bool = False) -> list[tuple[Any, ...]]:
    series = Series(organizer="o", event="e", language="en", currency="EUR", zone=ZoneInfo("Europe/Berlin"))
    api: Any = Api(*orders, testmode=testmode)
    with TemporaryDirectory() as folder:
        source = PretixCalendar(name="store", series=series, api=api, pages=Pages(folder=Path(folder)))
        rows = [row for batch in source.read("bookings", DECEMBER) for row in batch.to_pylist()]
    assert all(f"{row['starts']:%Y-%m-%dT%H:%M}" == "2026-12-05T23:30" for row in rows)
    return [(row["code"], row["slot"], row["places"], row["standing"], row["title"]) for row in rows]


def test_an_order_is_told_once_for_each_slot_and_once_more_for_what_was_cancelled() -> None:
    orders = [
        order("AAAAA", "p", place(), place(), place(canceled=True), place(addon_to=3), place(99)),
        order("BBBBB", "n", place()),
        order("CCCCC", "c", place(), place()),
        order("DDDDD", "e", place()),
    ]
    assert told(orders) == [
        ("AAAAA", "7", 2, True, "Tour"),
        ("AAAAA", "7", 1, False, "Tour"),
        ("BBBBB", "7", 1, True, "Tour"),
        ("CCCCC", "7", 2, False, "Tour"),
        ("DDDDD", "7", 1, False, "Tour"),
    ]


def test_test_orders_count_only_in_test_mode() -> None:
    orders = [order("AAAAA", "p", place(), testmode=True)]
    assert told(orders) == []
    assert len(told(orders, testmode=True)) == 1


def test_orders_that_change_while_they_are_read_are_read_again() -> None:
    booked, cancelled = [order("AAAAA", "n", place())], [order("AAAAA", "c", place())]
    assert told(booked, cancelled) == [("AAAAA", "7", 1, False, "Tour")]
    assert told([*booked, order("BBBBB", "n", place())], cancelled) == [("AAAAA", "7", 1, False, "Tour")]


def test_orders_that_never_stay_the_same_are_told() -> None:
    with pytest.raises(StoreFault, match="it changes while it is read, 3 times over: order AAAAA changed"):
        told(*([order("AAAAA", status, place())] for status in "npnpnp"))
