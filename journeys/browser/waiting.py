"""What it means that a person waited in vain: for the store, for a third party, or for what is not on the page."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import TimeoutError

from journeys.browser.addresses import bare, origin_of, path_of
from journeys.browser.requests import Wait
from journeys.browser.sessions import BrowserSession
from journeys.model import JourneyError, PageChanged, StoreFault

_PATIENCE: Final = re.compile(r"Timeout (\d+)ms exceeded")
_IN_FRONT: Final = re.compile(r"(<.*>) intercepts pointer events")
_FROM: Final = re.compile(r"""\bsrc=["'](https?://[^"']+)""")


def too_late(error: TimeoutError, session: BrowserSession | None) -> JourneyError:
    """A fault of the store while its answer is awaited or its page does not come, else a page that has changed."""
    where = session.page.url if session is not None else "the page"
    wait = session.waits() if session is not None else None
    patience = _PATIENCE.search(error.message)
    if wait is not None:
        return StoreFault(_in_vain(wait, int(patience[1]) / 1000 if patience else wait.since_s, origin_of(where)))
    return PageChanged(f"{bare(where)} is not as its page object knows it: {_stood_in_front(error) or _missed(error)}")


def _in_vain(wait: Wait, seconds: float, here: str) -> str:
    origin, path = origin_of(wait.url), path_of(wait.url)
    if wait.what == "answer":
        who = "the store" if here in ("", origin) else origin
        return f"{who} did not answer within {seconds:g} s at {path}"
    if wait.failure:
        return f"the page at {path} broke off: {wait.failure}"
    holds = f": it waits for {bare(wait.held_by)}" if wait.held_by else ""
    return f"the page at {path} was not there within {seconds:g} s{holds}"


def _missed(error: TimeoutError) -> str:
    waiting = [line.strip(" -") for line in error.message.splitlines() if "waiting for" in line]
    return bare(waiting[0] if waiting else error.message.splitlines()[0])


def _stood_in_front(error: TimeoutError) -> str:
    """What took the click in place of what was meant, and where that came from if its markup says so."""
    found = _IN_FRONT.findall(error.message)
    if not found:
        return ""
    origin = _FROM.search(found[-1])
    source = f" of {origin_of(origin[1])}" if origin else ""
    return f"{bare(found[-1])}{source} intercepts pointer events; {_missed(error)}"
