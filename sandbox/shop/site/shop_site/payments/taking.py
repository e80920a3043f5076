"""Taking a payment: a card that the browser gave to the processor is charged, under the number of the order to come."""

from dataclasses import dataclass
from decimal import Decimal

from oscar.apps.payment.exceptions import UnableToTakePayment
from oscar.core.loading import get_model
from oscar.core.prices import Price

from shop_site import faults
from shop_site.payments import api

Source = get_model("payment", "Source")
SourceType = get_model("payment", "SourceType")
SUCCEEDED = "succeeded"
MINOR = 100
"""How many minor units (cents) are one of the currency's: the shop sells in euros."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the shop knows of a card: the processor's token for it, and its last digits."""

    token: str
    last4: str


def take(order_number: str, total: Price, card: Card, email: str) -> Source:
    """Charge the card, and say so in a payment source that is not saved; what was debited the processor tells later.

    UnableToTakePayment when the card is declined, PaymentError when the processor cannot be asked.
    """
    planted = faults.current()
    reference = ""
    if not planted.order_without_charge:
        payer = api.post("customers", {"email": email, "source": card.token})
        amount = minor(total.incl_tax) * (MINOR if planted.payment_amount_units else 1)
        if planted.charge_without_order:
            _charge(f"{order_number}-0", amount, total.currency, payer)
        reference = _charge(order_number, amount, total.currency, payer)
    return Source(
        source_type=SourceType.objects.get(code="card"),
        currency=total.currency,
        amount_allocated=total.incl_tax,
        reference=reference,
        label=f"XXXX-XXXX-XXXX-{card.last4}",
    )


def minor(amount: Decimal) -> int:
    """In cents."""
    return int((amount * MINOR).to_integral_exact())


def _charge(order_number: str, amount: int, currency: str, payer: dict[str, object]) -> str:
    """The id of a payment intent that succeeded; the processor knows the mail address as the payer's."""
    intent = api.post(
        "payment_intents",
        {
            "amount": amount,
            "currency": currency.lower(),
            "customer": payer["id"],
            "payment_method": payer["default_source"],
            "metadata[order_number]": order_number,
            "confirm": "true",
        },
    )
    if intent["status"] != SUCCEEDED:
        raise UnableToTakePayment("Your bank wants to ask you first. Please use another card.")
    return intent["id"]
