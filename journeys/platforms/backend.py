"""A store's backend API over HTTP: one client, and every failure in the words of the project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from journeys.model import AccessDenied, StoreFault, TesterFault


class Backend:
    """Asks one store's API; answers are JSON. Safe to use from several threads."""

    def __init__(self, url: str, *, headers: Mapping[str, str], auth: tuple[str, str] | None = None) -> None:
        self._url = url.rstrip("/")
        self._client = httpx.Client(
            headers=dict(headers), auth=auth, timeout=httpx.Timeout(20.0, connect=5.0), follow_redirects=False
        )

    def get(self, path: str, **params: str) -> Any:
        """The JSON at a path; None when the store says 404."""
        return self.ask("GET", path, params=params or None)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Post JSON."""
        return self.ask("POST", path, json=dict(body))

    def ask(self, method: str, path: str, **how: Any) -> Any:
        """One request; StoreFault or AccessDenied when it does not end well, None when there is no such thing (404)."""
        url = path if path.startswith(("http://", "https://")) else f"{self._url}/{path.lstrip('/')}"
        try:
            response = self._client.request(method, url, **how)
        except httpx.HTTPError as error:
            raise StoreFault(f"{method} {url}: {type(error).__name__}: {error}") from error
        return _judged(response, f"{method} {url}")

    def raw(self, method: str, path: str, **how: Any) -> httpx.Response:
        """One request whose answer is not JSON."""
        url = path if path.startswith(("http://", "https://")) else f"{self._url}/{path.lstrip('/')}"
        try:
            response = self._client.request(method, url, **how)
        except httpx.HTTPError as error:
            raise StoreFault(f"{method} {url}: {type(error).__name__}: {error}") from error
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise StoreFault(f"{method} {url}: the store answered {response.status_code}")
        return response

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
        raise StoreFault(f"{title}: the store answered {code}: {' '.join(response.text.split())[:200]}")
    if not response.content:
        return {}
    try:
        return response.json()
    except ValueError as error:
        raise TesterFault(f"{title}: the answer is not JSON: {response.text[:80]!r}") from error
