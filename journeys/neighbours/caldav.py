"""A calendar that the store writes its bookings into, asked over CalDAV (RFC 4791)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import httpx
from icalendar import Calendar as Document
from icalendar import Component

from journeys.model import Entry, StoreFault
from journeys.neighbours.asking import ask
from journeys.run.options import address, only, text

_DATA: Final = "{urn:ietf:params:xml:ns:caldav}calendar-data"
_QUERY: Final = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:">
  <D:prop><C:calendar-data/></D:prop>
  <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
    <C:prop-filter name="{name}"><C:text-match>{words}</C:text-match></C:prop-filter>
  </C:comp-filter></C:comp-filter></C:filter>
</C:calendar-query>"""
_ORDER: Final = re.compile(r"\b(?:order|booking)\s+#?([\w-]*\d[\w-]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """``url`` is that of one collection; its events name their order in the description."""

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    name: str = "calendar"
    expects: tuple[str, ...] = ("event",)
    within_s: float = 10.0

    def entries(self, number: str, email: str) -> tuple[Entry, ...]:
        """The events that name the order, and those that the customer attends."""
        asked = (("DESCRIPTION", number), ("ATTENDEE", email))
        found = (each for name, words in asked if words for each in self._events(name, words))
        known = {str(event.get("UID", "")): event for event in found}
        entries = (_entry(uid, event, number) for uid, event in known.items())
        return tuple(each for each in entries if _is_about(each, number, email))

    def _events(self, name: str, words: str) -> Iterator[Component]:
        """Those with these words in this property."""
        query = _QUERY.format(name=name, words=escape(words))
        headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        auth = (self.user, self.password) if self.user else None
        answer = ask(self.name, "REPORT", self.url, content=query.encode(), headers=headers, auth=auth)
        try:
            for data in _documents(answer):
                yield from Document.from_ical(data).walk("VEVENT")
        except (ValueError, ElementTree.ParseError) as error:
            raise StoreFault(f"{self.name}: {self.url} answered what is no calendar: {error}") from error


def connect(options: Mapping[str, object]) -> Calendar:
    """A collection by its ``url``; further options: ``user`` and ``password``."""
    only(options, "url", "user", "password")
    return Calendar(
        url=f"{address(options, 'url')}/", user=text(options, "user", ""), password=text(options, "password", "")
    )


def _is_about(entry: Entry, number: str, email: str) -> bool:
    """A calendar finds these words inside of others as well."""
    return bool(number and number == entry.number) or bool(email and email.lower() == entry.email.lower())


def _documents(answer: httpx.Response) -> Iterable[str]:
    return (each.text or "" for each in ElementTree.fromstring(answer.content).iter(_DATA))


def _entry(uid: str, event: Component, number: str) -> Entry:
    said = str(event.get("DESCRIPTION", ""))
    other = _ORDER.search(said)
    return Entry(
        id=uid,
        kind="event",
        number=number if number and re.search(rf"\b{re.escape(number)}\b", said) else other[1] if other else "",
        email=_email(event),
        starts=_start(event),
        status=str(event.get("STATUS", "")).lower(),
    )


def _email(event: Component) -> str:
    """The first who attends."""
    attendees = event.get("ATTENDEE", [])
    first = attendees if isinstance(attendees, str) else next(iter(attendees), "")
    return re.sub("^mailto:", "", str(first), flags=re.IGNORECASE)


def _start(event: Component) -> str:
    """In UTC; a day, or a time of no zone, is left as it is."""
    if "DTSTART" not in event:
        return ""
    moment = event.decoded("DTSTART")
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(moment.isoformat())
