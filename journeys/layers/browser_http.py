"""The browser's HTTP cache (RFC 9111): each visitor has one of their own."""

from __future__ import annotations

from dataclasses import dataclass

from journeys.model import BROWSER_HTTP_CACHE
from journeys.run.ports import Clears, Place, Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserHttpCache:
    """Clears the HTTP cache of the visitor who looks; other people's browsers are out of reach, as in life.

    Chromium empties it as a whole: the visitor is synthetic, so nobody loses anything.
    """

    clears: Clears = Clears.NARROW
    name: str = BROWSER_HTTP_CACHE
    personal: bool = True

    def clear(self, place: Place, visitor: Visitor) -> str:
        """Empty it; the cookies stay."""
        visitor.clear_http_cache()
        return "the visitor's HTTP cache"
