"""Answers that a browser may keep and ask about again: each has a mark, and while it is the same it is 304."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Final, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

T = TypeVar("T")

HTML: Final = "text/html; charset=utf-8"
_AGAIN: Final = "private, no-cache"


def answer(request: Request, content: bytes, kind: str, headers: Mapping[str, str] | None = None) -> Response:
    """The content, or 304 when who asks has it already."""
    mark = mark_of(content)
    told = {"ETag": mark, "Cache-Control": _AGAIN, "Vary": "Accept, Cookie", **(headers or {})}
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if mark in known or "*" in known:
        return Response(status_code=304, headers=told)
    return Response(content, headers=told, media_type=kind)


def mark_of(content: bytes) -> str:
    """A weak one: the same content may come compressed or not."""
    return f'W/"{sha256(content).hexdigest()[:24]}"'


class Remembered(Generic[T]):
    """What was found, asked anew when it is older than ``for_s``; one asks, and the others wait for the answer."""

    def __init__(self, ask: Callable[[], Awaitable[T]], for_s: float, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._for_s = for_s
        self._clock = clock
        self._lock = asyncio.Lock()
        self._found: tuple[float, T] | None = None

    async def get(self) -> T:
        """The answer; a failure is not remembered."""
        async with self._lock:
            if self._found is None or self._clock() - self._found[0] >= self._for_s:
                self._found = None
                value = await self._ask()
                self._found = (self._clock(), value)
            return self._found[1]
