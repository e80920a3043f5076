"""The neighbours of the full booking store: each booking arrives, and what its receiver does wrong shows."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from journeys.model import Entry, Money
from journeys.neighbours import caldav, crm, statuspage
from journeys.neighbours.caldav import Calendar
from journeys.neighbours.crm import CustomerFile
from sandbox import Sandbox, SandboxError, faults, waiting
from sandbox.full import Controls, ReceiverRules

pytestmark = [pytest.mark.store("booking"), pytest.mark.xdist_group("drill")]

EMAIL = "li@customers.example"
HANDLED_WITHIN = 20.0
NIGHT = "starts on the previous day in UTC"
"""A slot whose local day is another than that in UTC."""


def options(told: Mapping[str, str]) -> dict[str, str]:
    """What a neighbour or an organ is connected with."""
    return {name: value for name, value in told.items() if name != "kind"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The booking store as its staff see it, with its neighbours."""

    details: Mapping[str, Any]
    controls: Controls
    calendar: Calendar
    customers: CustomerFile

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        """One request to the store's own API."""
        headers = {"Authorization": f"Token {self.details['api_token']}"}
        url = f"{self.details['api_root']}{path}"
        return httpx.request(method, url, headers=headers, timeout=30, verify=False, trust_env=False, **how)

    def slot(self, special: str) -> Mapping[str, Any]:
        """The first slot that is special in this way."""
        slots: list[Mapping[str, Any]] = self.details["slots"]
        return next(each for each in slots if each["special"] == special)

    def book(self, special: str = "", *, places: int = 1) -> str:
        """Places to be paid later, for 18.00 each; the number of the order."""
        slot = self.slot(special)["id"]
        place = {"item": self.details["products"]["tasting"]["id"], "variation": None, "subevent": slot}
        positions = [place] * places
        wanted = {"email": EMAIL, "locale": "en", "sales_channel": "web", "testmode": True, "positions": positions}
        answer = self.ask("POST", "orders/", json={**wanted, "payment_provider": "manual", "send_email": False})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    def deliveries(self, code: str) -> list[dict[str, Any]]:
        """What became of the webhooks about an order."""
        answer = httpx.get(self.controls.receiver.deliveries, params={"code": code}, trust_env=False)
        return list(answer.json()["deliveries"])

    def settled(self, code: str, count: int = 1) -> list[dict[str, Any]]:
        """The same, as soon as there are so many and none of them waits."""

        def true() -> bool:
            found = self.deliveries(code)
            return len(found) >= count and all(each["outcome"] != "waiting" for each in found)

        assert waiting.until(true, seconds=HANDLED_WITHIN), self.deliveries(code)
        return self.deliveries(code)

    def held(self, code: str) -> tuple[list[Entry], list[Entry]]:
        """What the neighbours hold of an order, found by its number."""
        return list(self.calendar.entries(code, "")), list(self.customers.entries(code, ""))


@pytest.fixture(scope="module")
def opened(box: Sandbox) -> Iterator[Office]:
    box.reset("booking")
    details: Mapping[str, Any] = box.status().stores["booking"].details
    yield Office(
        details=details,
        controls=box.controls("booking"),
        calendar=caldav.connect(options(details["neighbours"]["calendar"])),
        customers=crm.connect(options(details["neighbours"]["customer file"])),
    )
    box.reset("booking")


@pytest.fixture
def office(box: Sandbox, opened: Office) -> Iterator[Office]:
    """Healthy before and after the test."""
    yield opened
    box.heal("booking")


def test_a_booking_arrives_once_and_goes_when_it_is_deleted(office: Office) -> None:
    code = office.book(NIGHT, places=2)
    assert [each["outcome"] for each in office.settled(code)] == ["handled"]
    (event,), (customer,) = office.held(code)
    assert (event.kind, event.email, event.starts, event.status) == (
        "event",
        EMAIL,
        office.slot(NIGHT)["starts_utc"],
        "confirmed",
    )
    assert (customer.kind, customer.email, customer.amount) == ("customer", EMAIL, Money.of("36.00", "EUR"))
    assert event in office.calendar.entries("", EMAIL)
    assert customer in office.customers.entries("", EMAIL)

    assert office.ask("POST", f"orders/{code}/mark_canceled/", json={"send_email": False}).status_code == 200
    office.settled(code, 2)
    events, (customer,) = office.held(code)
    assert (events, customer.status) == ([], "cancelled")

    assert office.ask("DELETE", f"orders/{code}/").status_code == 204
    assert [each["action"].rpartition(".")[2] for each in office.settled(code, 3)] == ["placed", "canceled", "deleted"]
    assert office.held(code) == ([], [])


def test_a_reset_empties_the_neighbours(box: Sandbox, office: Office) -> None:
    code = office.book()
    office.settled(code)
    box.reset("booking")
    assert (*office.held(code), office.deliveries(code)) == ([], [], [])


LOCAL = "the local time, as if it were UTC"


