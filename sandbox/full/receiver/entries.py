"""Calendar entries of bookings: one for each order and slot, put and taken away over CalDAV (RFC 4791)."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import icalendar

from sandbox.full.receiver.deliveries import Delivery, Failed, demand
from sandbox.full.receiver.notebook import Notebook
from sandbox.full.receiver.orders import Booking, Slot
from sandbox.full.receiver.rules import ReceiverRules

ANSWER_WITHIN = 10.0
GONE = (httpx.codes.NOT_FOUND, httpx.codes.GONE)


class Entries:
    """The entries of one store in its own collection."""

    def __init__(self, store: str, *, url: str, user: str, password: str, notebook: Notebook) -> None:
        self._store, self._url, self._notebook = store, url, notebook
        self._client = httpx.Client(auth=(user, password), timeout=ANSWER_WITHIN, trust_env=False)

    def keep(self, booking: Booking, delivery: Delivery, rules: ReceiverRules) -> None:
        """One entry for each slot of the booking, and no other ones of this order."""
        copies = 2 if rules.entry_twice or rules.handles_twice else 1
        wanted = {self._uid(booking, slot, copy): slot for slot in booking.slots for copy in range(copies)}
        known = self._notebook.entries(self._store, booking.code)
        self._notebook.keep_entries(self._store, booking.code, known | set(wanted))
        for uid, slot in wanted.items():
            text = _written(uid, booking, slot, rules)
            demand(delivery.ask(self._client, "PUT", self._place(uid), content=text, headers=_KIND))
        self._drop(known - set(wanted), delivery)
        self._notebook.keep_entries(self._store, booking.code, wanted)

    def drop(self, code: str, delivery: Delivery) -> None:
        """No entry of an order that is gone."""
        self._drop(self._notebook.entries(self._store, code), delivery)

    def empty(self) -> None:
        """A collection without entries. Failed when the calendar does not do it."""
        try:
            demand(self._client.delete(self._url), *GONE)
            demand(self._client.request("MKCALENDAR", self._url))
        except httpx.HTTPError as error:
            raise Failed(f"the calendar at {self._url}: {type(error).__name__}: {error}") from error

    def _drop(self, uids: set[str], delivery: Delivery) -> None:
        for uid in sorted(uids):
            demand(delivery.ask(self._client, "DELETE", self._place(uid)), *GONE)

    def _uid(self, booking: Booking, slot: Slot, copy: int) -> str:
        return f"{booking.code}-{slot.id}{'-again' * copy}@{self._store}.example"

    def _place(self, uid: str) -> str:
        return f"{self._url}{uid.partition('@')[0]}.ics"


_KIND = {"Content-Type": "text/calendar; charset=utf-8"}


def _written(uid: str, booking: Booking, slot: Slot, rules: ReceiverRules) -> bytes:
    event = icalendar.Event()
    event.add("uid", uid)
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", _utc(slot.starts, rules))
    if slot.ends:
        event.add("dtend", _utc(slot.ends, rules))
    event.add("summary", f"{slot.name}: {slot.places} booked")
    event.add("description", f"Order {booking.code}")
    event.add("status", "CONFIRMED")
    if booking.email:
        event.add("attendee", f"mailto:{booking.email}")
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//sandbox//receiver//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text


def _utc(moment: datetime, rules: ReceiverRules) -> datetime:
    return moment.replace(tzinfo=UTC) if rules.local_time_as_utc else moment.astimezone(UTC)
