"""Where the pages of a session came from, as Chromium itself reports it over CDP, without switching its cache off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession

SAFE: Final = ("GET", "HEAD", "OPTIONS", "TRACE")  # RFC 9110, section 9.2.1
_TOLD: Final = ("age", "date", "etag", "expires", "last-modified", "vary", "via")
_TELLING: Final = re.compile(r"cache|edge|ttl|varnish|surrogate-key")


class Evidence:
    """Keeps what is known of the last document that a page showed, and when the last thing sent was answered.

    ``answered`` is when the answer to it began to arrive: a page or a redirection, or the page that a script went to
    after the answer to what it had sent, which may only have said that the store is at work. What is sent to others
    than the store whose page it is does not count. ``frame`` is the id of the page's main frame: what is shown within
    the page is not the page.
    """

    def __init__(self, cdp: CDPSession, frame: str = "") -> None:
        self._frame = frame
        self.status = 0
        self.url = ""
        self.answered: datetime | None = None
        self._last: dict[str, str] = {}
        self._from_memory: str = ""
        self._sent: set[str] = set()
        self._a_page_follows = False
        cdp.on("Network.requestWillBeSent", self._asked)
        cdp.on("Network.responseReceived", self._received)
        cdp.on("Network.requestServedFromCache", self._remembered)
        cdp.send("Network.enable")

    def last(self) -> Mapping[str, str]:
        """What is known of the last document.

        ``status``, ``source`` (``network``, ``memory cache``, ``disk cache``, ``service worker``), ``worker source``
        (``network``, ``http-cache``, ``cache-storage``, ``fallback-code``: where the service worker had it from),
        ``received`` (when the browser got it from the network, however long ago, ISO 8601), and its caching headers.
        """
        return dict(self._last)

    def _remembered(self, event: Mapping[str, Any]) -> None:
        self._from_memory = event["requestId"]

    def _asked(self, event: Mapping[str, Any]) -> None:
        if "redirectResponse" in event:  # the same request goes on to another address
            self._answered(event["requestId"], event["redirectResponse"])
        request = event["request"]
        same = urlsplit(request["url"]).netloc == urlsplit(event.get("documentURL", "")).netloc
        if request["method"] not in SAFE and same:
            self._sent.add(event["requestId"])

    def _answered(self, request: str, response: Mapping[str, Any], *, script: bool = False) -> None:
        if request in self._sent:
            self._sent.discard(request)
            self.answered, self._a_page_follows = _came(response), script

    def _received(self, event: Mapping[str, Any]) -> None:
        response = event["response"]
        page = event.get("type") == "Document" and event.get("frameId", self._frame) in (self._frame, "")
        self._answered(event.get("requestId", ""), response, script=not page)
        if not page:
            return
        if self._a_page_follows:
            self.answered, self._a_page_follows = _came(response), False
        self.status, self.url = int(response["status"]), str(response["url"])
        headers = {name.lower(): str(value) for name, value in response.get("headers", {}).items()}
        from_memory = event.get("requestId") == self._from_memory
        self._last = {"source": "memory cache" if from_memory else source_of(response), "status": str(self.status)}
        if came := _came(response):
            self._last["received"] = came.isoformat()
        if "serviceWorkerResponseSource" in response:
            self._last["worker source"] = str(response["serviceWorkerResponseSource"])
        self._last |= {name: value for name, value in headers.items() if name in _TOLD or _TELLING.search(name)}


def _came(response: Mapping[str, Any]) -> datetime | None:
    """When it came from the network, however long ago."""
    return datetime.fromtimestamp(response["responseTime"] / 1000, UTC) if "responseTime" in response else None


def source_of(response: Mapping[str, Any]) -> str:
    """Where an answer came from, unless it came from memory."""
    # A service worker's answer also says fromDiskCache, so it is asked for first.
    if response.get("fromServiceWorker"):
        return "service worker"
    return "disk cache" if response.get("fromDiskCache") else "network"
