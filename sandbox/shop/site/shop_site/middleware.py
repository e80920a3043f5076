"""What surrounds every answer: who may keep the shop's pages, the planted outage and the planted delay."""

import hashlib
import re
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.defaults import server_error

from shop_site import edges, faults, shown
from shop_site.changes import CHANGES

Answer = Callable[[HttpRequest], HttpResponse]

PRODUCT_PAGE = "catalogue:detail"
CACHED_PAGES = {PRODUCT_PAGE, "catalogue:index", "catalogue:category", "search:search"}
OK, UNAVAILABLE = 200, 503
LONG_AGO = timedelta(days=30)
VARYING = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|<meta name="created"[^>]*>')
"""Parts that differ in each rendering of the same page: the masked token and the minute of rendering."""


def outage(answer: Answer) -> Answer:
    """Answers 500 or 503 while such a fault is planted; static files are served before it."""

    def respond(request: HttpRequest) -> HttpResponse:
        planted = faults.current()
        if planted.maintenance:
            return HttpResponse("<h1>Back soon</h1>", status=UNAVAILABLE, headers={"Retry-After": "3600"})
        if planted.answer_500 or (planted.checkout_500 and request.path.startswith("/checkout/")):
            return server_error(request)
        return answer(request)

    return respond


def slow_revalidation(answer: Answer) -> Answer:
    """Lets an edge that revalidates a copy in the background wait, while that fault is planted."""

    def respond(request: HttpRequest) -> HttpResponse:
        if "X-Revalidating" in request.headers:
            time.sleep(faults.current().slow_revalidation_s)
        return answer(request)

    return respond


def page_cache(answer: Answer) -> Answer:
    """Says of the shop's pages who may keep them: healthy is a browser that asks each time whether its copy holds.

    Edges decide by themselves how long they keep a page, and learn here under which tags. A page that was made
    while stock changed may show what was true before; it is marked so that no edge keeps it.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        began = CHANGES.moment()
        response = answer(request)
        page = request.resolver_match.view_name if request.resolver_match else None
        if request.method not in {"GET", "HEAD"} or response.status_code != OK or page not in CACHED_PAGES:
            return response
        if settings.AROUND:
            _tag(request, response, page)
            if not CHANGES.quiet_since(began):
                response["Surrogate-Control"] = response["Cache-Control"] = "no-store"
        return _ruled(request, response, page)

    return respond


def _tag(request: HttpRequest, response: HttpResponse, page: str) -> None:
    tags = [edges.tag(product_id) for product_id in sorted(shown.products(request))]
    response["Surrogate-Key"] = " ".join(tags if page == PRODUCT_PAGE else [*tags, edges.LISTING])


def _ruled(request: HttpRequest, response: HttpResponse, page: str) -> HttpResponse:
    planted = faults.current()
    affected = page == PRODUCT_PAGE or planted.browser_cache_pages == "all"
    if planted.no_store_pages:
        response["Cache-Control"] = "no-store"
        return response
    if affected and planted.last_modified_only:
        del response["Vary"], response["Cache-Control"]
        response["Last-Modified"] = http_date((timezone.now() - LONG_AGO).timestamp())
        return response
    seconds = planted.browser_cache_seconds if affected else 0
    if "Surrogate-Control" in response and not seconds:
        return response
    response["Cache-Control"] = f"private, max-age={seconds}" if seconds else "private, no-cache"
    response["ETag"] = _etag(request, response)
    return get_conditional_response(request, etag=response["ETag"], response=response)


def _etag(request: HttpRequest, response: HttpResponse) -> str:
    """Weak: it stands for what the page says, and for the secret that its forms' tokens belong to."""
    secret = request.META.get("CSRF_COOKIE") or request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    digest = hashlib.sha256(VARYING.sub(b"", response.content) + secret.encode())
    return f'W/"{digest.hexdigest()[:32]}"'
