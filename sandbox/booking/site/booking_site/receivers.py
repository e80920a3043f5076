"""Where pretix tells of quotas and orders, and where a planted fault answers."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from pretix.base.models import Event, Order, OrderPosition, Quota, SubEvent
from pretix.base.signals import (
    order_canceled,
    order_changed,
    order_expired,
    order_paid,
    order_placed,
    order_reactivated,
    quota_availability,
)
from pretix.presale.signals import html_head

from booking_site import edges
from booking_site.passage import PASSAGE
from booking_site.switches import FAULTS

WAITED_FOR = ("consent",)
"""These third parties have to run before a page is shown, they say; the others are loaded beside it."""
FULL = (Quota.AVAILABILITY_GONE, Quota.AVAILABILITY_ORDERED)


@receiver(quota_availability, dispatch_uid="booking_site.oversell")
def oversell(sender: Event, quota: Quota, result: tuple[int, int | None], **_: Any) -> tuple[int, int | None]:
    """With sold_out_slot_accepted the storefront forgets the orders of a full slot; the API does not."""
    passage = PASSAGE.get()
    if passage and passage.storefront and result[0] in FULL and FAULTS.read().sold_out_slot_accepted:
        return Quota.AVAILABILITY_OK, quota.size
    return result


@receiver(order_paid, dispatch_uid="booking_site.record_wrong_total")
def record_wrong_total(sender: Event, order: Order, **_: Any) -> None:
    """With order_total_off_by_minor what was paid is recorded wrong from here on: mail, pages and API agree on it."""
    difference = Decimal(FAULTS.read().order_total_off_by_minor).scaleb(-2)
    if not difference or not order.total:
        return
    position = order.positions.first()
    position.price += difference
    position.save(update_fields=["price"])
    order.total += difference
    order.save(update_fields=["total"])


@receiver(order_placed, dispatch_uid="booking_site.remember")
def remember(sender: Event, order: Order, **_: Any) -> None:
    """Places are given back at the end of the request only, when the booking has been made properly."""
    passage = PASSAGE.get()
    if passage:
        passage.placed.append(order.pk)


@receiver(
    (order_placed, order_paid, order_canceled, order_changed, order_expired, order_reactivated),
    dispatch_uid="booking_site.ban_order",
)
def ban_order(sender: Event, order: Order, **_: Any) -> None:
    """The edges drop what shows the places of this order."""
    slots = order.all_positions.exclude(subevent=None).values_list("subevent_id", flat=True)
    edges.ban_after_commit(slots)


@receiver(post_delete, sender=OrderPosition, dispatch_uid="booking_site.ban_deleted")
@receiver((post_save, post_delete), sender=Quota, dispatch_uid="booking_site.ban_quota")
def ban_slot_of(sender: type, instance: OrderPosition | Quota, **_: Any) -> None:
    """The edges drop what shows the places of this slot."""
    edges.ban_after_commit(filter(None, [instance.subevent_id]))


@receiver(post_save, sender=SubEvent, dispatch_uid="booking_site.ban_slot")
def ban_slot(sender: type, instance: SubEvent, **_: Any) -> None:
    """The edges drop what shows this slot."""
    edges.ban_after_commit([instance.pk])


@receiver(html_head, dispatch_uid="booking_site.third_parties")
def third_parties(sender: Event, request: HttpRequest, **_: Any) -> str:
    """The scripts of third parties; pretix's CSP is told of their origins by its own configuration."""
    beside = mark_safe(" async")
    origins = settings.BOOKING_THIRD_PARTIES.items()
    tags = (("" if name in WAITED_FOR else beside, origin, name) for name, origin in origins)
    return format_html_join("\n", '<script{} src="{}/{}.js"></script>', tags)
