"""Settings that contradict what was meant; each is changed as the staff would, or where they would change it."""

from __future__ import annotations

from typing import Any, Final

from journeys.booking.book import book_paid_slot
from journeys.drill import planting
from journeys.drill.causes.known import in_booking, in_shop
from journeys.drill.fault import reset
from journeys.model import Cause
from journeys.shop.buy import voucher_checkout

_LONG_AGO: Final = "2021-01-01T00:00:00Z"


def _shop(name: str, says: str, plants: Any, **more: Any) -> Any:
    return in_shop(Cause.CONFIGURATION, name, says, plants, mends=reset, **more)


def _booking(name: str, says: str, plants: Any, **more: Any) -> Any:
    return in_booking(Cause.CONFIGURATION, name, says, plants, mends=reset, **more)


_sql, _event, _slots = planting.sql, planting.event_changed, planting.slots_changed

FAULTS: Final = (
    _shop("stock not tracked", "stock is not counted", _sql("update catalogue_productclass set track_stock = false")),
    _shop("products unpublished", "no product is public", _sql("update catalogue_product set is_public = false")),
    _shop(
        "price changed in one place",
        "prices in the shop are 1.00 above the price list",
        _sql("update partner_stockrecord set price = price + 1"),
    ),
    _shop(
        "voucher of 1 %",
        "the voucher takes 1 % and not 10 %",
        _sql("update offer_benefit set value = 1"),
        journey=voucher_checkout,
    ),
    _shop(
        "voucher expired",
        "the voucher's time is over",
        _sql(f"update voucher_voucher set end_datetime = '{_LONG_AGO}'"),
        journey=voucher_checkout,
    ),
    _shop("currency", "prices are in pounds", _sql("update partner_stockrecord set price_currency = 'GBP'")),
    _booking("one place too many", "slots have one place more than meant", planting.quotas_changed(by=1)),
    _booking("slots shifted", "slots are shifted: local time was read as UTC", planting.shifted_slots()),
    _booking("time zone", "the event's time zone is UTC", _event(timezone="UTC")),
    _booking("currency", "prices are in pounds", _event(currency="GBP"), journey=book_paid_slot),
    _booking(
        "payment method off",
        "gift cards are not accepted",
        planting.event_settings(payment_giftcard__enabled=False),
        journey=book_paid_slot,
    ),
    _booking("sale window past", "the slots' sale has ended", _slots(presale_end=_LONG_AGO)),
    _booking("product off", "the products are not active", planting.items_changed(active=False)),
)
