"""What Chromium tells over CDP of a document becomes evidence in plain words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from journeys.browser.evidence import Evidence


class Cdp:
    """A session that says what a test wants it to."""

    def __init__(self) -> None:
        self.heard: dict[str, Callable[[Any], None]] = {}
        self.sent: list[str] = []

    def on(self, event: str, handler: Callable[[Any], None]) -> None:
        self.heard[event] = handler

    def send(self, method: str) -> None:
        self.sent.append(method)


def told(cdp: Cdp, *, kind: str = "Document", request: str = "1", **response: Any) -> None:
    answer = {"status": 200, "url": "http://shop/", "headers": {}} | response
    cdp.heard["Network.responseReceived"]({"type": kind, "requestId": request, "response": answer})


@pytest.fixture
def cdp() -> Cdp:
    return Cdp()


@pytest.fixture
def evidence(cdp: Cdp) -> Evidence:
    return Evidence(cdp)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("response", "source"),
    [
        ({}, "network"),
        ({"fromDiskCache": True}, "disk cache"),
        ({"fromServiceWorker": True, "fromDiskCache": True}, "service worker"),
    ],
)
def test_where_a_document_came_from(cdp: Cdp, evidence: Evidence, response: dict[str, Any], source: str) -> None:
    told(cdp, **response)

    assert evidence.last() == {"source": source, "status": "200"}


def test_the_memory_cache_is_told_of_beforehand_and_of_one_request_alone(cdp: Cdp, evidence: Evidence) -> None:
    cdp.heard["Network.requestServedFromCache"]({"requestId": "7"})
    told(cdp, request="7")
    assert evidence.last()["source"] == "memory cache"
    told(cdp, request="8")
    assert evidence.last()["source"] == "network"


def test_where_a_worker_had_it_from_and_when_the_browser_got_it(cdp: Cdp, evidence: Evidence) -> None:
    told(
        cdp,
        fromServiceWorker=True,
        serviceWorkerResponseSource="cache-storage",
        responseTime=1767355200250.0,
    )

    assert evidence.last() == {
        "source": "service worker",
        "status": "200",
        "worker source": "cache-storage",
        "received": "2026-01-02T12:00:00.250000+00:00",
    }


def test_headers_of_caches_are_kept_by_lower_case_names_and_no_others(cdp: Cdp, evidence: Evidence) -> None:
    headers = {"Age": "3", "X-Edge-TTL": "5", "X-Cache": "hit", "X-Varnish": "1 2", "Surrogate-Key": "a"}
    told(cdp, headers=headers | {"CF-Cache-Status": "HIT", "Set-Cookie": "secret=1", "Server": "nginx"})

    assert set(evidence.last()) - {"source", "status"} == {
        "age",
        "x-edge-ttl",
        "x-cache",
        "x-varnish",
        "surrogate-key",
        "cf-cache-status",
    }


def sent(cdp: Cdp, method: str, url: str = "http://shop/buy", request: str = "1", **more: Any) -> None:
    page = "http://shop/checkout/"
    asked = {"requestId": request, "documentURL": page, "request": {"method": method, "url": url}}
    cdp.heard["Network.requestWillBeSent"](asked | more)


def test_what_was_sent_is_answered_by_a_redirection_and_not_by_the_page_it_leads_to(
    cdp: Cdp, evidence: Evidence
) -> None:
    sent(cdp, "POST")
    assert evidence.answered is None
    sent(cdp, "GET", redirectResponse={"responseTime": 1767355200250.0})
    told(cdp, responseTime=1767355201000.0)

    assert datetime(2026, 1, 2, 12, 0, 0, 250_000, tzinfo=UTC) == evidence.answered


def test_what_a_script_sent_is_answered_by_the_page_that_it_goes_to_if_there_is_one(
    cdp: Cdp, evidence: Evidence
) -> None:
    sent(cdp, "POST", request="7")
    told(cdp, kind="XHR", request="7", responseTime=1767355200000.0)
    assert datetime(2026, 1, 2, 12, tzinfo=UTC) == evidence.answered
    assert evidence.last() == {}

    told(cdp, request="8", responseTime=1767355202000.0)
    told(cdp, request="9", responseTime=1767355209000.0)
    assert datetime(2026, 1, 2, 12, 0, 2, tzinfo=UTC) == evidence.answered


def test_neither_looking_nor_what_others_are_sent_is_answered(cdp: Cdp, evidence: Evidence) -> None:
    sent(cdp, "GET")
    told(cdp, responseTime=1767355200000.0)
    sent(cdp, "POST", "http://analytics.example/hit", request="2")
    told(cdp, kind="Ping", request="2", responseTime=1767355200000.0)

    assert evidence.answered is None


def test_what_is_no_document_changes_nothing(cdp: Cdp, evidence: Evidence) -> None:
    told(cdp, status=503)
    told(cdp, kind="Script", fromDiskCache=True)

    assert (evidence.status, evidence.last()["source"]) == (503, "network")
    assert cdp.sent == ["Network.enable"]
