"""What is answered at each address of the status page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from http import HTTPStatus
from typing import Final

from anyio import fail_after, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from journeys.model import TesterFault
from journeys.serving.answers import HTML, Remembered, answer, mark_of
from journeys.serving.gate import SAFE
from journeys.serving.gather import Gatherer
from journeys.serving.measure import Measurer
from journeys.serving.news import News
from journeys.serving.sources import Sources
from reports.status import (
    FILTERS,
    Incident,
    Measured,
    Overview,
    assets,
    exposed,
    feed,
    incident_page,
    message_page,
    overview_page,
    probe_page,
    run_page,
    summary,
)

ANSWER_WITHIN_S: Final = 5.0
HEARTBEAT_WITHIN_S: Final = 120.0
_FED: Final = 50
_KEPT_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
"""Pages that runs have left are styled within themselves; they have no script, and may run none."""
_IMMUTABLE: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """The overview, and its page."""

    overview: Overview
    page: bytes


class StatusPage:
    """Answers at all addresses; ``news`` are to be ended before the server stops."""

    def __init__(self, sources: Sources, site: str, zone: tzinfo, clock: Callable[[], float], refresh_s: float) -> None:
        self._sources = sources
        self._site = site
        self._zone = zone
        self._clock = clock
        self._gather = Gatherer(sources, site, clock)
        self._measure = Measurer(sources, clock)
        self._overview = Remembered(lambda: to_thread.run_sync(self._write), refresh_s, time.monotonic)
        self._measured: Remembered[Measured] = Remembered(
            lambda: to_thread.run_sync(self._measure.measured), refresh_s / 2, time.monotonic
        )
        self.news = News(self._mark, refresh_s)

    async def warm(self) -> None:
        """Ask everything once, so that nobody waits for the first answers; a failure is left to who asks next."""
        for remembered in (self._overview, self._measured):
            with suppress(TesterFault):
                await remembered.get()

    async def overview(self, request: Request) -> Response:
        """Everything at a glance."""
        return answer(request, (await self._overview.get()).page, HTML)

    async def probe(self, request: Request) -> Response:
        """One probe and a page of its runs."""
        state, before = request.query_params.get("state", ""), request.query_params.get("before")
        try:
            due = float(before) if before else None
        except ValueError as error:
            raise HTTPException(404, "No page of runs begins there.") from error
        if state not in FILTERS:
            raise HTTPException(404, "There is no such state of a run.")
        name = request.path_params["name"]
        page = await to_thread.run_sync(lambda: self._gather.probe(name, state=state, before=due))
        if page is None:
            raise HTTPException(404, "No probe of that name is known.")
        return answer(request, probe_page(page, self._site, self._zone).encode(), HTML)

    async def run(self, request: Request) -> Response:
        """One run."""
        page = await to_thread.run_sync(self._gather.run, request.path_params["key"])
        if page is None:
            raise HTTPException(404, "No such run is known: it never was, or is too old and was forgotten.")
        return answer(request, run_page(page, self._site, self._zone).encode(), HTML)

    async def kept(self, request: Request) -> Response:
        """A page that a run has left on this machine."""
        found = await to_thread.run_sync(self._kept, request.path_params["key"], request.path_params["name"])
        if found is None:
            raise HTTPException(404, "That page of the run is not kept on this machine.")
        return answer(request, found, HTML, {"Content-Security-Policy": _KEPT_POLICY})

    async def incident(self, request: Request) -> Response:
        """One incident."""
        page = await to_thread.run_sync(self._gather.incident, request.path_params["key"])
        if page is None:
            raise HTTPException(404, "No such incident is known.")
        return answer(request, incident_page(page, self._site, self._zone).encode(), HTML)

    async def metrics(self, request: Request) -> Response:
        """What is measured, in the format that is asked for."""
        content, kind = exposed(await self._measured.get(), request.headers.get("accept", ""))
        return Response(content, headers={"Content-Type": kind, "Vary": "Accept"})

    async def summary(self, request: Request) -> Response:
        """The overview in the form of Statuspage."""
        told = summary((await self._overview.get()).overview, base=_base(request))
        return answer(request, _json(told), "application/json", {"Access-Control-Allow-Origin": "*"})

    async def feed(self, request: Request) -> Response:
        """The incidents as an Atom feed."""
        incidents = await to_thread.run_sync(self._incidents)
        told = feed(incidents, site=self._site, base=_base(request), at=self._clock())
        return answer(request, told.encode(), "application/atom+xml")

    async def health(self, request: Request) -> Response:
        """Whether the database answers, and a worker lives; it tells no address and no name."""
        reasons = []
        try:
            with fail_after(ANSWER_WITHIN_S):
                await to_thread.run_sync(self._sources.history.last_due, "", abandon_on_cancel=True)
                beat = self._sources.heartbeat
                last = await to_thread.run_sync(beat, abandon_on_cancel=True) if beat else self._clock()
            if last is None or self._clock() - last > HEARTBEAT_WITHIN_S:
                age = "ever" if last is None else f"for {self._clock() - last:.0f} s"
                reasons.append(f"no worker has said {age} that it lives")
        except TimeoutError:
            reasons.append(f"the database did not answer within {ANSWER_WITHIN_S:.0f} s")
        except TesterFault:
            reasons.append("the database cannot be used")
        told = {"status": "ill" if reasons else "ok", "reasons": reasons}
        return Response(_json(told), 503 if reasons else 200, media_type="application/json")

    async def asset(self, request: Request) -> Response:
        """Style sheet, script, icon: for ever the same under one name."""
        found = assets().get(request.path_params["name"])
        if found is None:
            raise HTTPException(404, "There is no such file.")
        return answer(request, found.content, found.kind, {"Cache-Control": _IMMUTABLE, "Vary": "Accept-Encoding"})

    async def went_wrong(self, request: Request, error: Exception) -> Response:
        """A page that says what; machines get a line."""
        if isinstance(error, HTTPException):
            status, heading, told = error.status_code, HTTPStatus(error.status_code).phrase, error.detail
        elif isinstance(error, TesterFault):
            status, heading = 503, "The history cannot be asked"
            told = "How the stores are is not known: the probes' database cannot be used. Its own log says why."
        else:
            status, heading = 500, "The status page itself broke"
            told = "How the stores are is not known. The log of journeys serve says why."
        page = message_page(heading, told, self._site, self._clock())
        # An error that nobody expected is answered outside of the gate, which else would add these.
        headers = {**SAFE, "Cache-Control": "no-store"} | ({"Retry-After": "10"} if status == 503 else {})
        return Response(page, status, headers, HTML)

    def refused(self, wrong: bool) -> Response:
        """The page for who has no token."""
        told = "That is not the token." if wrong else "This page is only for those who have its token."
        page = message_page("A token, please", told, self._site, self._clock(), asks=True)
        return Response(page, 401, {"WWW-Authenticate": 'Bearer realm="journeys"'}, HTML)

    def _write(self) -> _Written:
        overview = self._gather.overview()
        return _Written(overview=overview, page=overview_page(overview, self._zone).encode())

    async def _mark(self) -> str:
        return mark_of((await self._overview.get()).page)[3:-1]

    def _kept(self, key: str, name: str) -> bytes | None:
        outcome = self._sources.history.outcome(key)
        return self._sources.kept.page(outcome, name) if outcome and self._sources.kept else None

    def _incidents(self) -> list[Incident]:
        every = (*self._sources.incidents.open(), *self._sources.incidents.over(_FED))
        return [incident for incident in every if not incident.shadow]


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
