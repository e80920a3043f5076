"""Giving money back: the whole payment, once, whoever asks for it how often."""

import logging
from decimal import Decimal

from django.db import transaction
from oscar.apps.payment.exceptions import PaymentError
from oscar.core.loading import get_model

from shop_site.payments import api
from shop_site.payments.taking import MINOR

Source = get_model("payment", "Source")
logger = logging.getLogger(__name__)


def give_back(order) -> None:
    """Give back what was paid for an order, and say so in its payment sources; a failure is logged."""
    for known in order.sources.exclude(reference=""):
        try:
            with transaction.atomic():
                source = Source.objects.select_for_update().get(pk=known.pk)
                refund = None if source.amount_refunded else give_back_payment(source.reference)
                if refund:
                    source.refund(Decimal(refund["amount"]) / MINOR, reference=refund["id"], status=refund["status"])
        except PaymentError:
            logger.exception("order %s: payment %s could not be given back", order.number, known.reference)


def give_back_payment(intent: str) -> dict[str, object] | None:
    """The processor's refund of a payment; None when there was one before. PaymentError when it cannot be asked."""
    charge = api.get(f"payment_intents/{intent}")["latest_charge"]
    if isinstance(charge, str):
        charge = api.get(f"charges/{charge}")
    return None if charge["refunded"] else api.post("refunds", {"payment_intent": intent})
