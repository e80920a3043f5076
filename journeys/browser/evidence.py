"""Where the pages of a session came from, as Chromium itself reports it over CDP, without switching its cache off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from playwright.sync_api import CDPSession

_TOLD: Final = ("age", "date", "etag", "expires", "last-modified", "vary", "via")
_TELLING: Final = re.compile(r"cache|edge|ttl|varnish|surrogate-key")


class Evidence:
    """Keeps what is known of the last document that a page showed."""

    def __init__(self, cdp: CDPSession) -> None:
        self.status = 0
        self.url = ""
        self._last: dict[str, str] = {}
        self._from_memory: str = ""
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

    def _received(self, event: Mapping[str, Any]) -> None:
        if event.get("type") != "Document":
            return
        response = event["response"]
        self.status, self.url = int(response["status"]), str(response["url"])
        headers = {name.lower(): str(value) for name, value in response.get("headers", {}).items()}
        from_memory = event.get("requestId") == self._from_memory
        self._last = {"source": "memory cache" if from_memory else _source(response), "status": str(self.status)}
        if "responseTime" in response:
            self._last["received"] = datetime.fromtimestamp(response["responseTime"] / 1000, UTC).isoformat()
        if "serviceWorkerResponseSource" in response:
            self._last["worker source"] = str(response["serviceWorkerResponseSource"])
        self._last |= {name: value for name, value in headers.items() if name in _TOLD or _TELLING.search(name)}


def _source(response: Mapping[str, Any]) -> str:
    # A service worker's answer also says fromDiskCache, so it is asked for first.
    if response.get("fromServiceWorker"):
        return "service worker"
    return "disk cache" if response.get("fromDiskCache") else "network"
