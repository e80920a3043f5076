"""The layers of a real Chromium: HTTP cache and service worker, read past and cleared one without the other."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from layer_servers import Origin, origin_server
from playwright.sync_api import Playwright

from journeys.browser import BrowserStage
from journeys.browser.sessions import BrowserSession, BrowserVisitor
from journeys.layers import BrowserHttpCache, ServiceWorker
from journeys.model import TesterFault
from journeys.run.ports import Clears, Place

pytestmark = pytest.mark.xdist_group("layers")

CACHE_FIRST = """
addEventListener("install", event => event.waitUntil(skipWaiting()));
addEventListener("activate", event => event.waitUntil(clients.claim()));
addEventListener("fetch", event => event.respondWith((async () => {
    const kept = await caches.open("pages"), copy = await kept.match(event.request);
    if (copy) return copy;
    const answer = await fetch(event.request);
    await kept.put(event.request, answer.clone());
    return answer;
})()));
"""
PASSES_ON = CACHE_FIRST.replace("if (copy) return copy;", "")
REMEMBER = "document.cookie = 'who=me'; localStorage.who = 'me'"
REMEMBERED = "[document.cookie, localStorage.who]"
REGISTER = '<script>navigator.serviceWorker.register("/worker.js")</script>'


@pytest.fixture
def site() -> Iterator[Origin]:
    with origin_server() as origin:
        yield origin


@pytest.fixture
def visitor(playwright: Playwright) -> Iterator[BrowserVisitor]:
    with BrowserStage(
        executable=os.environ.get("JOURNEYS_BROWSER"), only_loopback=True, playwright=playwright
    ) as stage:
        visitor = stage.visitor("test")
        yield visitor
        visitor.close()


def read(session: BrowserSession, url: str) -> str:
    session.page.goto(url)
    return session.page.inner_text("p")


def put(site: Origin, text: str, path: str = "/page", head: str = "", **headers: str) -> Place:
    site.page(path, f"{head}<p>{text}</p>", **headers)
    return Place(url=site.url + path)


def with_worker(site: Origin, visitor: BrowserVisitor, script: str, **headers: str) -> Place:
    """A page that a worker governs, which has seen its old value."""
    site.page("/worker.js", script, Content_Type="text/javascript", Cache_Control="no-store")
    place, session = put(site, "old", head=REGISTER, **headers), visitor.session()
    read(session, place.url)
    session.page.wait_for_function("navigator.serviceWorker.controller")
    read(session, place.url)
    put(site, "new", **headers)
    return place


def test_the_http_cache_says_when_it_got_its_copy_and_how_long_it_will_give_it(
    site: Origin, visitor: BrowserVisitor
) -> None:
    written = datetime.now(UTC) - timedelta(seconds=40)
    place = put(site, "old", Cache_Control="max-age=300", Date=format_datetime(written, usegmt=True), Age="7")
    layer, session = BrowserHttpCache(), visitor.session()
    before = datetime.now(UTC)
    read(session, place.url)
    assert layer.copy(place, visitor, session.evidence()) is None
    after = datetime.now(UTC)
    put(site, "new")

    assert (read(session, place.url), site.times("/page")) == ("old", 1)
    evidence = session.evidence()
    received = datetime.fromisoformat(evidence["received"])
    copy = layer.copy(place, visitor, evidence)
    now = datetime.now(UTC)
    assert evidence["source"] == "disk cache"
    assert before - timedelta(milliseconds=5) <= received <= after + timedelta(milliseconds=5)
    assert copy is not None and copy.age_s is not None and copy.left_s is not None
    assert 0 < copy.age_s <= (now - received).total_seconds()
    assert 250 < copy.left_s <= 300 - (now - written).total_seconds() + 1


def test_the_browser_really_gives_up_a_copy_when_it_is_said_to(site: Origin, visitor: BrowserVisitor) -> None:
    """The remaining lifetime is never more than Chromium's own: when it says none is left, a visit may be fresh."""
    written = datetime.now(UTC) - timedelta(seconds=58)
    headers = {"Cache_Control": "max-age=60", "Date": format_datetime(written, usegmt=True)}
    place, session = put(site, "old", **headers), visitor.session()
    read(session, place.url)
    put(site, "new")
    while read(session, place.url) == "old":
        copy = BrowserHttpCache().copy(place, visitor, session.evidence())
        assert copy is not None and copy.left_s is not None
        assert copy.left_s <= max(0.0, 60 - (datetime.now(UTC) - written).total_seconds() + 1)

    assert (datetime.now(UTC) - written).total_seconds() >= 59


