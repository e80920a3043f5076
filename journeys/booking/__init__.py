"""What guests of a booking store do."""

from journeys.booking.book import book_free_slot, book_paid_slot, cancel_booking
from journeys.booking.browse import browse_slots
from journeys.booking.ports import Booking
from journeys.booking.race import last_place_race
from journeys.booking.refused import sold_out_slot

JOURNEYS = (browse_slots, book_free_slot, book_paid_slot, cancel_booking, sold_out_slot, last_place_race)

__all__ = ["JOURNEYS", "Booking"]
