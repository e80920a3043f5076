"""Scripts of third parties in the stores' pages that get in the customers' way."""

from __future__ import annotations

from functools import partial
from typing import Final

from journeys.booking.book import book_paid_slot
from journeys.drill.causes.known import in_booking, in_shop
from journeys.drill.planting import scripted, switched, together
from journeys.model import Cause

_shop, _booking = partial(in_shop, Cause.THIRD_PARTY), partial(in_booking, Cause.THIRD_PARTY)

CONFLICT: Final = together(
    switched(third_parties="all"),
    scripted({"heatmap": "half of a conflict a", "recommendations": "half of a conflict b"}),
)

FAULTS: Final = (
    _shop(
        "script stops the click",
        "the chat keeps clicks from the basket's button",
        scripted({"chat": "stops the click"}),
    ),
    _shop(
        "script rewrites the price",
        "analytics shows prices 1.00 too high",
        scripted({"analytics": "rewrites the price"}),
    ),
    _shop(
        "script lays over the button", "the chat's window lies over the basket's button", scripted({"chat": "overlay"})
    ),
    _shop(
        "script breaks the shop's own",
        "the consent banner breaks jQuery",
        scripted({"consent": "breaks the store's script"}),
    ),
    _shop(
        "script blocks rendering", "pages wait 6 s for the consent banner", scripted({"consent": "blocks rendering"})
    ),
    _shop("two scripts conflict", "two of eight scripts together break the basket's button", CONFLICT),
    _booking(
        "script stops the click",
        "analytics keeps clicks from the cart's button",
        scripted({"analytics": "stops the click"}),
    ),
    _booking(
        "script rewrites the price",
        "analytics shows prices 1.00 too high",
        scripted({"analytics": "rewrites the price"}),
        journey=book_paid_slot,
    ),
    _booking(
        "script lays over the button",
        "the consent banner lies over the cart's button",
        scripted({"consent": "overlay"}),
    ),
    _booking(
        "script blocks rendering", "pages wait 6 s for the consent banner", scripted({"consent": "blocks rendering"})
    ),
)
