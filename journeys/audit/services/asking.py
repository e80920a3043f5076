"""Questions to a service: many over one connection, with failures in the words of the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx

from journeys.model import AccessDenied, StoreFault

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_PATIENCE: Final = httpx.Timeout(30.0, connect=5.0)
_TRIES: Final = 3
_DENIED: Final = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)
_UNKNOWN: Final = (httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED)


class NotUnderstood(StoreFault):
    """The service does not know this question, or not all of its words."""


class Broken(StoreFault):
    """The service broke down over this question, as one may that does not know all of its words."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service, as long as its connections are open."""

    name: str
    client: httpx.Client

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        """The JSON at a path; StoreFault, AccessDenied or NotUnderstood say how it was answered instead."""
        answer = self._answer(path, params)
        title = f"{self.name}: GET {answer.url.copy_with(query=None)}"
        if answer.is_success:
            try:
                return answer.json()
            except ValueError as error:
                raise StoreFault(f"{title}: the answer is no JSON: {answer.text[:80]!r}") from error
        said = " ".join(answer.text.split())[:200]
        if answer.status_code in _DENIED:
            raise AccessDenied(f"{title} was answered {answer.status_code}: check the key in its configuration")
        if answer.status_code in _UNKNOWN:
            raise NotUnderstood(f"{title} was answered {answer.status_code}: {said}")
        kind = Broken if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR else StoreFault
        raise kind(f"{title} was answered {answer.status_code}: {said}; the pages before it are kept: ask again later")

    def _answer(self, path: str, params: Mapping[str, Any]) -> httpx.Response:
        for left in reversed(range(_TRIES)):
            try:
                return self.client.get(path, params=params)
            except httpx.HTTPError as error:
                if not left or isinstance(error, httpx.TimeoutException):
                    raise StoreFault(f"{self.name}: GET {path}: {type(error).__name__}: {error}") from error
        raise AssertionError("a loop with no end but return and raise")


@contextmanager
def asking(name: str, url: str, headers: Mapping[str, str]) -> Iterator[Service]:
    """The service at an address, asked with these headers."""
    away = httpx.URL(url).host not in _LOOPBACK  # a proxy leads away from this machine
    sealed = url.startswith("https:")  # loading certificates takes a while
    with httpx.Client(base_url=url, headers=headers, timeout=_PATIENCE, trust_env=away, verify=sealed) as client:
        yield Service(name, client)
