"""A small catalogue: one surface of one fault for each kind of layer, a delay and a pair, in both stores."""

from __future__ import annotations

from dataclasses import replace

from journeys.drill import booking_faults, shop_faults
from journeys.drill.fault import Fault, pair

PRODUCT_PAGE = (shop_faults.PRODUCT_PAGE,)
SEARCH_RESULT = (shop_faults.SEARCH_RESULT,)


def at(fault: Fault, *surfaces: str) -> Fault:
    """The fault, scored at these surfaces alone."""
    return replace(fault, surfaces=surfaces, also=(*fault.surfaces, *fault.also))


CATALOGUE = (
    at(shop_faults.WORKER, *PRODUCT_PAGE),
    at(shop_faults.ONE_OF_TWO, *PRODUCT_PAGE, *SEARCH_RESULT),
    at(shop_faults.REPLICA, shop_faults.API),
    next(each for each in shop_faults.FAULTS if each.expected.delay_s == 2),
    at(booking_faults.OWN, booking_faults.QUOTA_WIDGET, booking_faults.STATISTICS),
    at(booking_faults.ONE_EDGE, booking_faults.SLOT_PAGE),
)
PAIRS = (
    pair(shop_faults.BROWSER, shop_faults.INDEX, surfaces=SEARCH_RESULT),
    pair(shop_faults.NOT_PURGED, shop_faults.FRAGMENT, surfaces=PRODUCT_PAGE),
)
