"""Settling: what the processor says was paid is booked with the order, once for each event."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from oscar.core.loading import get_model

from shop_site import faults
from shop_site.models import TakenEvent
from shop_site.payments.taking import MINOR, SUCCEEDED

Source = get_model("payment", "Source")
EventType = get_model("order", "PaymentEventType")
Quantity = get_model("order", "PaymentEventQuantity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """An event: which payment intent succeeded, by which charge, and its amount in cents."""

    event: str
    intent: str
    charge: str
    minor: int


def settle(paid: Paid, *, again: bool = False) -> bool:
    """Book an event; whether it is new. One that was taken before is booked once more only `again`."""
    with transaction.atomic():
        _, new = TakenEvent.objects.get_or_create(id=paid.event)
        if new or again:
            _book(paid)
    return new


def _book(paid: Paid) -> None:
    """As debited in the payment source, as settled in its order; nothing where no order has such a payment.

    It is found by its reference alone, since a reset gives the numbers of orders again.
    """
    source = Source.objects.select_for_update().filter(reference=paid.intent).first()
    if source is None:
        return
    amount = Decimal(paid.minor) / (1 if faults.current().payment_webhook_wrong_amount else MINOR)
    source.debit(amount, reference=paid.charge, status=SUCCEEDED)
    settled = source.order.payment_events.create(
        event_type=EventType.objects.get(code="settled"), amount=amount, reference=paid.charge
    )
    for line in source.order.lines.all():
        Quantity.objects.create(event=settled, line=line, quantity=line.quantity)
