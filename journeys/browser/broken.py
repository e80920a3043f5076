"""What browsers say when they, or a part of them, are to blame, and not whom they asked."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import Error

from journeys.model import StoreFault

_ENDED: Final = re.compile(r"(Page|Target) crashed|(context|browser|page|target) has been closed|Connection closed")
_ITS_OWN: Final = re.compile(
    r"net::ERR_(ABORTED|FAILED|IO_PENDING|UNEXPECTED|INSUFFICIENT_RESOURCES|OUT_OF_MEMORY|NO_BUFFER_SPACE|FILE_\w+"
    r"|CACHE_\w+|NETWORK_CHANGED|NETWORK_IO_SUSPENDED|NETWORK_ACCESS_DENIED|INTERNET_DISCONNECTED|CONTEXT_SHUT_DOWN"
    r"|BLOCKED_BY_CLIENT|BLOCKED_BY_ADMINISTRATOR|PROXY_\w+|TUNNEL_\w+|SOCKS_\w+|ACCESS_DENIED)\b"
)
"""Those of Chromium's net errors (net/base/net_error_list.h) that arise on the tester's own machine."""


def ended(error: Exception) -> bool:
    """Whether the page or the browser was gone."""
    return isinstance(error, Error) and bool(_ENDED.search(error.message))


def gave_up(error: Exception) -> bool:
    """Whether the browser never came to ask, or gave up on the answer."""
    said = root(error)
    return isinstance(said, Error) and bool(_ITS_OWN.search(said.message))


def root(error: Exception) -> BaseException:
    """The browser's own words, where a page object took them for a fault of the store."""
    return error.__cause__ if isinstance(error, StoreFault) and error.__cause__ is not None else error
