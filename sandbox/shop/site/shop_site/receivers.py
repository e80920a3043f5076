"""What follows an order, a change of its status, or a change of stock."""

from django.conf import settings
from django.db.models.signals import post_save
from oscar.apps.order.signals import order_placed, order_status_changed
from oscar.core.loading import get_class, get_model

from shop_site import faults, refresh
from shop_site.payments import refunding

CANCELLED = "Cancelled"


def connect() -> None:
    """Listen to Oscar's signals and to saved stock records."""
    order_placed.connect(refresh_order, dispatch_uid="availability-placed")
    order_status_changed.connect(give_stock_back, dispatch_uid="stock-back")
    order_status_changed.connect(refresh_order, dispatch_uid="availability-status")
    if settings.PAYMENTS:
        order_status_changed.connect(give_money_back, dispatch_uid="money-back")
    stock_record = get_model("partner", "StockRecord")
    post_save.connect(refresh_stock_record, sender=stock_record, dispatch_uid="availability-stock")


def give_stock_back(order, new_status: str, **kwargs: object) -> None:
    """A cancelled order no longer holds stock; harmless when it is said twice."""
    if new_status == CANCELLED:
        get_class("order.processing", "EventHandler")().cancel_stock_allocations(order)


def give_money_back(order, new_status: str, **kwargs: object) -> None:
    """A cancelled order is paid back, once."""
    if new_status == CANCELLED and not faults.current().refund_not_passed_on:
        refunding.give_back(order)


def refresh_order(order, **kwargs: object) -> None:
    """Availability of everything in the order is read anew."""
    for product_id in order.lines.values_list("product_id", flat=True):
        if product_id is not None:
            refresh.after_commit(product_id)


def refresh_stock_record(instance, **kwargs: object) -> None:
    """Availability and price of the product are read anew."""
    refresh.after_commit(instance.product_id)
