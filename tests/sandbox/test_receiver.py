"""The receiver without a store: its rules, its notebook, its status feed, and a calendar that is not there."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from sandbox import SandboxError
from sandbox.full import Receiver, ReceiverRules, StatusFeed
from sandbox.full.receiver.desk import Announcer, Desk
from sandbox.full.receiver.entries import Entries
from sandbox.full.receiver.feed import COMPONENTS, summary
from sandbox.full.receiver.notebook import Notebook
from sandbox.full.receiver.orders import Orders
from sandbox.full.receiver.rules import RulesFile
from sandbox.full.receiver.server import Answers

NOWHERE = "http://127.0.0.1:1"
NOTICE = {"notification_id": 1, "organizer": "o", "event": "e", "code": "A0B1C", "action": "pretix.event.order.placed"}


@pytest.fixture
def receiver(tmp_path: Path) -> Receiver:
    """One that nobody started, in a folder that is not there yet."""
    return Receiver(store="booking", port=1, folder=tmp_path / "booking", announced=True)


@pytest.fixture
def desk(tmp_path: Path, receiver: Receiver) -> Desk:
    """One whose store and calendar do not answer."""
    notebook = Notebook(tmp_path / "book.sqlite3")
    announcer = Announcer(
        rules=RulesFile(receiver.folder / "receiver.json"),
        orders=Orders(api=NOWHERE, host="store", token="token"),
        entries=Entries("booking", url=f"{NOWHERE}/staff/booking/", user="staff", password="", notebook=notebook),
    )
    return Desk({"booking": announcer}, notebook)


def test_rules_are_read_anew_and_mistakes_are_named(receiver: Receiver) -> None:
    rules = RulesFile(receiver.folder / "receiver.json")
    assert rules.now() == ReceiverRules()
    for wanted in (ReceiverRules(delay_s=2, about="paid$"), ReceiverRules(renamed={"total": "sum"})):
        receiver.use(wanted)
        assert (rules.now(), receiver.rules()) == (wanted, wanted)
    for _ in range(2):
        receiver.clear()
    assert (rules.now(), receiver.rules()) == (ReceiverRules(), ReceiverRules())
    with pytest.raises(ValueError, match="delay_s"):
        ReceiverRules(delay_s=-1)


def test_rules_about_some_webhooks_leave_the_others_alone() -> None:
    rules = ReceiverRules(swallows=True, about=r"order\.canceled$")
    assert rules.of("pretix.event.order.canceled") == rules
    assert rules.of("pretix.event.order.placed") == ReceiverRules()


def test_a_receiver_that_does_not_run_says_so_when_it_should_forget(receiver: Receiver) -> None:
    with pytest.raises(SandboxError, match="the receiver does not answer"):
        receiver.empty()


def test_a_webhook_is_taken_before_anything_is_done(desk: Desk) -> None:
    answers = Answers(base="", desk=desk, notebook=desk._notebook, incidents={})
    assert desk.take("booking", NOTICE) is HTTPStatus.OK
    status, said = answers.get("/deliveries", {"code": "A0B1C"})
    deliveries: Any = said
    assert [each["outcome"] for each in deliveries["deliveries"]] == ["waiting"]
    assert answers.get("/deliveries", {"code": "other"}) == (HTTPStatus.OK, {"deliveries": []})
    assert status is HTTPStatus.OK


@pytest.mark.parametrize(("path", "body"), [("/webhooks/booking", b"{}"), ("/webhooks/shop", b"[]")])
def test_what_is_no_webhook_is_refused(desk: Desk, path: str, body: bytes) -> None:
    answers = Answers(base="", desk=desk, notebook=desk._notebook, incidents={})
    assert answers.post(path, body)[0] is HTTPStatus.BAD_REQUEST


def test_a_calendar_that_does_not_answer_is_said(desk: Desk) -> None:
    answers = Answers(base="", desk=desk, notebook=desk._notebook, incidents={})
    status, said = answers.delete("/webhooks/booking")
    assert (status, "the calendar" in str(said)) == (HTTPStatus.BAD_GATEWAY, True)


def test_a_row_is_brought_up_to_date_and_keeps_its_number(tmp_path: Path) -> None:
    book = Notebook(tmp_path / "book.sqlite3")
    row = {"email": "a@x.example", "currency": "EUR"}
    book.keep_customer("booking", "A", copies=2, total="1.00", status="booked", **row)
    before = [each["id"] for each in book.customers(order="A")]
    book.keep_customer("booking", "A", copies=1, total="2.00", status="cancelled", **row)
    rows = book.customers(order="A", email="a@x.example")
    assert [each["id"] for each in rows] == before
    assert [(each["total"], each["status"]) for each in rows] == [("2.00", "cancelled"), ("1.00", "booked")]
    book.forget("booking", "A")
    assert book.customers() == []


def test_a_status_page_names_the_worst_and_mistakes_are_named(tmp_path: Path) -> None:
    feed = StatusFeed(folder=tmp_path / "shop")
    feed.announce(name="Mails are late", impact="minor", components=["Confirmation mails"])
    feed.announce(name="All is down", impact="critical", components=COMPONENTS)
    said = summary("shop", feed.incidents(), NOWHERE)
    assert said["status"]["indicator"] == "critical"
    assert {each["status"] for each in said["components"]} == {"major_outage"}
    feed.clear()
    assert summary("shop", feed.incidents(), NOWHERE)["status"]["indicator"] == "none"
    with pytest.raises(SandboxError, match=r"no impact bad(.|\n)*critical"):
        feed.announce(name="x", impact="bad")
    with pytest.raises(SandboxError, match="no component Kitchen"):
        feed.announce(name="x", components=["Kitchen"])
