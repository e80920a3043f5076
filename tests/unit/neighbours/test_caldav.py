"""What the calendar neighbour makes of events."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest
from service import Service

from journeys.model import Entry, StoreFault
from journeys.neighbours.caldav import connect


def event(*lines: str) -> str:
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR")
    return "\r\n".join(whole) + "\r\n"


def report(*events: str) -> str:
    data = "".join(f"<C:calendar-data>{escape(each)}</C:calendar-data>" for each in events)
    return f'<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">{data}</D:multistatus>'


BOOKED = event(
    "UID:1@x", "DTSTART:20261206T233000Z", "DESCRIPTION:Order A0B1C", "ATTENDEE:mailto:li@x.example", "STATUS:CONFIRMED"
)


def test_an_event_is_told_by_order_customer_start_and_status(service: Service) -> None:
    service.answers = {"A0B1C": report(BOOKED), "li@x.example": report(BOOKED)}
    calendar = connect({"url": service.url, "user": "staff", "password": "pass"})
    assert calendar.entries("A0B1C", "li@x.example") == (
        Entry(
            id="1@x",
            kind="event",
            number="A0B1C",
            email="li@x.example",
            starts="2026-12-06T23:30:00Z",
            status="confirmed",
        ),
    )
    assert all(asked.startswith("REPORT / Basic ") for asked in service.asked)


def test_an_event_of_the_same_customer_names_its_own_order(service: Service) -> None:
    other = event("UID:2@x", "DTSTART:20261206T233000Z", "DESCRIPTION:Order Z9Y8X", "ATTENDEE:MAILTO:Li@x.example")
    service.answers = {"A0B1C": report(), "li@x.example": report(other)}
    assert [(each.number, each.email) for each in connect({"url": service.url}).entries("A0B1C", "li@x.example")] == [
        ("Z9Y8X", "Li@x.example")
    ]


def test_a_number_inside_of_another_is_not_that_order(service: Service) -> None:
    longer = event("UID:3@x", "DTSTART:20261206T233000Z", "DESCRIPTION:Order A0B1C2", "SUMMARY:tour")
    service.answers = {"A0B1C": report(longer)}
    assert connect({"url": service.url}).entries("A0B1C", "") == ()


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("DTSTART;TZID=Europe/Berlin:20260706T003000", "2026-07-05T22:30:00Z"),
        ("DTSTART:20260706T003000", "2026-07-06T00:30:00"),
        ("DTSTART;VALUE=DATE:20260706", "2026-07-06"),
        ("SUMMARY:no start", ""),
    ],
)
def test_a_start_is_told_in_utc_where_it_can_be(service: Service, start: str, said: str) -> None:
    service.answers = {"A0B1C": report(event("UID:4@x", start, "DESCRIPTION:Booking A0B1C"))}
    assert [each.starts for each in connect({"url": service.url}).entries("A0B1C", "")] == [said]


@pytest.mark.parametrize(("status", "body", "said"), [(401, "who?", "401: who"), (207, "<no", "what is no calendar")])
def test_a_calendar_that_fails_says_how(service: Service, status: int, body: str, said: str) -> None:
    service.status, service.answers = status, {"": body}
    with pytest.raises(StoreFault, match=said):
        connect({"url": service.url}).entries("A0B1C", "")


def test_a_mistake_in_the_options_is_named() -> None:
    with pytest.raises(ValueError, match="url: missing"):
        connect({})
    with pytest.raises(ValueError, match="colour: no such option"):
        connect({"url": "http://x", "colour": "red"})