def test_without_a_lifetime_it_is_a_tenth_of_the_time_since_the_last_change(
    site: Origin, visitor: BrowserVisitor
) -> None:
    changed = format_datetime(datetime.now(UTC) - timedelta(days=30), usegmt=True)
    place, session = put(site, "old", Last_Modified=changed), visitor.session()
    read(session, place.url)

    assert read(session, place.url) == "old"
    copy = BrowserHttpCache().copy(place, visitor, session.evidence())
    assert copy is not None and copy.left_s is not None
    assert 3 * 86_400 - 60 < copy.left_s <= 3 * 86_400


def test_what_was_asked_for_again_is_no_copy(site: Origin, visitor: BrowserVisitor) -> None:
    place, session = put(site, "old", Cache_Control="no-cache"), visitor.session()
    for _ in range(2):
        read(session, place.url)

    assert BrowserHttpCache().copy(place, visitor, session.evidence()) is None


def test_clearing_the_http_cache_leaves_the_worker_and_the_cookies(site: Origin, visitor: BrowserVisitor) -> None:
    place = with_worker(site, visitor, CACHE_FIRST, Cache_Control="max-age=300")
    other, session = put(site, "old", "/other.txt", Cache_Control="max-age=300"), visitor.session()
    session.page.evaluate(REMEMBER)
    BrowserHttpCache().clear(place, visitor)

    assert read(session, place.url) == "old"
    assert session.evidence()["source"] == "service worker"
    assert session.page.evaluate(REMEMBERED) == ["who=me", "me"]
    with visitor.past_service_worker():
        read(session, other.url)
        assert read(session, place.url) == "new"


def test_a_worker_that_answers_from_its_own_copy_is_read_past_and_is_there_again(
    site: Origin, visitor: BrowserVisitor
) -> None:
    place, session = with_worker(site, visitor, CACHE_FIRST), visitor.session()
    assert read(session, place.url) == "old"
    copy = ServiceWorker().copy(place, visitor, session.evidence())
    assert copy is not None and (copy.left_s, copy.words) == (
        math.inf,
        "answered by the service worker from cache-storage",
    )
    assert copy.age_s is not None
    with visitor.past_service_worker():
        assert read(session, place.url) == "new"
        assert session.evidence()["source"] == "network"
        assert ServiceWorker().copy(place, visitor, session.evidence()) is None

    assert read(session, place.url) == "old"


def test_sessions_opened_meanwhile_read_past_it_as_well(site: Origin, visitor: BrowserVisitor) -> None:
    with visitor.past_service_worker():
        place, session = put(site, "old", head=REGISTER), visitor.session("staff")
        site.page("/worker.js", CACHE_FIRST, Content_Type="text/javascript")
        read(session, place.url)
        session.page.evaluate("navigator.serviceWorker.ready")
        read(session, place.url)
        put(site, "new")

        assert read(session, place.url) == "new"


def test_a_worker_that_passes_on_what_the_network_says_holds_nothing(site: Origin, visitor: BrowserVisitor) -> None:
    place, session = with_worker(site, visitor, PASSES_ON), visitor.session()

    assert read(session, place.url) == "new"
    assert session.evidence()["source"] == "service worker"
    assert ServiceWorker().copy(place, visitor, session.evidence()) is None


def test_a_worker_that_passes_on_what_the_http_cache_says_holds_nothing_itself(
    site: Origin, visitor: BrowserVisitor
) -> None:
    place = with_worker(site, visitor, PASSES_ON, Cache_Control="max-age=300")
    session = visitor.session()

    assert read(session, place.url) == "old"
    assert ServiceWorker().copy(place, visitor, session.evidence()) is None
    copy = BrowserHttpCache().copy(place, visitor, session.evidence())
    assert copy is not None and copy.left_s is not None and copy.left_s > 250


def test_clearing_the_worker_leaves_the_http_cache_and_the_cookies(site: Origin, visitor: BrowserVisitor) -> None:
    place = with_worker(site, visitor, CACHE_FIRST)
    session = visitor.session()
    with visitor.past_service_worker():
        kept = put(site, "old", "/kept", Cache_Control="max-age=300")
        read(session, kept.url)
        put(site, "new", "/kept")
    session.page.evaluate(REMEMBER)
    ServiceWorker().clear(place, visitor)

    assert read(session, place.url) == "new"
    assert session.evidence()["source"] == "network"
    assert session.page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    assert session.page.evaluate("caches.keys()") == []
    assert read(session, kept.url) == "old"
    assert session.page.evaluate(REMEMBERED) == ["who=me", "me"]


def test_never_leaves_both_alone(site: Origin, visitor: BrowserVisitor, tmp_path: Path) -> None:
    place = with_worker(site, visitor, CACHE_FIRST)
    layers: tuple[Any, ...] = (ServiceWorker(clears=Clears.NEVER), BrowserHttpCache(clears=Clears.NEVER))
    for layer in layers:
        with pytest.raises(TesterFault, match=f"the {layer.name} was about to be cleared"):
            layer.clear(place, visitor)

    assert read(visitor.session(), place.url) == "old"
