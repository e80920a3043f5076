"""What is on offer: when the tours start, how many places they have, how the event is set up."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
GIFT_CARD_BALANCE = Decimal("100000.00")
PLACES = 12
PRODUCTS = (
    ("free", "Guided tour, free entry", "0.00"),
    ("tasting", "Guided tour with tasting", "18.00"),
)
LAST_PLACE, SOLD_OUT = "last place", "sold out"
# Days from the day of seeding, local start, what is special about it.
SLOTS = (
    (1, "10:00", ""),
    (1, "15:00", ""),
    (4, "18:30", ""),
    (6, "23:30", "ends on the next local day"),
    (8, "10:00", ""),
    (10, "14:00", ""),
    (13, "00:30", "starts on the previous day in UTC"),
    (18, "10:00", LAST_PLACE),
    (20, "18:30", ""),
    (23, "14:00", SOLD_OUT),
    (27, "11:30", ""),
    (35, "16:00", ""),
    (39, "18:30", ""),
    (42, "10:00", ""),
)
ANNOUNCED = (
    "placed",
    "paid",
    "canceled",
    "reactivated",
    "expired",
    "modified",
    "contact.changed",
    "changed.*",
    "deleted",
)
"""What happens to orders and is told to whoever receives webhooks."""
SIZES = {LAST_PLACE: 1, SOLD_OUT: 5}
MAILS = {
    "free": (
        "Your booking {code}",
        "Hello,\n\nyour booking {code} for {event} is confirmed. Total: {total_with_currency}\n\n{url}\n",
    ),
    "placed": (
        "Your booking {code}",
        "Hello,\n\nwe received your booking {code} for {event}. Total: {total_with_currency}\n\n"
        "{payment_info}\n\n{url}\n",
    ),
    "paid": (
        "Payment received for your booking {code}",
        "Hello,\n\nyour booking {code} for {event} is paid. Total: {total_with_currency}\n\n{url}\n",
    ),
    "canceled": (
        "Booking cancelled {code}",
        "Hello,\n\nyour booking {code} for {event} was cancelled. Total: {total_with_currency}\n\n{url}\n",
    ),
}
SETTINGS: dict[str, Any] = {
    "timezone": ZONE.key,
    "region": "GB",
    "locale": "en",
    "locales": ["en"],
    "event_list_type": "calendar",
    "show_quota_left": True,
    "show_date_to": True,
    "reservation_time": 10,
    "attendee_names_asked": False,
    "invoice_address_asked": False,
    "order_email_required": True,
    "waiting_list_enabled": False,
    "payment_giftcard__enabled": True,
    "payment_manual__enabled": True,
    "payment_manual_checkout_method_name": "Pay at the quay",
    "payment_manual_email_instructions": "Please pay {total_with_currency} at the quay.",
    "payment_manual_pending_description": "Please pay {total_with_currency} at the quay.",
    "cancel_allow_user": True,
    "cancel_allow_user_paid": True,
    "cancel_allow_user_paid_refund_as_giftcard": "off",
}
