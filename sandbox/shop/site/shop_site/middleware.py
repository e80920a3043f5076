"""What surrounds every answer: the browser-cache rules of the shop's pages, and the planted outage."""

import hashlib
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.defaults import server_error

from shop_site import faults

Answer = Callable[[HttpRequest], HttpResponse]

PRODUCT_PAGE = "catalogue:detail"
CACHED_PAGES = {PRODUCT_PAGE, "catalogue:index", "catalogue:category", "search:search"}
OK = 200
VARYING = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|<meta name="created"[^>]*>')
"""Parts that differ in each rendering of the same page: the masked token and the minute of rendering."""


def outage(answer: Answer) -> Answer:
    """Answers 500 to everything while that fault is planted; static files are served before it."""

    def respond(request: HttpRequest) -> HttpResponse:
        return server_error(request) if faults.current().answer_500 else answer(request)

    return respond


def browser_cache(answer: Answer) -> Answer:
    """Lets a browser keep the shop's pages, but makes it ask each time whether its copy still holds."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        page = request.resolver_match.view_name if request.resolver_match else None
        if request.method not in {"GET", "HEAD"} or response.status_code != OK or page not in CACHED_PAGES:
            return response
        seconds = faults.current().browser_cache_seconds if page == PRODUCT_PAGE else 0
        response["Cache-Control"] = f"private, max-age={seconds}" if seconds else "private, no-cache"
        response["ETag"] = _etag(request, response)
        return get_conditional_response(request, etag=response["ETag"], response=response)

    return respond


def _etag(request: HttpRequest, response: HttpResponse) -> str:
    """Weak: it stands for what the page says, and for the secret that its forms' tokens belong to."""
    secret = request.META.get("CSRF_COOKIE") or request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    digest = hashlib.sha256(VARYING.sub(b"", response.content) + secret.encode())
    return f'W/"{digest.hexdigest()[:32]}"'
