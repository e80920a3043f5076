"""What ails the databases of the stores; a replica that lags is among the faults of the shop."""

from __future__ import annotations

from functools import partial
from typing import Final

from journeys.drill import planting
from journeys.drill.causes.known import in_booking, in_shop
from journeys.model import Cause

_shop, _booking = partial(in_shop, Cause.DATABASE), partial(in_booking, Cause.DATABASE)
_SHOPS_ORDERS, _BOOKINGS_ORDERS = "order_order", "pretixbase_order"
_STATEMENT_S, _LOCK_S = 3.0, 10.0

FAULTS: Final = (
    _shop("statement slowed", "storing an order takes 3 s", planting.slow_inserts(_SHOPS_ORDERS, _STATEMENT_S)),
    _booking("statement slowed", "storing an order takes 3 s", planting.slow_inserts(_BOOKINGS_ORDERS, _STATEMENT_S)),
    _shop("table locked", "somebody locks orders for 10 s at a time", planting.locked(_SHOPS_ORDERS, _LOCK_S)),
    _booking("table locked", "somebody locks orders for 10 s at a time", planting.locked(_BOOKINGS_ORDERS, _LOCK_S)),
    _shop("connections used up", "the database has no connection left to give", planting.no_connections()),
    _booking("connections used up", "the database has no connection left to give", planting.no_connections()),
    _shop("read-only database", "the database takes no writes, as when its disk is full", planting.read_only()),
    _booking("read-only database", "the database takes no writes, as when its disk is full", planting.read_only()),
)
