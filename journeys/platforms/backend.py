"""A store's backend API over HTTP: one client, and every failure in the words of the project."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from copy import copy
from typing import Any, Final

import httpx

from journeys.model import AccessDenied, Answer, StoreFault, TesterFault
from journeys.platforms.contract import Seam, limits

_TRIES: Final = 3
"""How often a reading is asked for when its connection breaks; what writes is sent once."""
_TOOK: Final = "took_s"
_NAME: Final = "journeys (synthetic)"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class Backend:
    """Asks one store's API; answers are JSON. Safe to use from several threads.

    With a ``seam`` its answers are held against what was agreed there, and noted. ``ca`` is the PEM file of the
    authority that signed the store's certificate; without one those of the system count.
    """

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        auth: tuple[str, str] | None = None,
        seam: Seam | None = None,
        ca: str = "",
    ) -> None:
        self._seam = seam
        self._url = httpx.URL(url.rstrip("/") + "/")
        self._client = httpx.Client(
            headers={"User-Agent": _NAME, **headers},
            auth=auth,
            timeout=httpx.Timeout(20.0, connect=5.0),
            follow_redirects=False,
            verify=ssl.create_default_context(cafile=ca) if ca else True,
            trust_env=self._url.host not in _LOOPBACK,  # a proxy leads away from this machine
        )

    def get(self, path: str, **params: str) -> Any:
        """The JSON at a path; None when the store says 404."""
        return self.ask("GET", path, params=params or None)

    def ask(self, method: str, path: str, **how: Any) -> Any:
        """One request; StoreFault or AccessDenied when it does not end well, None when there is no such thing (404)."""
        response = self._send(method, path, **how)
        said = _judged(response, f"{method} {response.url}")
        read = method == "GET" and said is not None
        broken = self._seam.broken(self._below(response.url), said) if self._seam and read else ()
        self._note(response, broken)
        if broken:
            raise StoreFault(f"{method} {response.url}: the answer is not as agreed: {'; '.join(broken)}")
        return said

    def raw(self, method: str, path: str, **how: Any) -> httpx.Response:
        """One request whose answer is not JSON."""
        response = self._send(method, path, **how)
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise StoreFault(f"{method} {response.url}: the store answered {response.status_code}")
        return response

    def _send(self, method: str, path: str, **how: Any) -> httpx.Response:
        """A path of the store, or a link that its API gave: it is followed on the store's own address alone."""
        absolute = path.startswith(("http://", "https://"))
        url = self._url.copy_with(raw_path=httpx.URL(path).raw_path) if absolute else self._url.join(path.lstrip("/"))
        for left in reversed(range(_TRIES if method == "GET" else 1)):
            began = time.monotonic()
            try:
                response = self._client.request(method, url, **how)
            except httpx.HTTPError as error:
                if left and not isinstance(error, httpx.TimeoutException):
                    continue
                self._note_failure(url, error, time.monotonic() - began)
                raise StoreFault(f"{method} {url}: {type(error).__name__}: {error}") from error
            response.extensions[_TOOK] = time.monotonic() - began
            if response.status_code >= httpx.codes.BAD_REQUEST:
                self._note(response, ())
            return response
        raise AssertionError("a loop with no end but return and raise")

    def _below(self, url: httpx.URL) -> str:
        """The path below the API's root, without the query."""
        return url.path.removeprefix(self._url.path)

    def _note(self, response: httpx.Response, broken: tuple[str, ...]) -> None:
        if self._seam is not None:
            self._seam.note(
                Answer(
                    seam=self._seam.name,
                    path=self._below(response.url),
                    at=0.0,
                    took_s=response.extensions[_TOOK],
                    status=response.status_code,
                    broken=broken,
                    limits=limits(response.headers),
                )
            )

    def _note_failure(self, url: httpx.URL, error: Exception, took_s: float) -> None:
        if self._seam is not None:
            failure = f"{type(error).__name__}: {error}"
            self._seam.note(Answer(seam=self._seam.name, path=self._below(url), at=0.0, took_s=took_s, failure=failure))

    def elsewhere(self, address: str) -> Backend:
        """The same store asked at another address (scheme, host and port), over the same connections' owner."""
        if not address:
            return self
        there, other = copy(self), httpx.URL(address)
        there._url = self._url.copy_with(scheme=other.scheme, host=other.host, port=other.port)
        return there

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _judged(response: httpx.Response, title: str) -> Any:
    code = response.status_code
    if code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise AccessDenied(f"{title}: the store answered {code}: check the credentials of its configuration")
    if code == httpx.codes.NOT_FOUND:
        return None
    if code >= httpx.codes.BAD_REQUEST:
        page = "html" in response.headers.get("Content-Type", "")
        said = "" if page else f": {' '.join(response.text.split())[:200]}"
        raise StoreFault(f"{title}: the store answered {code}{said}")
    if not response.content:
        return {}
    try:
        return response.json()
    except ValueError as error:
        raise TesterFault(f"{title}: the answer is not JSON: {response.text[:80]!r}") from error
