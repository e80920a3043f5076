"""A booking store as its guests know it: its pages as Protocols, so that one journey runs on any platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from journeys.customers import Customer
from journeys.model import Confirmation, Money, Subject


class OrderPage(Protocol):
    """The guest's own page of a booking."""

    def read(self) -> Confirmation:
        """Code, lines, total, mail address and status, as far as the page shows them."""
        ...

    def cancel(self) -> OrderPage:
        """Cancel the booking; Refused when the store does not let the guest."""
        ...


class CheckoutPage(Protocol):
    """The last page before the booking is made."""

    def total(self) -> Money:
        """What is going to be charged."""
        ...

    def book(self) -> OrderPage:
        """Make the booking; Refused when the place is gone or the payment is declined."""
        ...


class CartPage(Protocol):
    """What the guest is about to book; it holds the places for a while."""

    def total(self) -> Money:
        """What it costs."""
        ...

    def check_out(self, customer: Customer, gift_card: str = "") -> CheckoutPage:
        """Give the contact details, and a gift card to pay with where there is something to pay."""
        ...


class SlotPage(Protocol):
    """One slot, with its products."""

    def price(self, subject: Subject) -> Money:
        """What one place costs."""
        ...

    def add_to_cart(self, subject: Subject) -> CartPage:
        """Take one place; Refused when the slot is sold out."""
        ...

    def submit(self, subject: Subject, at: datetime) -> None:
        """Ask for one place at a moment, and wait for nothing; Refused when the page says that the slot is sold out."""
        ...

    def taken(self, subject: Subject) -> CartPage:
        """What came of it; Refused when others were quicker."""
        ...


class SlotsPage(Protocol):
    """Slots to choose from, as a list or as a calendar."""

    def slots(self) -> tuple[str, ...]:
        """The slots on this page, by name."""
        ...

    def slot(self, subject: Subject) -> SlotPage:
        """Find the subject's slot, on a later page if need be, and open it."""
        ...


class BookingPages(Protocol):
    """The ways into a booking store."""

    def slot_list(self) -> SlotsPage:
        """Open the list of slots."""
        ...

    def calendar(self, subject: Subject) -> SlotsPage:
        """Open the calendar at the month of the subject's slot."""
        ...

    def cart_key(self) -> str:
        """What the store knows the guest's cart by, so that it can be released; known before anything is in it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A booking store in the eyes of one guest; ``means`` may hold a ``gift card`` to pay with."""

    pages: BookingPages
    means: Mapping[str, str]
