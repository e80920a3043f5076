"""A guest books a slot, for nothing or for money, and cancels a booking."""

from __future__ import annotations

from journeys.booking.ports import Booking, OrderPage
from journeys.customers import Customer
from journeys.model import availability, open_orders, open_revenue, orders, places_sold, revenue
from journeys.run.journey import CANCELLING, journey
from journeys.run.run import PendingWrite, Run


def _book(run: Run, booking: Booking, customer: Customer, gift_card: str = "") -> tuple[PendingWrite, OrderPage]:
    """From the list of slots to the booking, and what the booking should change."""
    with run.step("find the slot"):
        slot = booking.pages.slot_list().slot(run.subject)
        run.shown("price tag", slot.price(run.subject))
    with run.step("take a place"):
        run.leaves("cart", booking.pages.cart_key())
        cart = slot.add_to_cart(run.subject)
        run.shown("cart", cart.total())
    with run.step("check out"):
        checkout = cart.check_out(customer, gift_card)
        run.shown("last page before the booking", checkout.total())
    with run.step("book"), run.write("booking", by=customer) as order:
        page = checkout.book()
        order.acked(page.read())
    run.expect(availability(run.subject), falls_by=1)
    run.expect(orders(), rises_by=1)
    run.expect(revenue(), rises_by=order.total)
    run.expect(places_sold(), rises_by=1)
    return order, page


@journey("a guest books a free slot", store=Booking, subject="free")
def book_free_slot(run: Run, booking: Booking, customer: Customer) -> None:
    """A guest books a place that costs nothing."""
    _book(run, booking, customer)


@journey("a guest books a paid slot", store=Booking, subject="paid")
def book_paid_slot(run: Run, booking: Booking, customer: Customer) -> None:
    """A guest books a place and pays it with a gift card."""
    _book(run, booking, customer, booking.means["gift card"])


@journey("a guest cancels a booking", store=Booking, subject="paid", checks=CANCELLING)
def cancel_booking(run: Run, booking: Booking, customer: Customer) -> None:
    """A guest books a place, pays it, and cancels it: the place is free again and the money given back."""
    order, page = _book(run, booking, customer, booking.means["gift card"])
    with run.step("cancel"), run.write("cancellation", by=customer) as cancellation:
        cancellation.acked(page.cancel().read(), source="order page")
    run.expect(availability(run.subject), rises_by=1)
    run.expect(open_orders(), falls_by=1)
    run.expect(open_revenue(), falls_by=order.total)
    run.expect(places_sold(), falls_by=1)
