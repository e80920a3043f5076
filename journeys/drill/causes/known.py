"""How a fault is declared that is not at one surface: its cause is to be named by the run as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from journeys.booking.book import book_free_slot
from journeys.drill.booking_faults import CALENDAR_FEED, OWN_CACHES
from journeys.drill.fault import WHOLE_RUN, Box, Expected, Fault, heal
from journeys.model import Cause
from journeys.run.journey import Journey
from journeys.shop.buy import guest_checkout

Plants = Callable[[Box], None]
_ALSO: Final = {"shop": (), "booking": (*OWN_CACHES, CALENDAR_FEED)}
"""What the booking store's own caches hold back is found as well, and is no fault of the drill."""


def in_shop(cause: Cause, name: str, says: str, plants: Plants, **more: Any) -> Fault:
    """A fault of the shop that a guest's purchase should bring to light."""
    return _fault("shop", cause, name, says, plants, **more)


def in_booking(cause: Cause, name: str, says: str, plants: Plants, **more: Any) -> Fault:
    """A fault of the booking store that a guest's booking should bring to light."""
    return _fault("booking", cause, name, says, plants, **more)


def _fault(
    store: str,
    cause: Cause,
    name: str,
    says: str,
    plants: Plants,
    *,
    journey: Journey | None = None,
    mends: Callable[[Box], None] = heal,
    settings: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
    **more: Any,
) -> Fault:
    usual = guest_checkout if store == "shop" else book_free_slot
    fault = Fault(
        name=name,
        store=store,
        says=says,
        journey=journey or usual,
        plants=plants,
        expected=Expected(causes=(cause,)),
        surfaces=(WHOLE_RUN,),
        also=_ALSO[store],
        mends=mends,
        **more,
    )
    return fault if settings is None else replace(fault, settings=settings)