@pytest.mark.parametrize(
    ("rules", "outcome", "events", "amounts"),
    [
        (ReceiverRules(answers_500=True), "refused", [], []),
        (ReceiverRules(swallows=True), "swallowed", [], []),
        (ReceiverRules(token_expired=True), "failed", [], []),
        (ReceiverRules(handles_twice=True), "handled", ["", ""], ["18.00", "18.00"]),
        (ReceiverRules(entry_twice=True), "handled", ["", ""], ["18.00"]),
        (ReceiverRules(no_entry=True), "handled", [], ["18.00"]),
        (ReceiverRules(local_time_as_utc=True), "handled", [LOCAL], ["18.00"]),
        (ReceiverRules(renamed={"total": "grand_total"}), "handled", [""], [""]),
        (ReceiverRules(amounts_in_cents=True), "handled", [""], ["1800.00"]),
        (ReceiverRules(about="canceled$", swallows=True), "handled", [""], ["18.00"]),
    ],
)
def test_what_the_receiver_does_wrong_is_seen_at_the_neighbours(
    office: Office, rules: ReceiverRules, outcome: str, events: list[str], amounts: list[str]
) -> None:
    office.controls.receiver.use(rules)
    assert office.controls.receiver.rules() == rules
    code = office.book(NIGHT)
    assert {each["outcome"] for each in office.settled(code)} == {outcome}
    found, customers = office.held(code)
    slot = office.slot(NIGHT)
    times = {"": slot["starts_utc"], LOCAL: slot["starts_local"][:19] + "Z"}
    assert [each.starts for each in found] == [times[each] for each in events]
    assert len({each.id for each in found}) == len(found)
    assert [each.amount for each in customers] == [Money.of(each, "EUR") if each else None for each in amounts]


def test_a_renamed_address_is_missing_everywhere(office: Office) -> None:
    office.controls.receiver.use(ReceiverRules(renamed={"email": "contact_email"}))
    code = office.book()
    office.settled(code)
    (event,), (customer,) = office.held(code)
    assert (event.email, customer.email, customer in office.customers.entries("", EMAIL)) == ("", "", False)


def test_a_refused_webhook_is_sent_again_in_vain_and_holds_up_no_booking(office: Office) -> None:
    office.controls.receiver.use(ReceiverRules(answers_500=True))
    assert len(office.settled(office.book(), 4)) == 4


def test_a_token_that_the_store_does_not_know_is_answered_401(office: Office) -> None:
    office.controls.receiver.use(ReceiverRules(token_expired=True))
    (said,) = office.settled(office.book())
    assert ([call["status"] for call in said["calls"]], "401" in said["says"]) == ([401], True)


def test_an_api_that_allows_too_few_calls_answers_429_to_the_receiver_alone(box: Sandbox, office: Office) -> None:
    faults.switch(box.status().stores["booking"].home, receiver_calls_per_minute=1)
    code = office.book()
    (said,) = office.settled(code)
    assert ([call["status"] for call in said["calls"]][-1], said["outcome"]) == (429, "failed")
    assert office.held(code) == ([], [])
    assert {office.ask("GET", f"orders/{code}/").status_code for _ in range(3)} == {200}


def test_a_delayed_webhook_is_handled_when_it_is_due_or_mended(box: Sandbox, office: Office) -> None:
    office.controls.receiver.use(ReceiverRules(delay_s=300))
    code = office.book()
    assert waiting.until(lambda: bool(office.deliveries(code)), seconds=5)
    assert ([each["outcome"] for each in office.deliveries(code)], office.held(code)) == (["waiting"], ([], []))
    box.heal("booking")
    office.settled(code)
    assert [len(each) for each in office.held(code)] == [1, 1]


def test_a_receiver_that_is_gone_holds_up_no_booking(box: Sandbox, office: Office) -> None:
    pid = box.status().services["receiver"].pid or 0
    os.kill(pid, signal.SIGKILL)
    assert waiting.for_exit([pid], seconds=5)
    office.book()
    box.up()
    code = office.book()
    office.settled(code)
    assert [len(each) for each in office.held(code)] == [1, 1]


@pytest.mark.parametrize("store", ["shop", "booking"])
def test_each_store_has_a_status_page(box: Sandbox, store: str) -> None:
    details: Mapping[str, Any] = box.status().stores[store].details
    page, status = statuspage.connect(options(details["organs"]["status page"])), box.controls(store).status
    status.clear()
    assert page.ask() == (True, "All Systems Operational")
    status.announce(name="Slow answers", impact="minor", components=["API"])
    status.announce(name="No payments", impact="critical", components=["Payments", "Checkout"])
    said = (
        "Slow answers (impact minor, investigating), about API; "
        "No payments (impact critical, investigating), about Payments, Checkout"
    )
    assert page.ask() == (False, said)
    summary = httpx.get(f"{page.url}/api/v2/summary.json", trust_env=False).json()
    assert set(summary) == {"page", "components", "incidents", "scheduled_maintenances", "status"}
    assert summary["status"] == {"indicator": "critical", "description": "Major Service Outage"}
    shown = {each["name"]: each["status"] for each in summary["components"] if each["status"] != "operational"}
    assert shown == {"API": "degraded_performance", "Payments": "major_outage", "Checkout": "major_outage"}
    box.heal(store)
    assert page.ask() == (True, "All Systems Operational")


def test_the_shop_sends_no_webhooks(box: Sandbox) -> None:
    with pytest.raises(SandboxError, match="shop sends no webhooks"):
        box.controls("shop").receiver.use(ReceiverRules(swallows=True))
