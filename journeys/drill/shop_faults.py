"""The known faults of the sandbox's shop, each planted through the real mechanism."""

from __future__ import annotations

from typing import Final

from journeys.drill import planting
from journeys.drill.fault import Expected, Fault, pair
from journeys.drill.planting import Planting, together
from journeys.model import (
    APPLICATION_CACHE,
    BROWSER_HTTP_CACHE,
    DATABASE_REPLICA,
    EDGE,
    SEARCH_INDEX,
    SERVICE_WORKER,
)
from journeys.shop.buy import guest_checkout

PRODUCT_PAGE: Final = "product page"
CATEGORY: Final = "category"
SEARCH_RESULT: Final = "search result"
API: Final = "availability API"

_PAGES: Final = (PRODUCT_PAGE, CATEGORY, SEARCH_RESULT)
_SHOWN_LIVE: Final = (PRODUCT_PAGE, CATEGORY)
_PATHS: Final = r"^/(catalogue|search)/"
# A listing says only whether there is something left, so somebody has to buy the last piece.
_ROLES: Final = {CATEGORY: "last"}
_DELAYS_S: Final = (0, 2, 5, 20)


def _fault(name: str, says: str, plants: Planting, layers: tuple[str, ...], surfaces: tuple[str, ...]) -> Fault:
    return Fault(
        name=name,
        store="shop",
        says=says,
        journey=guest_checkout,
        plants=plants,
        expected=Expected(layers=layers),
        surfaces=surfaces,
        roles=_ROLES,
    )


def _late(seconds: int) -> Fault:
    """Only late, and within the tolerance that is given for it: nothing to find, and a delay to measure.

    Pages are made from the replica and kept by the application cache, so there an old value does stay.
    """
    return Fault(
        name=f"replica {seconds} s late",
        store="shop",
        says=f"the replica shows each commit {seconds} s after the primary",
        journey=guest_checkout,
        plants=planting.replica_delayed(seconds),
        expected=Expected(delay_s=seconds),
        surfaces=(API,),
        also=_SHOWN_LIVE,
        tolerance={API: seconds * 1.2 + 2.0},
    )


BROWSER: Final = _fault(
    "browser cache",
    "pages tell browsers to keep them for ten minutes",
    planting.kept_by_browsers(_PATHS),
    (BROWSER_HTTP_CACHE,),
    _PAGES,
)
HEURISTIC: Final = _fault(
    "heuristic freshness",
    "pages have a Last-Modified and no lifetime, so browsers reckon one",
    planting.dated_only(_PATHS),
    (BROWSER_HTTP_CACHE,),
    _PAGES,
)
WORKER: Final = _fault(
    "service worker",
    "a service worker answers from its cache first",
    planting.switched(service_worker="cache_first"),
    (SERVICE_WORKER,),
    _PAGES,
)
ONE_EDGE: Final = _fault(
    "edge without purge",
    "the one edge that customers are sent to ignores purges",
    together(planting.one_edge(purges=False), planting.only_one_edge()),
    (EDGE,),
    _PAGES,
)
ONE_OF_TWO: Final = _fault(
    "one edge of two stale",
    "one of two edges ignores purges, and customers are sent to both in turn",
    planting.one_edge(purges=False),
    (EDGE,),
    _PAGES,
)
NOT_PURGED: Final = _fault(
    "edges not purged",
    "the shop tells no edge what has changed",
    planting.switched(edges_not_purged=True),
    (EDGE,),
    _PAGES,
)
REVALIDATING: Final = _fault(
    "stale while revalidating",
    "an edge answers from an outlived copy while it fetches a new one, which takes long",
    together(
        planting.switched(slow_revalidation_s=45),
        planting.one_edge(purges=False, lifetime_s=1.0, grace_s=600.0),
        planting.only_one_edge(),
    ),
    (EDGE,),
    (PRODUCT_PAGE, SEARCH_RESULT),
)
NO_STORE: Final = _fault(
    "kept in spite of no-store",
    "pages are marked no-store, and the edges keep them all the same",
    together(planting.switched(no_store_pages=True), planting.edges(purges=False, keeps_no_store=True)),
    (EDGE,),
    _PAGES,
)
OVER_PURGE: Final = _fault(
    "over-purge hides a stale fragment",
    "every purge empties the edges wholly, and they fill again from a fragment that is never dropped",
    together(planting.switched(availability_never_invalidated=True), planting.edges(bans_everything=True)),
    (APPLICATION_CACHE,),
    _SHOWN_LIVE,
)
FRAGMENT: Final = _fault(
    "fragment never invalidated",
    "the shop keeps availability in its application cache, and no order drops it",
    planting.switched(availability_never_invalidated=True),
    (APPLICATION_CACHE,),
    _SHOWN_LIVE,
)
BEFORE_COMMIT: Final = _fault(
    "cached before the commit",
    "availability is put into the application cache before the order is committed",
    planting.switched(availability_cached_before_commit=True),
    (APPLICATION_CACHE,),
    _SHOWN_LIVE,
)
INDEX: Final = _fault(
    "search index not updated",
    "orders do not reach the search index",
    planting.switched(search_index_not_updated=True),
    (SEARCH_INDEX,),
    (SEARCH_RESULT,),
)
REPLICA: Final = _fault(
    "replica paused",
    "the replica shows nothing new",
    planting.replica_paused(),
    (DATABASE_REPLICA,),
    (PRODUCT_PAGE, CATEGORY, API),
)
IN_TURN: Final = Fault(
    name="replica and primary in turn",
    store="shop",
    says="reads go to the primary and to a replica that shows nothing new, in turn",
    journey=guest_checkout,
    plants=together(planting.replica_paused(), planting.switched(catalogue_reads="in turn")),
    expected=Expected(layers=(DATABASE_REPLICA,)),
    surfaces=(API,),
    also=_SHOWN_LIVE,  # pages keep whichever answer came first
)

FAULTS: Final = (
    BROWSER,
    HEURISTIC,
    WORKER,
    ONE_EDGE,
    ONE_OF_TWO,
    NOT_PURGED,
    REVALIDATING,
    NO_STORE,
    OVER_PURGE,
    FRAGMENT,
    BEFORE_COMMIT,
    INDEX,
    REPLICA,
    IN_TURN,
    *map(_late, _DELAYS_S),
)

PAIRS: Final = (
    pair(WORKER, NOT_PURGED, surfaces=_PAGES),
    pair(NOT_PURGED, FRAGMENT, surfaces=_SHOWN_LIVE),
    pair(FRAGMENT, REPLICA, surfaces=_SHOWN_LIVE),
    pair(BROWSER, INDEX, surfaces=(SEARCH_RESULT,)),
)
