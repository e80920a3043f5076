"""Who may look: by the token, by the cookie given for it, or by being on this machine; and what every answer says."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import URL, Headers, MutableHeaders, QueryParams
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE: Final = "journeys"
_A_MONTH: Final = 30 * 86400
_READ: Final = ("GET", "HEAD")
_OPEN: Final = ("/healthz", "/assets/")
"""What tells nothing, and is needed by whoever has no token yet."""
_MACHINES: Final = ("/metrics", "/feed.atom", "/api/", "/events")
"""Where a token in the address is taken as it is: those who ask there keep no cookies."""
SAFE: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""Headers of every answer that does not say otherwise."""

Refusal = Callable[[bool], Response]
"""The page for who has no token; told whether it was a wrong one."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets reading requests through to ``app``: all, or with a ``token`` those that know it; the rest gets ``refused``.

    ``only_here``: the address was bound for this machine alone, so a request that names another host was tricked here
    by somebody's page (DNS rebinding), and is refused.
    """

    app: ASGIApp
    token: str
    only_here: bool
    refused: Refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await (self._answer(scope) or self.app)(scope, receive, finish)

    def _answer(self, scope: Scope) -> ASGIApp | None:
        """What stands in the way; None when nothing does."""
        headers = Headers(scope=scope)
        if scope["method"] not in _READ:
            return PlainTextResponse("This page is only read: GET or HEAD.\n", 405, {"Allow": ", ".join(_READ)})
        if self.only_here and not _is_here(headers.get("host", "")):
            return PlainTextResponse("This address is for this machine alone.\n", 421)
        if not self.token or scope["path"].startswith(_OPEN):
            return None
        return self._gated(scope, headers)

    def _gated(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        given = QueryParams(scope["query_string"]).get("token")
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        if given is not None and same(given, self.token):
            return None if scope["path"].startswith(_MACHINES) else self._exchange(scope)
        if kind.lower() == "bearer" and same(bearer.strip(), self.token):
            return None
        if same(_cookie(headers), pass_for(self.token)):
            return None
        return self.refused(given is not None or kind.lower() == "bearer")

    def _exchange(self, scope: Scope) -> Response:
        """The same address without the token, and a cookie for it: it stays in no history and no log."""
        url = URL(scope=scope)
        rest = [(name, value) for name, value in QueryParams(url.query).multi_items() if name != "token"]
        response = RedirectResponse(_same_site(url.path) + (f"?{urlencode(rest)}" if rest else ""), 303)
        response.set_cookie(
            COOKIE, pass_for(self.token), _A_MONTH, httponly=True, samesite="lax", secure=url.scheme == "https"
        )
        return response


def same(given: str, known: str) -> bool:
    """Whether both are one; how long the comparison takes says nothing."""
    return hmac.compare_digest(given.encode(), known.encode())


def pass_for(token: str) -> str:
    """What the cookie holds instead of the token: worth nothing elsewhere, and nothing when the token changes."""
    return hmac.new(token.encode(), b"journeys status page", hashlib.sha256).hexdigest()


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _is_here(host: str) -> bool:
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    with suppress(ValueError):
        return ip_address(name).is_loopback
    return name.lower() == "localhost"


def _same_site(path: str) -> str:
    """Two slashes at the beginning would be another host."""
    return "/" + path.lstrip("/\\")
