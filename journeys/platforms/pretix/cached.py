"""What pretix keeps in Redis: under which keys the numbers lie that its pages are made from, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import md5
from typing import Final

from journeys.model import Subject

EVENT_NUMBER: Final = "event number"
_PLACES_S: Final = 120
_PAGE_S: Final = 5
_STATISTICS_S: Final = 300
_FEED_S: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Cached:
    """Keys in the words of the application cache's layer; without the event's number (its primary key) none is known.

    Measured with pretix 2026.8: a hash of quotas for each event, and the event's own cache of pages and statistics.
    """

    event: str
    feed_url: str

    def places(self, subject: Subject) -> tuple[str, ...]:
        """The free places of the subject's quotas: lists, calendars, the API of slots and the dashboard use them."""
        quotas = subject.ids["quotas"].split(",") if self.event else ()
        return tuple(f"hash:quotas:{self.event}:availabilitycache:{quota}@{_PLACES_S}" for quota in quotas)

    def page(self, subject: Subject) -> tuple[str, ...]:
        """What a slot's own page shows of its quotas."""
        return self._of_the_event(f"item_quota_cache:{subject.ids['slot']}:", _PAGE_S)

    def statistics(self, subject: Subject) -> tuple[str, ...]:
        """Orders by day, which the charts of the whole event are drawn from."""
        return self._of_the_event("statistics_", _STATISTICS_S)

    def feed(self, subject: Subject) -> tuple[str, ...]:
        """The calendar feed, kept as a whole page."""
        page = md5(self.feed_url.encode(), usedforsecurity=False).hexdigest()
        return (f"prefix::1:views.decorators.cache.cache_page..GET.{page}.@{_FEED_S}",) if self.event else ()

    def nothing(self, subject: Subject) -> tuple[str, ...]:
        """Figures that pretix counts anew each time."""
        return ()

    def _of_the_event(self, begins: str, seconds: int) -> tuple[str, ...]:
        """Entries of the event's own cache; their keys hold a number that pretix counts up to abandon them all."""
        return (f"match::1:Event:{self.event}:*:{begins}*@{seconds}",) if self.event else ()
