"""A guest whom the store must refuse."""

from __future__ import annotations

from journeys.booking.ports import Booking
from journeys.checks import SOLD_OUT
from journeys.customers import Customer
from journeys.run.journey import REFUSED, journey
from journeys.run.run import Run


@journey("a guest wants a place in a slot that is sold out", store=Booking, subject="sold out", checks=REFUSED)
def sold_out_slot(run: Run, booking: Booking, customer: Customer) -> None:
    """A guest tries to book a slot that is sold out, and cannot."""
    with run.step("find the slot"):
        slot = booking.pages.slot_list().slot(run.subject)
        run.leaves("cart", booking.pages.cart_key())
    with run.step("be refused"), run.write("booking", by=customer, refusal=SOLD_OUT) as order:
        order.acked(slot.add_to_cart(run.subject).check_out(customer, booking.means.get("gift card", "")).book().read())
