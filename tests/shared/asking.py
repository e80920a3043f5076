"""Asks an ASGI application without a server, one request after the other, and keeps its cookies as a browser does."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from starlette.applications import Starlette


class Visitor:
    """Somebody at this address of the application."""

    def __init__(self, app: Starlette, at: str = "http://127.0.0.1:8765") -> None:
        self._app = app
        self._at = at
        self._cookies = httpx.Cookies()

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Read something."""
        return self.request("GET", path, **more)

    def head(self, path: str, **more: Any) -> httpx.Response:
        """Ask whether it is there."""
        return self.request("HEAD", path, **more)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Any request; redirections are not followed, and what went wrong inside is an answer."""
        return asyncio.run(self._ask(method, path, **more))

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=self._at, cookies=self._cookies) as client:
            answer = await client.request(method, path, **more)
            self._cookies = client.cookies
            return answer
