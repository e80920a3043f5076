"""Of all that a page asks for, what tells something is kept, without its queries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cdp import Cdp

from journeys.browser.requests import Requests, Wait
from journeys.model import Request

EPOCH = datetime(2026, 1, 2, 12, tzinfo=UTC)
SHOP = "https://shop.example"
TAG = "https://tags.example"


class Tab:
    """A page of a shop, ten seconds after it was opened; each request begins at a second of it."""

    def __init__(self) -> None:
        self.cdp = Cdp()
        self.now = 10.0
        self.requests = Requests(self.cdp, "main", self.utc)  # type: ignore[arg-type]

    def utc(self) -> datetime:
        return datetime.fromtimestamp(EPOCH.timestamp() + self.now, UTC)

    def ask(self, url: str, at: float = 0.0, kind: str = "Document", method: str = "GET", **more: Any) -> None:
        name = more.pop("name", url)
        wall = EPOCH.timestamp() + at
        said = {"frameId": "main", "timestamp": 500.0 + at, "wallTime": wall, "type": kind} | more
        request = {"url": url, "method": method}
        self.cdp.tell("Network.requestWillBeSent", requestId=name, request=request, **said)

    def answer(self, name: str, status: int = 200, **response: Any) -> None:
        told = {"status": status, "headers": {}} | response
        self.cdp.tell("Network.responseReceived", requestId=name, response=told)

    def end(self, name: str, at: float = 0.1) -> None:
        self.cdp.tell("Network.loadingFinished", requestId=name, timestamp=500.0 + at)

    def fail(self, name: str, words: str = "net::ERR_FAILED", at: float = 0.1, **more: Any) -> None:
        said = {"timestamp": 500.0 + at, "errorText": words} | more
        self.cdp.tell("Network.loadingFailed", requestId=name, **said)

    def whole(self, url: str, kind: str = "Document", at: float = 0.0, took: float = 0.1, status: int = 200) -> None:
        self.ask(url, at, kind)
        self.answer(url, status)
        self.end(url, at + took)

    def taken(self) -> tuple[Request, ...]:
        return self.requests.take(f"{SHOP}/", lambda moment: (moment - EPOCH).total_seconds())

    def paths(self) -> list[str]:
        return [each.path for each in self.taken()]


@pytest.fixture
def tab() -> Tab:
    return Tab()


def test_a_document_is_told_in_the_times_of_the_run_and_without_its_query(tab: Tab) -> None:
    tab.ask(f"{SHOP}/basket?token=hush#top", 3.0, name="1")
    timing = {"requestTime": 503.0, "sendEnd": 10.0, "receiveHeadersEnd": 60.0}
    tab.answer("1", headers={"Server-Timing": "db;dur=20"}, timing=timing)
    tab.end("1", 3.25)

    assert tab.taken() == (
        Request(
            ours=True,
            origin=SHOP,
            path="/basket",
            kind="document",
            began=3.0,
            took_s=0.25,
            status=200,
            source="network",
            phases={"wait": 0.05, "receive": 0.19},
            server={"db": 0.02},
        ),
    )
    assert tab.taken() == ()


def test_what_is_well_and_no_document_is_not_told(tab: Tab) -> None:
    for kind in ("Image", "Stylesheet", "XHR", "Script"):
        tab.whole(f"{SHOP}/{kind}", kind)
    tab.whole(f"{TAG}/pixel", "Image")
    tab.ask("data:image/png;base64,", kind="Image")

    assert tab.taken() == ()


@pytest.mark.parametrize(("status", "took"), [(404, 0.1), (503, 0.1), (200, 1.1)])
def test_what_was_refused_or_took_long_is_told(tab: Tab, status: int, took: float) -> None:
    tab.whole(f"{SHOP}/stock", "XHR", took=took, status=status)
    (told,) = tab.taken()

    assert (told.kind, told.status, told.took_s, told.failure) == ("xhr", status, took, "")


def test_what_failed_is_told_in_the_browsers_words(tab: Tab) -> None:
    tab.ask(f"{SHOP}/logo", kind="Image")
    tab.fail(f"{SHOP}/logo", "net::ERR_NAME_NOT_RESOLVED")
    tab.ask(f"{SHOP}/own", kind="Script")
    tab.fail(f"{SHOP}/own", "", blockedReason="csp")

    assert [each.failure for each in tab.taken()] == ["net::ERR_NAME_NOT_RESOLVED", "blocked: csp"]


def test_what_was_given_up_with_its_page_or_blocked_by_us_is_no_failure(tab: Tab) -> None:
    tab.ask(f"{SHOP}/logo", kind="Image")
    tab.fail(f"{SHOP}/logo", "net::ERR_ABORTED", canceled=True)
    tab.ask(f"{TAG}/tag", kind="Script")
    tab.fail(f"{TAG}/tag", "", blockedReason="inspector")

    assert tab.taken() == ()


def test_what_was_given_up_after_long_waiting_is_told(tab: Tab) -> None:
    tab.ask(f"{TAG}/tag", kind="Script")
    tab.fail(f"{TAG}/tag", "net::ERR_ABORTED", at=8.0, canceled=True)

    assert [(each.failure, each.took_s) for each in tab.taken()] == [("net::ERR_ABORTED", 8.0)]


def test_a_script_that_was_refused_is_not_also_given_up(tab: Tab) -> None:
    tab.ask(f"{TAG}/tag", kind="Script")
    tab.answer(f"{TAG}/tag", 404)
    tab.fail(f"{TAG}/tag", "net::ERR_ABORTED", canceled=True)

    assert [(each.status, each.failure) for each in tab.taken()] == [(404, "")]


def test_third_parties_scripts_are_told_once_a_page(tab: Tab) -> None:
    for page in ("/one", "/two"):
        tab.whole(SHOP + page)
        for _ in range(2):
            tab.whole(f"{TAG}/tag.js?{page}", "Script")

        assert [page, "/tag.js"] == tab.paths()


def test_each_redirection_ends_a_request(tab: Tab) -> None:
    tab.ask(f"{SHOP}/order", 1.0, method="POST", name="1")
    tab.ask(f"{SHOP}/thanks", 2.0, name="1", redirectResponse={"status": 302})
    tab.answer("1")
    tab.end("1", 2.5)

    assert [(e.path, e.status, e.took_s) for e in tab.taken()] == [("/order", 302, 1.0), ("/thanks", 200, 0.5)]


def test_a_page_within_the_page_is_a_frame(tab: Tab) -> None:
    tab.ask(f"{TAG}/ad", frameId="another")
    tab.answer(f"{TAG}/ad", 500)
    tab.end(f"{TAG}/ad")

    assert [each.kind for each in tab.taken()] == ["frame"]


def test_what_has_had_no_answer_is_pending_once_and_comes_again_when_it_ends(tab: Tab) -> None:
    tab.ask(f"{SHOP}/slow", 4.0)
    (pending,) = tab.taken()
    assert (pending.failure, pending.status, pending.took_s) == ("pending", 0, 6.0)
    assert tab.taken() == ()
    tab.answer(f"{SHOP}/slow")
    tab.end(f"{SHOP}/slow", 11.0)
    (ended,) = tab.taken()

    assert (ended.failure, ended.status, ended.took_s) == ("", 200, 7.0)


def test_what_is_just_being_asked_for_is_not_pending(tab: Tab) -> None:
    tab.ask(f"{TAG}/tag", 9.5, "Script")
    tab.ask(f"{SHOP}/news", 1.0, "EventSource")

    assert tab.taken() == ()


@pytest.mark.parametrize("asked", [9.8, 5.0])
def test_a_document_is_told_as_soon_as_it_is_answered_and_not_again(tab: Tab, asked: float) -> None:
    tab.ask(f"{SHOP}/broken", asked)
    tab.answer(f"{SHOP}/broken", 500, responseTime=(EPOCH.timestamp() + 9.9) * 1000)
    assert [(each.status, each.failure) for each in tab.taken()] == [(500, "")]
    tab.end(f"{SHOP}/broken", 10.1)

    assert tab.taken() == ()


def test_a_document_whose_rest_takes_long_is_told_again(tab: Tab) -> None:
    tab.ask(f"{SHOP}/long", 9.8)
    tab.answer(f"{SHOP}/long", responseTime=(EPOCH.timestamp() + 9.9) * 1000)
    tab.taken()
    tab.end(f"{SHOP}/long", 14.0)

    assert [each.took_s for each in tab.taken()] == [pytest.approx(4.2)]


def test_a_document_that_was_answered_late_is_pending_only_when_the_rest_does_not_come(tab: Tab) -> None:
    for path, answered in (("late", 9.5), ("stuck", 5.0)):
        tab.ask(f"{SHOP}/{path}", 4.0)
        tab.answer(f"{SHOP}/{path}", responseTime=(EPOCH.timestamp() + answered) * 1000)

    assert [(each.path, each.failure) for each in tab.taken()] == [("/late", ""), ("/stuck", "pending")]


def test_a_copy_of_a_cache_has_no_times_of_its_own(tab: Tab) -> None:
    tab.ask(f"{SHOP}/page", name="1")
    tab.answer("1", fromDiskCache=True, headers={"server-timing": "db;dur=9"}, timing={"sendEnd": 1.0})
    tab.end("1")
    (told,) = tab.taken()

    assert (told.source, told.phases, told.server) == ("disk cache", {}, {})


def test_what_nobody_asks_for_does_not_pile_up(tab: Tab) -> None:
    for i in range(2000):
        tab.whole(f"{SHOP}/{i}", "XHR", status=404)
        tab.ask(f"{SHOP}/open{i}", 1.0, "XHR")

    assert len(tab.taken()) == 1000


def test_who_waits_for_nothing_waits_for_nothing(tab: Tab) -> None:
    assert tab.requests.wait() is None
    tab.whole(f"{SHOP}/page", at=0.0)
    tab.cdp.tell("Page.domContentEventFired", timestamp=1.0)
    tab.ask(f"{TAG}/tag", 1.0, "Script")

    assert tab.requests.wait() is None


@pytest.mark.parametrize(("kind", "method"), [("Document", "GET"), ("Document", "POST"), ("XHR", "POST")])
def test_a_page_or_what_was_sent_is_waited_for(tab: Tab, kind: str, method: str) -> None:
    tab.whole(f"{SHOP}/page")
    tab.ask(f"{SHOP}/cart", 7.0, kind, method)

    assert Wait(what="answer", url=f"{SHOP}/cart", since_s=3.0) == tab.requests.wait()


def test_what_a_third_party_is_sent_is_not_waited_for(tab: Tab) -> None:
    tab.whole(f"{SHOP}/page")
    tab.cdp.tell("Page.domContentEventFired", timestamp=1.0)
    tab.ask(f"{TAG}/hit", 1.0, "Ping", "POST")

    assert tab.requests.wait() is None


def test_a_page_that_is_not_there_waits_for_its_oldest_script(tab: Tab) -> None:
    tab.whole(f"{SHOP}/page", at=2.0)
    tab.ask(f"{TAG}/tag", 3.0, "Script")

    assert Wait(what="loaded", url=f"{SHOP}/page", since_s=8.0, held_by=f"{TAG}/tag") == tab.requests.wait()


def test_a_page_that_broke_off_will_never_be_there(tab: Tab) -> None:
    tab.ask(f"{SHOP}/page", 2.0)
    tab.answer(f"{SHOP}/page")
    tab.fail(f"{SHOP}/page", "net::ERR_INCOMPLETE_CHUNKED_ENCODING", 2.5)
    wait = tab.requests.wait()

    assert wait is not None and wait.failure == "net::ERR_INCOMPLETE_CHUNKED_ENCODING"


def test_a_page_that_was_never_answered_leaves_the_person_where_they_were(tab: Tab) -> None:
    tab.ask(f"{SHOP}/page", 2.0)
    tab.fail(f"{SHOP}/page", "net::ERR_CONNECTION_REFUSED", 2.5)

    assert tab.requests.wait() is None
