"""Taking a payment: authorised before the order is stored, captured after it, released when there is no order."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from oscar.apps.payment.exceptions import PaymentError, UnableToTakePayment
from oscar.core.loading import get_model
from oscar.core.prices import Price

from shop_site import faults
from shop_site.payments import api

Source = get_model("payment", "Source")
SourceType = get_model("payment", "SourceType")
logger = logging.getLogger(__name__)
AUTHORISED, SUCCEEDED = "requires_capture", "succeeded"
MINOR = 100
"""How many minor units (cents) are one of the currency's: the shop sells in euros."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the shop knows of a card: the processor's token for it, and its last digits."""

    token: str
    last4: str


def authorise(order_number: str, total: Price, card: Card, email: str) -> Source:
    """Have the amount held on the card, and say so in a payment source that is not saved.

    UnableToTakePayment when the card is declined, PaymentError when the processor cannot be asked.
    """
    planted = faults.current()
    payer = api.post("customers", {"email": email, "source": card.token})
    amount = minor(total.incl_tax) * (MINOR if planted.payment_amount_units else 1)
    if planted.charge_without_order:
        _pay(f"{order_number}-0", amount, total.currency, payer, capture="automatic")
    return Source(
        source_type=SourceType.objects.get(code="card"),
        currency=total.currency,
        amount_allocated=total.incl_tax,
        reference=_pay(order_number, amount, total.currency, payer, capture="manual"),
        label=f"XXXX-XXXX-XXXX-{card.last4}",
    )


def capture(order) -> None:
    """Take what is held for an order that was stored; failing that, the order stands. The processor tells later."""
    if faults.current().order_without_charge:
        return
    _each((source.reference for source in order.sources.all()), "capture")


def release(sources: Iterable[Source]) -> None:
    """Let go of what is held for an order that could not be stored."""
    _each((source.reference for source in sources), "cancel")


def minor(amount: Decimal) -> int:
    """In cents."""
    return int((amount * MINOR).to_integral_exact())


def _pay(order_number: str, amount: int, currency: str, payer: dict[str, object], *, capture: str) -> str:
    """The id of a payment intent; the processor knows the mail address as the payer's."""
    intent = api.post(
        "payment_intents",
        {
            "amount": amount,
            "currency": currency.lower(),
            "customer": payer["id"],
            "payment_method": payer["default_source"],
            "metadata[order_number]": order_number,
            "capture_method": capture,
            "confirm": "true",
        },
    )
    if intent["status"] not in (AUTHORISED, SUCCEEDED):
        raise UnableToTakePayment("Your bank wants to ask you first. Please use another card.")
    return intent["id"]


def _each(intents: Iterable[str], what: str) -> None:
    for intent in intents:
        try:
            api.post(f"payment_intents/{intent}/{what}", {})
        except (PaymentError, UnableToTakePayment):
            logger.exception("payment %s: %s is not done", intent, what)
