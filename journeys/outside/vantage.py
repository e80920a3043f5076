"""A vantage point: an address of the store, asked by plain HTTP."""

from __future__ import annotations

import re
import ssl
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from journeys.run.outside import Sighting

_ASSET: Final = re.compile(r"""(?:src|href)=["']([^"']+\.(?:js|css)(?:\?[^"']*)?)["']""")
_TRIES: Final = 3
_PATIENCE_S: Final = 5.0
_LASTING: Final = ("timeout", "dns", "tls")
"""Failures that the next moment does not mend."""
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vantage:
    """Asks ``url`` for one page and for the first script or style sheet of the same address that the page names.

    Each is asked for again when that fails. The file is asked for three times and the quickest answer counts, since one
    slow answer says little of a way.
    """

    name: str
    url: str
    ca: str = ""

    def look(self) -> tuple[Sighting, ...]:
        """The page, and the static file where there is one."""
        verify = ssl.create_default_context(cafile=self.ca) if self.ca else True
        proxied = urlsplit(self.url).hostname not in _LOOPBACK
        with httpx.Client(timeout=_PATIENCE_S, follow_redirects=True, verify=verify, trust_env=proxied) as client:
            page, text, where = _asked(client, self.url, "page")
            named = (urljoin(where, each) for each in _ASSET.findall(text))
            static = next((each for each in named if urlsplit(each).netloc == urlsplit(where).netloc), "")
            if page.failure or not static:
                return (page,)
            return (page, _asked(client, static, "static", answers=_TRIES)[0])


def _asked(client: httpx.Client, url: str, part: str, *, answers: int = 1) -> tuple[Sighting, str, str]:
    """The quickest of so many answers, its text, and where it came from; or why there was none in three tries."""
    came: list[tuple[Sighting, str, str]] = []
    failed: list[Sighting] = []
    while len(came) < answers and len(came) + len(failed) < _TRIES:
        began = time.monotonic()
        try:
            # No connection is used twice, so that each answer tells of the whole way.
            answer = client.get(url, headers={"Connection": "close", "Cache-Control": "no-cache"})
        except httpx.HTTPError as error:
            failed.append(Sighting(part=part, took_s=time.monotonic() - began, failure=_word(error), says=str(error)))
            if failed[-1].failure in _LASTING:
                break
        else:
            seen = Sighting(part=part, took_s=time.monotonic() - began, status=answer.status_code)
            came.append((seen, answer.text, str(answer.url)))
    return min(came, key=lambda each: each[0].took_s) if came else (failed[0], "", url)


def _word(error: BaseException) -> str:
    """The kind of failure: what lies under an error of the HTTP client tells it."""
    chain: list[BaseException] = []
    under: BaseException | None = error
    while under is not None and under not in chain:
        chain.append(under)
        under = under.__cause__ or under.__context__
    words = " ".join(f"{type(each).__name__} {each}" for each in chain).lower()
    for sign, word in (
        ("ssl", "tls"),
        ("certificate", "tls"),
        ("gaierror", "dns"),
        ("name or service not known", "dns"),
        ("timeout", "timeout"),
        ("refused", "refused"),
        ("reset", "reset"),
        ("disconnected", "reset"),
        ("remoteprotocolerror", "reset"),
    ):
        if sign in words:
            return word
    return type(error).__name__
