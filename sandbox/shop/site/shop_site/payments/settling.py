"""Settling: what the processor says was paid is booked with the order, once for each event, whichever came first."""

import logging
from decimal import Decimal

from django.db import transaction
from oscar.core.loading import get_model

from shop_site import faults
from shop_site.models import PaymentEvent
from shop_site.payments.taking import MINOR, SUCCEEDED

Source = get_model("payment", "Source")
EventType = get_model("order", "PaymentEventType")
Quantity = get_model("order", "PaymentEventQuantity")
logger = logging.getLogger(__name__)


def receive(event: PaymentEvent, *, again: bool = False) -> bool:
    """Keep the event, and settle it when its order is there; whether it is new.

    An event that is known already is settled once more only `again`.
    """
    _, new = PaymentEvent.objects.get_or_create(
        id=event.id, defaults={"intent": event.intent, "charge": event.charge, "minor": event.minor}
    )
    if new or again:
        settle(event.intent, again=again)
    return new


def settle(intent: str, *, again: bool = False) -> None:
    """Book all kept events of a payment that are not booked yet; nothing while there is no order with that payment.

    Whoever comes second, event or order, finds the other one: both are in the database before they look.
    """
    with transaction.atomic():
        source = Source.objects.select_for_update().filter(reference=intent).first() if intent else None
        if source is None:
            return
        for event in PaymentEvent.objects.filter(intent=intent, **({} if again else {"settled": False})):
            _book(source, event)
            event.settled = True
            event.save(update_fields=["settled"])


def settle_order(order) -> None:
    """Settle what the processor has said already of an order that was just stored; failing that, the order stands."""
    for source in order.sources.all():
        try:
            settle(source.reference)
        except Exception:
            logger.exception("order %s: its payment %s could not be settled", order.number, source.reference)


def _book(source, event: PaymentEvent) -> None:
    """As debited, in the payment source; as settled, in the order."""
    amount = Decimal(event.minor) / (1 if faults.current().payment_webhook_wrong_amount else MINOR)
    source.debit(amount, reference=event.charge, status=SUCCEEDED)
    settled = source.order.payment_events.create(
        event_type=EventType.objects.get(code="settled"), amount=amount, reference=event.charge
    )
    for line in source.order.lines.all():
        Quantity.objects.create(event=settled, line=line, quantity=line.quantity)
