"""Calendars: what they hold of bookings and slots, from files (``ics``) and from servers (``caldav``)."""
