"""Audits: what a store believes it sold and booked, against what banks, payment services and calendars say."""
