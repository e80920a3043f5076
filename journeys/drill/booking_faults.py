"""The known faults of the sandbox's booking store: those of its own caches, and those planted over them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from journeys.booking.book import book_free_slot
from journeys.booking.browse import browse_slots
from journeys.drill import planting
from journeys.drill.fault import Box, Expected, Fault, pair, reset
from journeys.drill.planting import Planting, together
from journeys.model import APPLICATION_CACHE, BROWSER_HTTP_CACHE, EDGE

SLOT_LIST: Final = "slot list"
CALENDAR: Final = "calendar"
SLOT_PAGE: Final = "slot page"
API_OF_SLOTS: Final = "API of slots"
QUOTA_WIDGET: Final = "quota widget"
STATISTICS: Final = "statistics"
CALENDAR_FEED: Final = "calendar feed"

OWN_CACHES: Final = (SLOT_LIST, CALENDAR, SLOT_PAGE, API_OF_SLOTS, QUOTA_WIDGET, STATISTICS)
"""Where pretix itself goes on showing old values for a while: true findings, planted or not."""

_LISTS: Final = (SLOT_LIST, CALENDAR)
_PATHS: Final = r"^/harbour/tours/(\?|$|\d+/)"
# Lists say only whether there is a place left, so somebody has to take the last one.
_ROLES: Final = dict.fromkeys((*_LISTS, API_OF_SLOTS), "last")
_PAGE_KEPT_S: Final = 5.0


def _nothing(box: Box) -> None:
    """The store is as its makers left it."""


def _fault(name: str, says: str, plants: Planting, layer: str) -> Fault:
    """A fault that is alone on the slot page: pretix keeps that for 5 s only, which its tolerance excuses."""
    return Fault(
        name=name,
        store="booking",
        says=says,
        journey=book_free_slot,
        plants=plants,
        expected=Expected(layers=(layer,)),
        surfaces=(SLOT_PAGE,),
        also=OWN_CACHES,
        roles=_ROLES,
        tolerance={SLOT_PAGE: _PAGE_KEPT_S + 1.0},
    )


OWN: Final = Fault(
    name="caches of its own",
    store="booking",
    says="nothing is planted: no booking drops the quota cache (120 s) or that of the statistics (300 s)",
    journey=book_free_slot,
    plants=_nothing,
    expected=Expected(layers=(APPLICATION_CACHE,)),
    surfaces=(*_LISTS, API_OF_SLOTS, QUOTA_WIDGET, STATISTICS),
    also=OWN_CACHES,
    roles=_ROLES,
)
MOVED: Final = Fault(
    name="timetable moved",
    store="booking",
    says="the staff move every slot by a quarter of an hour, and nothing drops the calendar feed (300 s)",
    journey=browse_slots,
    plants=planting.timetable_moved(minutes=15),
    mends=reset,
    expected=Expected(layers=(APPLICATION_CACHE,)),
    surfaces=(CALENDAR_FEED,),
)
BROWSER: Final = _fault(
    "browser cache",
    "pages tell browsers to keep them for ten minutes",
    planting.kept_by_browsers(_PATHS),
    BROWSER_HTTP_CACHE,
)
HEURISTIC: Final = _fault(
    "heuristic freshness",
    "pages have a Last-Modified and no lifetime, so browsers reckon one",
    planting.dated_only(_PATHS),
    BROWSER_HTTP_CACHE,
)
ONE_EDGE: Final = _fault(
    "edge without purge",
    "the one edge that guests are sent to ignores purges",
    together(planting.one_edge(purges=False), planting.only_one_edge()),
    EDGE,
)
ONE_OF_TWO: Final = _fault(
    "one edge of two stale",
    "one of two edges ignores purges, and guests are sent to both in turn",
    planting.one_edge(purges=False),
    EDGE,
)
NOT_PURGED: Final = _fault(
    "edges not purged",
    "the store tells no edge what has changed",
    planting.switched(edges_not_purged=True),
    EDGE,
)
REVALIDATING: Final = _fault(
    "stale while revalidating",
    "an edge answers from an outlived copy while it fetches a new one, which takes long",
    together(
        planting.switched(slow_revalidation_s=45),
        planting.one_edge(purges=False, lifetime_s=1.0, grace_s=600.0),
        planting.only_one_edge(),
    ),
    EDGE,
)
NO_STORE: Final = _fault(
    "kept in spite of no-store",
    "pages are marked no-store, and the edges keep them all the same",
    together(planting.switched(no_store_pages=True), planting.edges(purges=False, keeps_no_store=True)),
    EDGE,
)
OVER_PURGE: Final = replace(
    OWN,
    name="over-purge hides a stale cache",
    says="every purge empties the edges wholly, and they fill again from the quota cache",
    plants=planting.edges(bans_everything=True),
    surfaces=_LISTS,
)

FAULTS: Final = (
    OWN, MOVED, BROWSER, HEURISTIC, ONE_EDGE, ONE_OF_TWO, NOT_PURGED, REVALIDATING, NO_STORE, OVER_PURGE
)  # fmt: skip

PAIRS: Final = tuple(
    pair(outer, OWN, surfaces=_LISTS) for outer in (BROWSER, HEURISTIC, ONE_EDGE, ONE_OF_TWO, NOT_PURGED, NO_STORE)
)
