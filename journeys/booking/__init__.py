"""What guests of a booking store do."""

from journeys.booking.book import book_free_slot, book_paid_slot, cancel_booking
from journeys.booking.browse import browse_slots
from journeys.booking.ports import Booking
from journeys.booking.refused import sold_out_slot

JOURNEYS = (browse_slots, book_free_slot, book_paid_slot, cancel_booking, sold_out_slot)

__all__ = ["JOURNEYS", "Booking"]
