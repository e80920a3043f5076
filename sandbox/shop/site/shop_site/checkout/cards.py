"""The card processor: it accepts or declines test cards and keeps nothing of them."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from oscar.apps.payment.exceptions import UnableToTakePayment

ACCEPTED = "4242424242424242"
DECLINED = "4000000000000002"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A charge that was made."""

    reference: str
    amount: Decimal
    last4: str


def charge(number: str, amount: Decimal) -> Receipt:
    """Charge a card; UnableToTakePayment, with words for the customer, if it is declined."""
    if number == DECLINED:
        raise UnableToTakePayment("Your card was declined. Please use another card.")
    if number != ACCEPTED:
        raise UnableToTakePayment("This shop takes test cards only. Please use a test card.")
    return Receipt(reference=f"ch_{uuid4().hex[:24]}", amount=amount, last4=number[-4:])
