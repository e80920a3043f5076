"""Requests to neighbours: one at a time, with failures in the words of the project."""

from __future__ import annotations

from typing import Any, Final

import httpx

from journeys.model import StoreFault

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_PATIENCE: Final = httpx.Timeout(10.0, connect=5.0)


def ask(neighbour: str, method: str, url: str, **how: Any) -> httpx.Response:
    """One request; StoreFault when nobody answers, or with another status than 2xx."""
    away = httpx.URL(url).host not in _LOOPBACK  # a proxy leads away from this machine
    try:
        answer = httpx.request(method, url, timeout=_PATIENCE, trust_env=away, **how)
    except httpx.HTTPError as error:
        raise StoreFault(f"{neighbour}: {method} {url}: {type(error).__name__}: {error}") from error
    if not answer.is_success:
        said = " ".join(answer.text.split())[:200]
        raise StoreFault(f"{neighbour}: {method} {answer.url} was answered {answer.status_code}: {said}")
    return answer
