"""Where pretix tells of quotas and orders, and where a planted fault answers."""

from typing import Any

from django.dispatch import receiver
from pretix.base.models import Event, Order, Quota
from pretix.base.signals import order_placed, quota_availability

from booking_site.passage import PASSAGE
from booking_site.switches import FAULTS

FULL = (Quota.AVAILABILITY_GONE, Quota.AVAILABILITY_ORDERED)


@receiver(quota_availability, dispatch_uid="booking_site.oversell")
def oversell(sender: Event, quota: Quota, result: tuple[int, int | None], **_: Any) -> tuple[int, int | None]:
    """With sold_out_slot_accepted the storefront forgets the orders of a full slot; the API does not."""
    passage = PASSAGE.get()
    if passage and passage.storefront and result[0] in FULL and FAULTS.read().sold_out_slot_accepted:
        return Quota.AVAILABILITY_OK, quota.size
    return result


@receiver(order_placed, dispatch_uid="booking_site.remember")
def remember(sender: Event, order: Order, **_: Any) -> None:
    """Orders are spoilt at the end of the request only, when mail and payment have been done properly."""
    passage = PASSAGE.get()
    if passage:
        passage.placed.append(order.pk)
