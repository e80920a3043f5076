"""Giving money back: the whole payment, once, whoever asks for it how often."""

import logging
from decimal import Decimal

from django.db import transaction
from oscar.apps.payment.exceptions import PaymentError
from oscar.core.loading import get_model

from shop_site.payments import api
from shop_site.payments.taking import AUTHORISED, MINOR

Source = get_model("payment", "Source")
logger = logging.getLogger(__name__)


def give_back(order) -> None:
    """Give back what was paid for an order, and say so in its payment sources; a failure is logged."""
    for known in order.sources.all():
        try:
            with transaction.atomic():
                source = Source.objects.select_for_update().get(pk=known.pk)
                refund = None if source.amount_refunded else _give_back(source.reference)
                if refund:
                    source.refund(Decimal(refund["amount"]) / MINOR, reference=refund["id"], status=refund["status"])
        except PaymentError:
            logger.exception("order %s: payment %s could not be given back", order.number, known.reference)


def _give_back(intent: str) -> dict[str, object] | None:
    """The processor's refund; None when there was one before, or when the payment was only held, and is released."""
    known = api.get(f"payment_intents/{intent}")
    if known["status"] == AUTHORISED:
        api.post(f"payment_intents/{intent}/cancel", {})
    charge = known["latest_charge"]
    if isinstance(charge, str):
        charge = api.get(f"charges/{charge}")
    return api.post("refunds", {"payment_intent": intent}) if charge["captured"] and not charge["refunded"] else None
