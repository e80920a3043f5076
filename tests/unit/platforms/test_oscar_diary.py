"""Orders of a shop since a moment, with their times, out of the pages of its API's list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from journeys.model import Money, Order
from journeys.platforms.backend import Backend
from journeys.platforms.oscar.dashboard import Dashboard
from journeys.platforms.oscar.goods import Goods
from journeys.platforms.oscar.record import OscarRecord

MINUTE_S = 60.0
NOON = 1_795_518_000.0  # 2026-11-24 12:00 in Berlin


@dataclass
class Shop:
    """An API that lists so many orders, one a minute before noon, the newest first; ``asked`` are its pages."""

    many: int
    asked: list[tuple[int, int]] = field(default_factory=list)
    comes_in: bool = False

    def get(self, path: str, *, limit: str, offset: str) -> Any:
        self.asked.append((int(limit), int(offset)))
        page = range(int(offset), min(self.many, int(offset) + int(limit)))
        shift = len(self.asked) - 1 if self.comes_in else 0  # each page, another order has come in meanwhile
        return {
            "results": [_said(place - shift) for place in page],
            "next": "more" if int(offset) + int(limit) < self.many else None,
        }


def _said(place: int) -> dict[str, str]:
    return {
        "number": str(100_000 - place),
        "email": "anna@kunde.example",
        "total_incl_tax": "12.50",
        "date_placed": f"2026-11-24T{(720 - place) // 60:02}:{(720 - place) % 60:02}:00+01:00",
    }


def record(shop: Shop) -> OscarRecord:
    return OscarRecord(cast(Backend, shop), cast(Dashboard, None), cast(Goods, None), "EUR", "Cancelled")


def test_orders_have_their_times_in_utc() -> None:
    (newest,) = record(Shop(many=40)).placed_since(NOON)
    assert newest == Order(
        number="100000",
        email="anna@kunde.example",
        total=Money.of("12.50", "EUR"),
        placed_at="2026-11-24T11:00:00+00:00",
    )


def test_no_more_is_asked_for_than_it_takes() -> None:
    shop = Shop(many=400)
    assert len(record(shop).placed_since(NOON - 10 * MINUTE_S)) == 11
    assert shop.asked == [(5, 0), (20, 5)]


def test_all_are_found_if_all_are_wanted() -> None:
    assert len(record(Shop(many=400)).placed_since(0.0)) == 400


def test_a_shop_without_orders_has_none() -> None:
    assert record(Shop(many=0)).placed_since(0.0) == ()


def test_an_order_that_comes_in_between_two_pages_makes_none_count_twice() -> None:
    found = record(Shop(many=200, comes_in=True)).placed_since(NOON - 100 * MINUTE_S)
    numbers = [each.number for each in found]
    assert len(numbers) == len(set(numbers))
