"""Tells open pages that there is something new, by server-sent events; what it is they ask for themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

MOST: Final = 200
"""So many pages may listen at once; others ask from time to time."""
_PULSE_S: Final = 15.0
"""After so long without news a sign of life is sent, so that proxies keep the connection."""


class News:
    """Looks for a change of ``mark`` each ``every_s`` while somebody listens; a mark that cannot be had is one too."""

    def __init__(self, mark: Callable[[], Awaitable[str]], every_s: float) -> None:
        self._mark = mark
        self._every_s = every_s
        self._now = ""
        self._changed = asyncio.Condition()
        self._listening = 0
        self._looking: asyncio.Task[None] | None = None
        self._over = False

    async def answer(self, request: Request) -> Response:
        """A stream of events, ``news`` with the mark for each change."""
        if self._listening >= MOST or self._over:
            return PlainTextResponse("Too many pages listen; ask again later.\n", 503, {"Retry-After": "30"})
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        if request.method == "HEAD":
            return Response(headers=headers, media_type="text/event-stream")
        return StreamingResponse(self._stream(), headers=headers, media_type="text/event-stream")

    async def end(self) -> None:
        """Let all listeners go: the server is about to stop."""
        self._over = True
        async with self._changed:
            self._changed.notify_all()

    async def _stream(self) -> AsyncIterator[str]:
        self._listening += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            yield "retry: 3000\n\n"
            told = ""  # so that each learns of the present mark first
            while not self._over:
                now = await self._after(told)
                yield f"event: news\nid: {now}\ndata: {now}\n\n" if now != told else ": still here\n\n"
                told = now
        finally:
            self._listening -= 1
            if not self._listening and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _after(self, told: str) -> str:
        """The next mark; the same when nothing happens for a while, or it is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PULSE_S), self._changed:
                await self._changed.wait_for(lambda: self._over or self._now != told)
        return self._now

    async def _look(self) -> None:
        while True:
            try:
                now = await self._mark()
            except Exception:
                now = "away"
            if now != self._now:
                async with self._changed:
                    self._now = now
                    self._changed.notify_all()
            await asyncio.sleep(self._every_s)
