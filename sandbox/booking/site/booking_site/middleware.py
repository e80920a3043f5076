"""The faults that are seen on pages or done to orders at the end of a request."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_scopes import scopes_disabled
from pretix.base.models import OrderPosition

from booking_site import pages
from booking_site.passage import PASSAGE, Passage
from booking_site.switches import FAULTS, Faults

UNAVAILABLE = 503
BACKSTAGE = ("/api/", "/control/", "/static/", "/media/", "/healthcheck/")
OLD_NAMES = ((rb"\bitem_(\d+)\b", rb"ticket-count-\1"), (rb"\bbtn-add-to-cart\b", b"reserve-now"))


class PlantedFault(Exception):
    """The switch answer_500 or checkout_500 is on."""


class FaultsMiddleware:
    """Outermost, so that its changes to a page are the last ones."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers the request, then spoils what the planted faults spoil."""
        passage = Passage(storefront=not request.path_info.startswith(BACKSTAGE))
        if FAULTS.read().maintenance:
            return HttpResponse("<h1>Back soon</h1>", status=UNAVAILABLE, headers={"Retry-After": "3600"})
        token = PASSAGE.set(passage)
        try:
            response = self._get_response(request)
            faults = FAULTS.read()
            _spoil_orders(passage.placed, faults)
            _spoil_page(request, response, faults)
            return response
        finally:
            PASSAGE.reset(token)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Mapping[str, Any]
    ) -> None:
        """Raises PlantedFault for a customer's page when answer_500 is on."""
        passage = PASSAGE.get()
        if passage is None or not passage.storefront:
            return
        if settings.BOOKING_EDGES and request.resolver_match.url_name in pages.CART and pages.may_send(request):
            request._dont_enforce_csrf_checks = True
        faults = FAULTS.read()
        checkout = faults.checkout_500 and "/checkout/" in request.path_info
        if faults.answer_500 or checkout:
            raise PlantedFault(request.path_info)
        if faults.page_changed and request.resolver_match.url_name == "event.cart.add":
            _translate_form(request)


def _spoil_orders(placed: list[int], faults: Faults) -> None:
    if not placed or not faults.places_decrement_lost:
        return
    with scopes_disabled():
        # An empty list is "blocked" for quotas only; pages and tickets do not show it.
        OrderPosition.objects.filter(order__in=placed).update(blocked=[], ignore_from_quota_while_blocked=True)


def _spoil_page(request: HttpRequest, response: HttpResponse, faults: Faults) -> None:
    match = request.resolver_match
    if match is None or match.url_name != "event.index" or response.status_code != 200:
        return
    if "subevent" in match.kwargs and faults.page_changed:
        for old, new in OLD_NAMES:
            response.content = re.sub(old, new, response.content)


def _translate_form(request: HttpRequest) -> None:
    """A changed theme still books: its names are turned back into those that pretix knows."""
    posted = request.POST.copy()
    for name in list(posted):
        if name.startswith("ticket-count-"):
            posted.setlist(name.replace("ticket-count-", "item_"), posted.pop(name))
    request.POST = posted
