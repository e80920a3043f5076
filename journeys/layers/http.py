"""Requests to the machines that hold copies: one at a time, with failures in the words of the project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import httpx

from journeys.model import TesterFault

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_PATIENCE: Final = httpx.Timeout(10.0, connect=2.0)


def ask(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None
) -> httpx.Response:
    """One request; TesterFault when nobody answers, or another status than 2xx."""
    away = httpx.URL(url).host not in _LOOPBACK  # a proxy leads away from this machine
    try:
        answer = httpx.request(method, url, headers=headers, auth=auth, timeout=_PATIENCE, trust_env=away)
    except httpx.HTTPError as error:
        raise TesterFault(f"{method} {_shown(url)} was not answered: {error}") from error
    if not answer.is_success:
        raise TesterFault(f"{method} {_shown(url)} was answered {answer.status_code}: is the tester allowed to?")
    return answer


def _shown(url: str) -> str:
    """The address without the password that it may carry."""
    return str(httpx.URL(url).copy_with(username=None, password=None))
