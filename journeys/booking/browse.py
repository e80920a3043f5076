"""A guest looks for a slot."""

from __future__ import annotations

from journeys.booking.ports import Booking
from journeys.customers import Customer
from journeys.model import PageChanged
from journeys.run.journey import LOOKING, journey
from journeys.run.run import Run


@journey("a guest looks for a slot", store=Booking, subject="free", checks=LOOKING)
def browse_slots(run: Run, booking: Booking, customer: Customer) -> None:
    """A guest looks through the list and the calendar, and at one slot."""
    with run.step("open the list of slots"):
        slots = booking.pages.slot_list()
        if not slots.slots():
            raise PageChanged("the list shows no slot")
    with run.step("open the calendar"):
        calendar = booking.pages.calendar(run.subject)
        if not calendar.slots():
            raise PageChanged("the calendar shows no slot")
    with run.step("look at the slot"):
        calendar.slot(run.subject).price(run.subject)
