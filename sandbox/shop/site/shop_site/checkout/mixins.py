"""Placing an order: all its rows in one transaction, then its mail."""

import logging
from decimal import Decimal
from smtplib import SMTPException

from django.conf import settings
from django.db import transaction
from oscar.apps.checkout import mixins
from oscar.core.loading import get_class, get_model
from oscar.core.prices import Price

from shop_site import faults
from shop_site.payments import taking

OrderCreator = get_class("order.utils", "OrderCreator")
Order = get_model("order", "Order")
logger = logging.getLogger(__name__)


class OrderPlacementMixin(mixins.OrderPlacementMixin):
    """Oscar's, with order and payment stored together or not at all."""

    def place_order(self, *, order_total: Price, **kwargs) -> Order:
        """Store the order, its stock and its payment in one transaction; take what is held for it, or release it."""
        try:
            order = self._store(order_total, kwargs)
        except Exception:
            if settings.PAYMENTS:
                taking.release(self._payment_sources or ())
            raise
        if settings.PAYMENTS:
            taking.capture(order)
        return order

    def send_order_placed_email(self, order) -> None:
        """Confirm by mail; an order is an order even if the mail server is away."""
        if faults.current().mail_lost:
            return
        try:
            super().send_order_placed_email(order)
        except (OSError, SMTPException):
            logger.exception("order %s: the confirmation could not be sent", order.number)

    def _store(self, order_total: Price, details: dict[str, object]) -> Order:
        planted = faults.current()
        stored_total = _raised(order_total, cents=planted.order_total_off_by_minor)
        with transaction.atomic():
            order = super().place_order(order_total=stored_total, **details)
            if planted.order_doubled:
                self._store_again(order, stored_total, details)
        return order

    def _store_again(self, order, total: Price, details: dict[str, object]) -> None:
        OrderCreator().place_order(
            user=details["user"],
            order_number=f"{order.number}-2",
            basket=details["basket"],
            shipping_address=order.shipping_address,
            shipping_method=details["shipping_method"],
            shipping_charge=details["shipping_charge"],
            total=total,
            status=order.status,
            request=self.request,
            guest_email=order.guest_email,
        )


def _raised(total: Price, *, cents: int) -> Price:
    off = Decimal(cents) / 100
    return Price(currency=total.currency, excl_tax=total.excl_tax + off, incl_tax=total.incl_tax + off)
