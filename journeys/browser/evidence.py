"""Where the pages of a session came from, as Chromium itself reports it over CDP, without switching its cache off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playwright.sync_api import CDPSession

_TOLD: Final = (
    "age", "cache-control", "cache-status", "date", "etag", "expires", "last-modified", "vary", "via", "x-cache"
)  # fmt: skip


class Evidence:
    """Keeps what is known of the last document that a page showed."""

    def __init__(self, cdp: CDPSession) -> None:
        self.status = 0
        self.url = ""
        self._last: dict[str, str] = {}
        cdp.on("Network.responseReceived", self._received)
        cdp.send("Network.enable")

    def last(self) -> Mapping[str, str]:
        """Status, source (``network``, ``disk cache``, ``service worker``) and caching headers of the last document."""
        return dict(self._last)

    def _received(self, event: Mapping[str, Any]) -> None:
        if event.get("type") != "Document":
            return
        response = event["response"]
        self.status, self.url = int(response["status"]), str(response["url"])
        headers = {name.lower(): str(value) for name, value in response.get("headers", {}).items()}
        self._last = {"source": _source(response), "status": str(self.status)}
        self._last |= {name: headers[name] for name in _TOLD if name in headers}


def _source(response: Mapping[str, Any]) -> str:
    # A service worker's answer also says fromDiskCache, so it is asked for first.
    if response.get("fromServiceWorker"):
        return "service worker"
    return "disk cache" if response.get("fromDiskCache") else "network"
