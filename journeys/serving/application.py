"""The status page as an ASGI application: which addresses it has, and what stands before them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from journeys.model import TesterFault
from journeys.serving.gate import Gate
from journeys.serving.page import StatusPage
from journeys.serving.sources import Sources

SITE: Final = "journeys"
REFRESH_S: Final = 2.0
"""So old may an answer be; so often it is looked whether there is something new, while a page is open."""


def application(
    sources: Sources,
    *,
    site: str = SITE,
    token: str = "",
    only_here: bool = True,
    zone: tzinfo = UTC,
    clock: Callable[[], float] = time.time,
    refresh_s: float = REFRESH_S,
) -> Starlette:
    """The application; its ``app.state.page`` is the StatusPage.

    With a ``token`` only those who know it may look. ``only_here``: it is bound for this machine alone, so that
    requests which name another host are refused.
    """
    page = StatusPage(sources, site, zone, clock, refresh_s)
    routes = [
        Route("/", page.overview),
        Route("/probes/{name:path}", page.probe),
        Route("/runs/{key:path}/kept/{name}", page.kept),
        Route("/runs/{key:path}", page.run),
        Route("/incidents/{key:path}", page.incident),
        Route("/events", page.news.answer),
        Route("/metrics", page.metrics),
        Route("/healthz", page.health),
        Route("/api/v1/summary.json", page.summary),
        Route("/api/v2/summary.json", page.summary),
        Route("/feed.atom", page.feed),
        Route("/assets/{name}", page.asset),
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(Gate, token=token, only_here=only_here and not token, refused=page.refused),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
        ],
        exception_handlers={HTTPException: page.went_wrong, TesterFault: page.went_wrong, Exception: page.went_wrong},
    )
    app.state.page = page
    return app
