"""Who may keep the pages that guests look at, and the door for forms on a page that an edge keeps."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date

from booking_site import edges
from booking_site.changes import CHANGES
from booking_site.switches import FAULTS

Answer = Callable[[HttpRequest], HttpResponse]

OK = 200
LONG_AGO = timedelta(days=30)
CART = {"event.cart.add", "event.cart.clear", "event.cart.remove"}


def page_cache(answer: Answer) -> Answer:
    """Says of list, calendar and slot pages who may keep them; healthy, no browser does.

    Edges decide by themselves how long they keep a page, and learn here under which tags. A page that was made
    while places changed, or of figures that pretix cached before, is marked so that no edge keeps it.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        if "X-Revalidating" in request.headers:
            time.sleep(FAULTS.read().slow_revalidation_s)
        began = CHANGES.moment()
        response = answer(request)
        match = request.resolver_match
        if match is not None and match.url_name in CART and request.method == "POST":
            # A cart holds places without an order; pretix stores it in ways that tell no receiver.
            edges.ban([edges.EVENT])
        if match is None or match.url_name != "event.index" or response.status_code != OK:
            return response
        slot = match.kwargs.get("subevent")
        if settings.BOOKING_EDGES:
            tags = (edges.EVENT, edges.slot(slot)) if slot else (edges.LISTING,)
            response["Surrogate-Key"] = " ".join({edges.EVENT: None, **dict.fromkeys(tags)})
            if not CHANGES.quiet_since(began) or edges.catching_up(tags):
                response["Surrogate-Control"] = response["Cache-Control"] = "no-store"
        _rule(response, listing=slot is None)
        return response

    return respond


def may_send(request: HttpRequest) -> bool:
    """Whether this form stands on a page of the store, by the browser's word.

    A page that an edge keeps carries the token of the guest whom it was made for, so that this takes its place.
    """
    here = (f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS)
    stands = request.headers.get("Origin") or request.headers.get("Referer", "")
    return stands in here or stands.startswith(tuple(f"{each}/" for each in here))


def _rule(response: HttpResponse, *, listing: bool) -> None:
    faults = FAULTS.read()
    affected = listing or faults.browser_cache_pages == "all"
    if faults.no_store_pages:
        response["Cache-Control"] = "no-store"
    elif affected and faults.last_modified_only:
        del response["Vary"], response["Cache-Control"]
        response["Last-Modified"] = http_date((timezone.now() - LONG_AGO).timestamp())
    elif affected and faults.browser_cache_seconds:
        response["Cache-Control"] = f"private, max-age={faults.browser_cache_seconds}"
        # The session cookie comes with the first booking and would make the browser drop its copy.
        response["Vary"] = "Accept-Language"
