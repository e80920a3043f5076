"""The browser's HTTP cache (RFC 9111): each visitor has one of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from journeys.layers.http_age import lain_s, left_s
from journeys.layers.permission import demand
from journeys.model import BROWSER_HTTP_CACHE
from journeys.run.clock import Clock, SystemClock
from journeys.run.options import only
from journeys.run.ports import Clears, Copy, Place, Visitor

_SOURCES: Final = ("disk cache", "memory cache")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserHttpCache:
    """Clears the HTTP cache of the visitor who looks; other people's browsers are out of reach, as in life.

    Chromium empties it as a whole: the visitor is synthetic, so nobody loses anything.
    """

    clears: Clears = Clears.NARROW
    name: str = BROWSER_HTTP_CACHE
    personal: bool = True
    instances: tuple[str, ...] = ()
    clock: Clock = field(default_factory=SystemClock, repr=False)

    def door(self, instance: str = "") -> str:
        """None: a fresh visitor reads past it."""
        return ""

    def copy(self, place: Place, visitor: Visitor, evidence: Mapping[str, str]) -> Copy | None:
        """What the browser told of the answer that it took from here; None when it asked the network."""
        if not _from_here(evidence):
            return None
        now = self.clock.utc()
        return Copy(age_s=lain_s(evidence, now), left_s=left_s(evidence, now), words=_words(evidence))

    def holds(self, place: Place) -> None:
        """Nothing that can be asked for."""

    def behind(self) -> bool:
        """It does not know."""
        return False

    def clear(self, place: Place, visitor: Visitor, instance: str = "") -> str:
        """Empty it; the cookies stay."""
        demand(self.name, self.clears)
        visitor.clear_http_cache()
        return "the visitor's HTTP cache"


def connect(options: Mapping[str, object], clears: Clears) -> BrowserHttpCache:
    """The browser's own cache, which needs no option."""
    only(options)
    return BrowserHttpCache(clears=clears)


def _from_here(evidence: Mapping[str, str]) -> bool:
    """Whether the page, or the service worker on its behalf, was answered from this cache."""
    source = evidence.get("source", "")
    return source in _SOURCES or (source == "service worker" and evidence.get("worker source") == "http-cache")


def _words(evidence: Mapping[str, str]) -> str:
    said = [f"{name} {evidence[name]}" for name in ("cache-control", "expires", "last-modified") if name in evidence]
    return f"answered from the {evidence['source']} ({', '.join(said) or 'no lifetime given'})"
