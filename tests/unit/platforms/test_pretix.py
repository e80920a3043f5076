"""What the pretix platform reads out of pages, feeds and API answers."""

from __future__ import annotations

from typing import Any

import pytest

from journeys.model import Money, PageChanged
from journeys.platforms.pretix import parsing
from journeys.platforms.pretix.names import price_of, start_of
from journeys.platforms.pretix.sandbox import translate


def euros(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("€18.00", 1800),
        ("18,00\N{NO-BREAK SPACE}€", 1800),
        ("€1,234.50", 123450),
        ("1.234,50 €", 123450),
        ("CHF 1'234.50", 123450),
        ("72.00", 7200),
        ("1,234", 123400),
        ("0", 0),
        ("FREE", 0),
        ("-€3.20", 320),
        ("€-3.20", -320),
    ],
)
def test_an_amount_is_read_in_any_notation(text: str, minor: int) -> None:
    assert euros(minor) == parsing.money(text, "EUR")


def test_what_is_no_amount_is_not_read_as_one() -> None:
    with pytest.raises(ValueError, match="soon"):
        parsing.money("soon", "EUR")


@pytest.mark.parametrize(("text", "number"), [("9", 9), ("1,234", 1234), ("12.345.678", 12345678)])
def test_a_count_is_read_with_its_separators(text: str, number: int) -> None:
    assert number == parsing.count(text)


def test_a_widget_is_found_by_its_name() -> None:
    answer = {"widgets": [{"lazy": "attendees-ordered", "content": '<span class="num">1,009</span>'}, {"content": ""}]}
    assert parsing.widget(answer, "attendees-ordered") == "1,009"
    with pytest.raises(PageChanged, match="total-revenue"):
        parsing.widget(answer, "total-revenue")


def test_the_overview_ends_with_what_stands() -> None:
    cells = "".join(f'<th><span class="sum-gross">{sums}</span></th>' for sums in ("5.00", "", "1,072.00"))
    assert euros(107200) == parsing.purchased(f'<tr class="total"><th>Total</th>{cells}</tr>', "EUR")
    assert euros(0) == parsing.purchased('<tr class="total"><span class="sum-gross"></span></tr>', "EUR")
    with pytest.raises(PageChanged):
        parsing.purchased("<table></table>", "EUR")


def test_the_orders_of_all_days_are_added() -> None:
    page = '<script type="application/json" id="obd-data">[{"ordered": 5}, {"ordered": 2, "paid": 1}]</script>'
    assert parsing.ordered(page) == 7
    with pytest.raises(PageChanged):
        parsing.ordered("<html></html>")


def event(uid: str, start: str) -> str:
    return f"BEGIN:VEVENT\r\nUID:{uid}\r\n{start}\r\nDESCRIPTION:Tickets\r\n here: DTSTART\r\nEND:VEVENT\r\n"


@pytest.mark.parametrize(
    ("start", "utc"),
    [
        ("DTSTART;TZID=Europe/Berlin:20261206T003000", "2026-12-05T23:30:00Z"),
        ("DTSTART;TZID=Europe/Berlin:20260706T003000", "2026-07-05T22:30:00Z"),
        ("DTSTART:20261124T090000Z", "2026-11-24T09:00:00Z"),
        ("DTSTART;VALUE=DATE:20261124", "2026-11-24"),
    ],
)
def test_the_feed_tells_the_start_in_utc(start: str, utc: str) -> None:
    feed = event("pretix-harbour-tours-12@store", "DTSTART:20270101T000000Z") + event(
        "pretix-harbour-tours-1@store", start
    )
    assert utc == parsing.start_in_feed(f"BEGIN:VCALENDAR\r\n{feed}END:VCALENDAR", "pretix-harbour-tours-1@")


def test_a_slot_that_the_feed_does_not_list_has_no_start_there() -> None:
    assert parsing.start_in_feed(event("pretix-harbour-tours-1@store", "DTSTART:20261124T090000Z"), "other@") is None


def test_a_slot_may_have_its_own_price() -> None:
    slot = {"item_price_overrides": [{"item": 2, "price": "15.00"}, {"item": 3, "price": None}]}
    assert euros(1500) == price_of(slot, {"id": 2, "default_price": "18.00"}, "EUR")
    assert euros(900) == price_of(slot, {"id": 3, "default_price": "9.00"}, "EUR")


def test_the_record_tells_the_start_in_utc() -> None:
    assert start_of({"date_from": "2026-12-06T00:30:00+01:00"}) == "2026-12-05T23:30:00Z"


def test_the_sandbox_gives_each_role_its_slots() -> None:
    specials = ("", "last place", "sold out", "starts on the previous day in UTC")
    slots: list[dict[str, Any]] = [{"id": place, "special": special} for place, special in enumerate(specials, 1)]
    details = {
        "products": {"free": {"id": 1}, "tasting": {"id": 2}},
        "slots": slots,
        "api_token": "token",
        "staff_email": "staff@booking.example",
        "staff_password": "password",
        "gift_card": {"code": "CARD"},
        "organizer": "harbour",
        "event": "tours",
    }
    expected = {"free": ("1/1", "4/1"), "paid": ("1/2",), "last": ("2/1",), "sold out": ("3/1",)}
    assert expected == translate(details)["subjects"]
