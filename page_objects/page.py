"""What all pages share: how they open, and how a page that is not the expected one says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeVar
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Error, Locator, TimeoutError
from playwright.sync_api import Page as Tab

from journeys.model import Money, PageChanged, StoreFault

T = TypeVar("T")
_NUMBER: Final = re.compile(r"-?\d[\d.,'\s]*")
_PATIENCE: Final = re.compile(r"Timeout (\d+)ms exceeded")
_THOUSAND: Final = 3
_PRESS: Final = "(control, at) => { setTimeout(() => control.click(), at - Date.now()) }"


class Page:
    """One page of a store in one tab; subclasses say what is on it."""

    path = "/"

    def __init__(self, tab: Tab, base: str, currency: str) -> None:
        self.tab = tab
        self.base = base
        self.currency = currency

    def go(self, path: str) -> None:
        """Open a path of the store; StoreFault when it answers with an error or not at all."""
        url = urljoin(self.base + "/", path.lstrip("/")) if not path.startswith("http") else path
        try:
            response = self.tab.goto(url, wait_until="commit")
        except TimeoutError as error:
            raise StoreFault(f"the store did not answer{_within(error)} at {urlsplit(url).path}") from error
        except Error as error:
            if "net::ERR_" not in error.message:
                raise  # the browser's own trouble
            raise StoreFault(f"{url} cannot be reached: {error.message.splitlines()[0]}") from error
        if response is not None and response.status >= 500:
            raise StoreFault(f"{url} answered {response.status}")
        if response is not None and response.status == 404:
            raise PageChanged(f"{url} answered 404: the page object looks for it in the wrong place")
        try:
            self.tab.wait_for_load_state("domcontentloaded")
        except TimeoutError as error:
            raise StoreFault(f"the page at {urlsplit(url).path} was not there{_within(error)}") from error

    def follow(self, control: Locator) -> None:
        """Click what leads to another page and wait for that; StoreFault when it is an error of the store."""
        with self.tab.expect_navigation(wait_until="domcontentloaded") as leading:
            control.click()
        response = leading.value
        if response is not None and response.status >= 500:
            raise StoreFault(f"{self.tab.url} answered {response.status}")

    def press(self, control: Locator, at: datetime) -> None:
        """Have the page itself click at a moment of this machine's clock, and wait for nothing."""
        control.evaluate(_PRESS, at.timestamp() * 1000)

    def landed(self) -> None:
        """Nothing, where the page that is open now is no error of the store; else StoreFault."""
        status = self.tab.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
        if status >= 500:
            raise StoreFault(f"{self.tab.url} answered {status}")

    def one(self, selector: str, within: Locator | None = None) -> Locator:
        """The first element of a selector; PageChanged when the page has none."""
        found = (within or self.tab).locator(selector).first
        if found.count() == 0:
            raise PageChanged(f"{self.tab.url}: there is no {selector} on this page")
        return found

    def another(self, page: Callable[..., T], *args: Any, **named: Any) -> T:
        """Another page of the same store in the same tab."""
        return page(self.tab, self.base, self.currency, *args, **named)

    def money(self, text: str) -> Money:
        """An amount as a page prints it (``€12.50``, ``12.50 EUR``, ``1,234.50``); PageChanged when it is none."""
        try:
            return amount(text, self.currency)
        except ValueError as error:
            raise PageChanged(f"{self.tab.url}: {text.strip()!r} is not an amount of money") from error


def _within(error: TimeoutError) -> str:
    """How long Playwright waited, from its own words."""
    patience = _PATIENCE.search(error.message)
    return f" within {int(patience[1]) / 1000:g} s" if patience else ""


def amount(text: str, currency: str) -> Money:
    """An amount as people read it (``€12.50``, ``12,50 €``, ``1.234,50 EUR``); ValueError when it is none.

    The last comma or point parts off the decimals, unless it is the only kind and three digits follow it.
    """
    found = _NUMBER.search(text)
    if found is None:
        raise ValueError(f"{text.strip()!r} is not an amount of money")
    plain = re.sub(r"[\s']", "", found[0]).rstrip(".,")
    mark = max(".,", key=plain.rfind)
    whole, _, decimals = plain.rpartition(mark)
    if mark not in plain or (len(decimals) == _THOUSAND and not set(whole) & set(".,") - {mark}):
        whole, decimals = plain, "0"
    return Money.of(Decimal(f"{re.sub('[.,]', '', whole)}.{decimals}"), currency)
