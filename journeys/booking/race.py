"""Guests who want the same last place."""

from __future__ import annotations

from journeys.booking.ports import Booking, SlotPage
from journeys.customers import Customer
from journeys.model import Confirmation
from journeys.run.journey import RACING, journey
from journeys.run.race import Entrant
from journeys.run.run import Run


@journey("two guests want the last place at the same moment", store=Booking, subject="last", checks=RACING)
def last_place_race(run: Run, booking: Booking, customer: Customer) -> None:
    """Two guests ask for the last place of a slot at the same moment: one gets it and books it."""
    rival, rivals_booking = run.rival()
    with run.step("both look at the slot"):
        first = _slot(run, booking)
        second = _slot(run, rivals_booking)
    with run.step("both ask for the last place"):
        run.race("booking", _entrant(run, customer, first), _entrant(run, rival, second))


def _slot(run: Run, booking: Booking) -> SlotPage:
    slot = booking.pages.slot_list().slot(run.subject)
    run.leaves("cart", booking.pages.cart_key())
    return slot


def _entrant(run: Run, customer: Customer, slot: SlotPage) -> Entrant:
    def finish() -> Confirmation:
        return slot.taken(run.subject).check_out(customer).book().read()

    return Entrant(customer=customer, submit=lambda at: slot.submit(run.subject, at), finish=finish)
