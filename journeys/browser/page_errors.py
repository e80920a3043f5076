"""The errors in a page: what its scripts threw or complained of, and where the script came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from playwright.sync_api import CDPSession

from journeys.browser.addresses import bare, origin_of
from journeys.model import PageError

_KEPT: Final = 50
_LONG: Final = 300
_COMPLAINTS: Final = ("error", "assert")


class PageErrors:
    """Collects the errors of one page, each once; ``page`` says which address it shows.

    What the browser logs of requests that failed is left out: ``journeys.browser.requests`` tells it with more.
    """

    def __init__(self, cdp: CDPSession, page: Callable[[], str]) -> None:
        self._page = page
        self._seen: dict[tuple[str, str, str], float] = {}
        cdp.on("Runtime.exceptionThrown", self._thrown)
        cdp.on("Runtime.consoleAPICalled", self._complained)
        cdp.on("Log.entryAdded", self._logged)

    def take(self, at: Callable[[datetime], float]) -> tuple[PageError, ...]:
        """What is new since it was last asked; ``at`` turns UTC into the times of the events."""
        seen, self._seen = self._seen, {}
        return tuple(
            PageError(what=what, origin=origin, page=page, at=at(datetime.fromtimestamp(ms / 1000, UTC)))
            for (what, origin, page), ms in seen.items()
        )

    def _thrown(self, event: Mapping[str, Any]) -> None:
        details = event["exceptionDetails"]
        thrown = details.get("exception") or {}
        what = str(thrown.get("description") or thrown.get("value") or details.get("text", ""))
        self._keep(what.removeprefix("Uncaught "), _top(details), event["timestamp"])

    def _complained(self, event: Mapping[str, Any]) -> None:
        if event["type"] in _COMPLAINTS:
            self._keep(_words(event.get("args", ())), _top(event), event["timestamp"])

    def _logged(self, event: Mapping[str, Any]) -> None:
        entry = event["entry"]
        if entry["level"] == "error" and entry["source"] != "network":
            self._keep(entry["text"], _top(entry), entry["timestamp"])

    def _keep(self, what: str, script: str, ms: float) -> None:
        first = bare(what.strip().partition("\n")[0])[:_LONG]
        if len(self._seen) < _KEPT:
            self._seen.setdefault((first, origin_of(script), bare(self._page())), ms)


def _top(event: Mapping[str, Any]) -> str:
    """The address of the script on top of the stack."""
    frames = (event.get("stackTrace") or {}).get("callFrames") or ()
    return next((frame["url"] for frame in frames if frame.get("url")), str(event.get("url", "")))


def _words(arguments: Iterable[Mapping[str, Any]]) -> str:
    said = (each.get("value", each.get("description", each.get("type", ""))) for each in arguments)
    return " ".join(str(each).partition("\n")[0] for each in said)
