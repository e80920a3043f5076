"""Data that does not pass between the stores and their payment, mail, calendar and customer services."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from journeys.booking.book import book_paid_slot
from journeys.drill.causes.known import in_booking, in_shop
from journeys.drill.planting import hindered_payment, received, renamed_field, switched
from journeys.model import Cause

_shop, _booking = partial(in_shop, Cause.INTEGRATION), partial(in_booking, Cause.INTEGRATION)
_LATE_S: Final = 30


def _paid(name: str, says: str, **switch: bool | int | str) -> Any:
    """A fault of the shop's payments, thrown by a switch."""
    return _shop(name, says, switched(**switch))


FAULTS: Final = (
    _paid("webhook dropped", "the shop refuses every event of its processor", payment_webhook_dropped=True),
    _paid("webhook late", "the shop hears of payments 30 s late", payment_webhook_late_s=_LATE_S),
    _paid("webhook twice", "the shop settles a payment twice", payment_webhook_twice=True),
    _paid("webhook with a wrong amount", "the shop settles cents as euros", payment_webhook_wrong_amount=True),
    _paid("charge without order", "a card is charged for an order that never comes", charge_without_order=True),
    _paid("order without charge", "an order is stored, and its card never charged", order_without_charge=True),
    _paid("refund not passed on", "the payment of a cancelled order is kept", refund_not_passed_on=True),
    _paid("amount in other units", "cards are charged a hundred times too much", payment_amount_units=True),
    _paid("payment key expired", "the processor answers the shop 401", payment_key_expired=True),
    _shop("payment rate limit", "the processor answers the shop 429", hindered_payment("^/v1/payment_intents", 429)),
    _paid("mail not sent", "no confirmation leaves the shop", mail_lost=True),
    _shop(
        "renamed field",
        "the API calls the total of an order otherwise",
        renamed_field("/api/admin/orders/", "total_incl_tax", "total_with_tax"),
    ),
    _booking("mail not sent", "no confirmation leaves the store", switched(mail_lost=True)),
    _booking(
        "renamed field",
        "the API calls the total of an order otherwise",
        renamed_field("/api/v1/.*/orders/", "total", "grand_total"),
    ),
    _booking("webhook dropped", "webhooks are taken, and nothing is done", received(swallows=True)),
    _booking("webhook refused", "webhooks are answered 500", received(answers_500=True)),
    _booking("webhook late", "webhooks are handled 30 s late", received(delay_s=_LATE_S)),
    _booking("webhook twice", "each webhook makes entries of its own", received(handles_twice=True)),
    _booking("calendar entry missing", "nothing is written into the calendar", received(no_entry=True)),
    _booking("calendar entry in the wrong hour", "local time stands there as UTC", received(local_time_as_utc=True)),
    _booking("calendar entry doubled", "each booking stands in the calendar twice", received(entry_twice=True)),
    _booking("token expired", "the store answers the receiver 401", received(token_expired=True)),
    _booking("rate limit", "the store answers the receiver 429", switched(receiver_calls_per_minute=1)),
    _booking(
        "customer without an address",
        "the receiver looks for the mail address under another name",
        received(renamed={"email": "contact_email"}),
    ),
    _booking(
        "customer file in other units",
        "the customer file holds cents as euros",
        received(amounts_in_cents=True),
        journey=book_paid_slot,
    ),
)
