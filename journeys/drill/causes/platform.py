"""Faults of the stores' own software and hosting."""

from __future__ import annotations

from functools import partial
from typing import Final

from journeys.booking.book import book_paid_slot
from journeys.booking.refused import sold_out_slot
from journeys.drill import planting
from journeys.drill.causes.known import in_booking, in_shop
from journeys.drill.fault import Box, start
from journeys.drill.planting import switched, together
from journeys.model import Cause
from journeys.shop.race import last_product_race
from journeys.shop.refused import sold_out_product

_shop, _booking = partial(in_shop, Cause.PLATFORM), partial(in_booking, Cause.PLATFORM)


def _stopped(box: Box) -> None:
    """Its server has ended; what stands before it goes on."""
    box.halt()


FAULTS: Final = (
    _shop("process stopped", "the store's server has ended", _stopped, mends=start),
    _booking("process stopped", "the store's server has ended", _stopped, mends=start),
    _shop("maintenance", "every page answers 503 and when to come again", switched(maintenance=True)),
    _booking("maintenance", "every page answers 503 and when to come again", switched(maintenance=True)),
    _shop("checkout broken", "every page of the checkout answers 500", switched(checkout_500=True)),
    _booking("checkout broken", "every page of the checkout answers 500", switched(checkout_500=True)),
    _shop("order not stored", "the customer is thanked for an order that is lost", switched(order_forgotten=True)),
    _shop("wrong total", "orders are stored with a cent too much", switched(order_total_off_by_minor=1)),
    _booking(
        "wrong total",
        "paid bookings are stored with a total that is a cent too high",
        switched(order_total_off_by_minor=1),
        journey=book_paid_slot,
    ),
    _shop("stock not lowered", "an order takes nothing from the stock", switched(stock_decrement_lost=True)),
    _booking("places not lowered", "a booking takes no place", switched(places_decrement_lost=True)),
    _shop("order doubled", "each submission is stored twice", switched(order_doubled=True)),
    _shop(
        "oversell in a race",
        "those who want the last one at the same moment all get it, as in Oscar itself",
        switched(stock_not_locked=True),
        journey=last_product_race,
    ),
    _shop(
        "oversell",
        "what is sold out can be ordered",
        switched(sold_out_accepted=True),
        journey=sold_out_product,
    ),
    _booking(
        "oversell",
        "a slot that is sold out can be booked",
        switched(sold_out_slot_accepted=True),
        journey=sold_out_slot,
    ),
    _shop(
        "incident announced",
        "the status page announces an incident, and the checkout is broken",
        together(planting.incident("Checkout unavailable", "Checkout"), switched(checkout_500=True)),
    ),
    _booking(
        "incident announced",
        "the status page announces an incident, and the checkout is broken",
        together(planting.incident("Bookings unavailable", "Checkout"), switched(checkout_500=True)),
    ),
    _shop(
        "dashboard of zero sales",
        "the dashboard's figures stand at zero, though there are orders",
        together(planting.earlier_order(), switched(dashboard_zero=True)),
    ),
)
