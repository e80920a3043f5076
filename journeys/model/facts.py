"""Facts that customers and staff rely on, and what a place may show of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from journeys.model.money import Money

Value = bool | int | str | Money

# The names of the kinds of layers, which surfaces declare in their paths and layers answer to.
SERVICE_WORKER: Final = "service worker"
BROWSER_HTTP_CACHE: Final = "browser HTTP cache"
EDGE: Final = "edge"
APPLICATION_CACHE: Final = "application cache"
SEARCH_INDEX: Final = "search index"
DATABASE_REPLICA: Final = "database replica"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a run is about: one product, or one product in one slot.

    ``ids`` are the store software's own names for it (slug, primary key, quota); only that platform reads them.
    """

    key: str
    title: str
    price: Money
    ids: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """Something that is true of the store, such as ``availability:mug-red`` or ``revenue``."""

    kind: str
    of: str = ""

    @property
    def key(self) -> str:
        """The fact in one word, as histories and reports write it."""
        return f"{self.kind}:{self.of}" if self.of else self.kind


def availability(subject: Subject) -> Fact:
    """How many of it can still be bought or booked (a count)."""
    return Fact("availability", subject.key)


def price(subject: Subject) -> Fact:
    """What one of it costs (money)."""
    return Fact("price", subject.key)


def orders() -> Fact:
    """How many orders the store took, cancelled ones included (a count)."""
    return Fact("orders")


def revenue() -> Fact:
    """The sum of the totals of all orders the store took, cancelled ones included (money)."""
    return Fact("revenue")


def open_orders() -> Fact:
    """How many orders stand, cancelled ones left out (a count)."""
    return Fact("open orders")


def open_revenue() -> Fact:
    """The sum of the totals of the orders that stand, cancelled ones left out (money)."""
    return Fact("open revenue")


def places_sold() -> Fact:
    """How many places, or pieces, the standing orders hold together (a count)."""
    return Fact("places sold")


def schedule(subject: Subject) -> Fact:
    """When it takes place: the start in ISO 8601, UTC (a text)."""
    return Fact("schedule", subject.key)


def order(number: str) -> Fact:
    """One order: its lines and total, as a text."""
    return Fact("order", number)


class Shows(StrEnum):
    """How much of a fact a surface shows."""

    EXACT = "exact"
    PRESENCE = "presence"

    def of(self, value: Value) -> Value:
        """What such a surface should show when the record says ``value``."""
        if self is Shows.PRESENCE:
            return isinstance(value, int) and value > 0
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """A place where a fact is shown, and the layers between it and the record, outermost first.

    ``tolerance_s`` is how long after an acked write the old value may still stand there. ``refreshes``: reading it
    makes the store renew a cache that other surfaces are shown from, so it is read after them.
    """

    name: str
    fact: str
    path: tuple[str, ...] = ()
    shows: Shows = Shows.EXACT
    tolerance_s: float = 2.0
    refreshes: bool = False


def text_of(value: Value | None) -> str:
    """A value as reports print it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "available" if value else "sold out"
    return str(value)
