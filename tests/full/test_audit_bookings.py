"""The booking store's own bookings against the calendar that its receiver keeps: pretix and Radicale, both real."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from planting_bookings import found

from journeys.audit.bookings import Rules, audit_bookings
from journeys.audit.calendars import caldav, ics
from journeys.audit.engine import Engine, silent
from journeys.audit.model import Audit, Flaw, Period
from journeys.audit.sources import Source
from journeys.model import StoreFault
from journeys.platforms.connection import Connection
from journeys.platforms.pretix import calendar as pretix
from sandbox import Sandbox, waiting
from sandbox.full import Controls, ReceiverRules

pytestmark = [pytest.mark.store("booking"), pytest.mark.xdist_group("drill")]

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = "starts on the previous day in UTC"
SLOT = r"^UID:[A-Z0-9]+-(\d+)(?:-again)?@"
FEED = r"^UID:pretix-\w+-\w+-(\d+)@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """The booking store, where it can be booked in, and both sides of an audit."""

    details: Mapping[str, Any]
    controls: Controls
    began: str
    folder: Path
    store: pretix.PretixCalendar
    calendar: caldav.Collection

    def ask(self, method: str, path: str, **how: Any) -> Any:
        headers = {"Authorization": f"Token {self.details['api_token']}"}
        url = f"{self.details['api_root']}{path}"
        answer = httpx.request(method, url, headers=headers, timeout=30, verify=False, trust_env=False, **how)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def slot(self, special: str = "", number: int = 0) -> Mapping[str, Any]:
        return [each for each in self.details["slots"] if each["special"] == special][number]

    def book(self, *slots: Mapping[str, Any], places: int = 1, handled: bool = True) -> str:
        """Places in each of the slots; the number of the order, once its webhook was handled."""
        item = self.details["products"]["tasting"]["id"]
        positions = [{"item": item, "variation": None, "subevent": each["id"]} for each in slots for _ in range(places)]
        wanted = {"email": "li@customers.example", "locale": "en", "sales_channel": "web", "testmode": True}
        order = wanted | {"positions": positions, "payment_provider": "manual", "send_email": False}
        code = str(self.ask("POST", "orders/", json=order)["code"])
        if handled:
            self.settled(code)
        return code

    def cancel(self, code: str) -> None:
        self.ask("POST", f"orders/{code}/mark_canceled/", json={"send_email": False})
        self.settled(code, 2)

    def settled(self, code: str, count: int = 1) -> None:
        def true() -> bool:
            asked = {"params": {"code": code}, "trust_env": False}
            said = httpx.get(self.controls.receiver.deliveries, **asked).json()["deliveries"]
            return len(said) >= count and all(each["outcome"] != "waiting" for each in said)

        assert waiting.until(true, seconds=20)

    @property
    def period(self) -> Period:
        days = sorted(datetime.fromisoformat(each["starts_utc"]).astimezone(BERLIN) for each in self.details["slots"])
        return Period(first=days[0].date(), last=days[-1].date(), zone=BERLIN)

    @property
    def sown(self) -> Mapping[tuple[Flaw, str], int]:
        """The orders that fill a slot from the start: nobody announced them."""
        orders = self.ask("GET", "orders/?ordering=datetime")["results"]
        return {(Flaw.MISSING_THERE, each["code"]): 1 for each in orders if each["datetime"] < self.began}

    def audited(self, *against: Source) -> Audit:
        with Engine(folder=self.folder) as engine:
            audit = audit_bookings(engine, self.store, against or (self.calendar,), self.period, Rules(), silent)
            told = list(audit.discrepancies())
        return replace(audit, discrepancies=lambda: iter(told))


@pytest.fixture(scope="module")
def opened(box: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trade]:
    box.reset("booking")
    folder = tmp_path_factory.mktemp("audit")
    details: Mapping[str, Any] = box.status().stores["booking"].details
    told = {key: value for key, value in details["neighbours"]["calendar"].items() if key != "kind"}
    store = pretix.connect(_connection(details), folder)
    yield Trade(
        details=details,
        began=datetime.now(UTC).isoformat(),
        folder=folder,
        controls=box.controls("booking"),
        store=store,
        calendar=caldav.connect({**told, "slot": SLOT}, "calendar", folder),
    )
    store.close()
    box.reset("booking")


def _connection(details: Mapping[str, Any]) -> Connection:
    return Connection(
        name="booking",
        url=details["url"],
        locale="en_GB",
        currency="EUR",
        timezone="Europe/Berlin",
        writes=True,
        credentials={"api_token": details["api_token"]},
        subjects={},
        means={},
        options={"organizer": details["organizer"], "event": details["event"]},
        maildir=None,
        layers=(),
        tolerance={},
        back_office=details["back_office"],
        ca=details["ca"],
    )


@pytest.fixture
def trade(box: Sandbox, opened: Trade) -> Iterator[Trade]:
    """No booking before the test; healthy before and after it."""
    box.heal("booking")
    box.reset("booking")
    yield opened
    box.heal("booking")


def test_a_healthy_day_has_nothing_to_be_told(trade: Trade) -> None:
    for number in range(3):
        trade.book(trade.slot("", number), places=number + 1)
    trade.book(trade.slot(NIGHT), trade.slot(), places=2)
    trade.cancel(trade.book(trade.slot()))
    audit = trade.audited()
    assert found(audit.discrepancies()) == trade.sown
    assert audit.records["calendar"] == 5


def test_what_the_receiver_does_wrong_is_found_in_its_class(trade: Trade) -> None:
    expected = {}
    for rules, flaw in (
        (ReceiverRules(no_entry=True), Flaw.MISSING_THERE),
        (ReceiverRules(entry_twice=True), Flaw.DUPLICATE),
        (ReceiverRules(local_time_as_utc=True), Flaw.WRONG_HOUR),
    ):
        trade.controls.receiver.use(rules)
        expected[flaw, trade.book(trade.slot(NIGHT), places=2)] = 1
    trade.controls.receiver.use(ReceiverRules(about="canceled$", swallows=True))
    kept = trade.book(trade.slot())
    trade.cancel(kept)
    trade.controls.receiver.clear()
    trade.book(trade.slot())
    assert found(trade.audited().discrepancies()) == {**trade.sown, **expected, (Flaw.CANCELLED_BUT_KEPT, kept): 1}
    (hour,) = (each for each in trade.audited().discrepancies() if each.flaw is Flaw.WRONG_HOUR)
    assert "the local time was written as if it were UTC" in hour.explanation


def test_a_slot_that_was_sold_beyond_its_places_is_overbooked(box: Sandbox, trade: Trade) -> None:
    slot = trade.slot("last place")
    quota = trade.ask("GET", f"quotas/?subevent={slot['id']}")["results"][0]
    trade.ask("PATCH", f"quotas/{quota['id']}/", json={"size": quota["size"] + 3})
    item = quota["items"][0]
    positions = [{"item": item, "variation": None, "subevent": slot["id"]}] * 2
    wanted = {"email": "li@customers.example", "locale": "en", "sales_channel": "web", "testmode": True}
    code = trade.ask("POST", "orders/", json=wanted | {"positions": positions, "send_email": False})["code"]
    trade.settled(code)
    trade.ask("PATCH", f"quotas/{quota['id']}/", json={"size": quota["size"]})
    assert Flaw.OVERBOOKED in trade.audited().flaws


def test_the_stores_own_feed_shows_every_slot_when_it_starts(trade: Trade, tmp_path: Path) -> None:
    address = f"{trade.details['url']}{trade.details['ical_path']}"
    (tmp_path / "feed.ics").write_bytes(httpx.get(address, verify=False, trust_env=False).content)
    feed = ics.connect({"file": "feed.ics", "holds": "slots", "slot": FEED}, "feed", tmp_path)
    audit = trade.audited(feed)
    assert list(audit.discrepancies()) == []
    assert audit.records["feed"] == len(trade.details["slots"])


def test_a_calendar_that_changes_while_it_is_read_is_noticed(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    code = trade.book(trade.slot())
    ask, asked = caldav._Server._ask, []

    def meddling(self: Any, query: str) -> bytes:
        """Somebody writes into the calendar after each answer with events."""
        answer = ask(self, query)
        if "calendar-data" in query:
            asked.append(query)
            if len(asked) <= meddling_times * steps:
                _write(trade, f"{code}{len(asked)}", datetime.now(UTC) + timedelta(days=1))
        return answer

    steps, meddling_times = 4, 1
    monkeypatch.setattr(caldav._Server, "_ask", meddling)
    assert trade.audited().flaws[Flaw.MISSING_HERE] >= 1
    meddling_times = 1000
    with pytest.raises(StoreFault, match="it changes while it is read, 3 times over"):
        trade.audited()


def _write(trade: Trade, name: str, starts: datetime) -> None:
    content = (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:{name}\r\nDTSTAMP:20260101T000000Z\r\n"
        f"DTSTART:{starts:%Y%m%dT%H%M%SZ}\r\nSUMMARY:written by hand\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    collection = trade.calendar
    answer = httpx.put(
        f"{collection.url}{name}.ics", content=content, auth=(collection.user, collection.password), trust_env=False
    )
    assert answer.is_success, answer.text
