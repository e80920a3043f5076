"""Bookings: what the store has booked, against what calendars say of it, matched and judged in a database."""

from journeys.audit.bookings.audit import audit_bookings
from journeys.audit.bookings.rules import Rules, Shape

__all__ = ["Rules", "Shape", "audit_bookings"]
