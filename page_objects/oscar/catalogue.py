"""Products to choose from, page by page, and the page of each."""

from __future__ import annotations

import re

from playwright.sync_api import Locator

from journeys.model import Money, PageChanged, Refused
from page_objects.oscar.basket import BasketPage
from page_objects.page import Page

_PODS = "article.product_pod"
_LINK = "h3 a"
_NEXT = ".pagination li:last-child:not(.disabled) a"
_BUY = "#add_to_basket_form button[type=submit]"
_ALERT = "#alert_form"  # Oscar offers a mail when it is back in stock, in place of the basket form


class CataloguePage(Page):
    """The whole catalogue, one category, or the result of a search."""

    def titles(self) -> tuple[str, ...]:
        """The products on this page; listings shorten the names, so the links' own titles are read."""
        read = "links => links.map(link => link.title || link.textContent.trim())"
        return tuple(self.tab.locator(f"{_PODS} {_LINK}").evaluate_all(read))

    def category(self, name: str) -> CataloguePage:
        """Go into a category of the side bar."""
        link = self.tab.locator(".side_categories").get_by_role("link", name=name, exact=True)
        if link.count() == 0:
            raise PageChanged(f"{self.tab.url}: there is no category {name!r} in the side bar")
        self.follow(link.first)
        return self.another(CataloguePage)

    def product(self, title: str) -> ProductPage:
        """Find the product, on a later page if need be, and open it."""
        self.follow(self.one(_LINK, within=self._pod(self.tab.get_by_title(title, exact=True), title)))
        return self.another(ProductPage)

    def available(self, path: str) -> bool:
        """Whether the listing says that the product of this address can be bought."""
        return _stands(self._availability(path))

    def left(self, path: str) -> int:
        """How many of that product the listing says are left; PageChanged when it names no number."""
        return _number(self._availability(path))

    def _availability(self, path: str) -> Locator:
        pod = self._pod(self.tab.locator(f"{_LINK}[href$='{path}']"), path)
        return self.one(".availability", within=pod)

    def _pod(self, mark: Locator, what: str) -> Locator:
        """The product that bears a mark, on this page or on one that follows it."""
        while True:
            pod = self.tab.locator(_PODS).filter(has=mark)
            if pod.count() > 0:
                return pod.first
            following = self.tab.locator(_NEXT)
            if following.count() == 0:
                raise PageChanged(f"{self.tab.url}: neither this page nor one before it lists {what}")
            self.follow(following)


class ProductPage(Page):
    """One product; other products on its page (recommended, looked at before) are left alone."""

    def title(self) -> str:
        """Its name."""
        return self.one(".product_main h1").inner_text().strip()

    def price(self) -> Money:
        """What one costs."""
        return self.money(self.one(".product_main .price_color").inner_text())

    def availability(self) -> int:
        """How many the page says are left; PageChanged when it names no number."""
        return _number(self.one(".product_main .availability"))

    def add_to_basket(self) -> BasketPage:
        """Put one into the basket and look at it; Refused when it is sold out."""
        button = self.tab.locator(_BUY)
        if button.count() == 0:
            if self.tab.locator(_ALERT).count() > 0 or self.availability() == 0:
                raise Refused(f"{self.title()} is sold out")
            raise PageChanged(f"{self.tab.url}: there is no {_BUY} on this page, though it is in stock")
        self.follow(button.first)
        basket = self.another(BasketPage)
        basket.accept()
        basket.go("/basket/")
        return basket


def _number(shown: Locator) -> int:
    """How many are left, as an availability says it; nothing where it only says that none is."""
    number = re.search(r"\d+", shown.inner_text())
    if number is not None:
        return int(number.group())
    if _stands(shown):
        raise PageChanged(f"{shown.page.url} does not say how many are left: {shown.inner_text().strip()!r}")
    return 0


def _stands(shown: Locator) -> bool:
    """Whether Oscar's class for the availability means that it can be bought, whatever the language."""
    classes = (shown.get_attribute("class") or "").split()
    if "instock" in classes or "available" in classes:
        return True
    if "outofstock" in classes or "unavailable" in classes:
        return False
    raise PageChanged(f"{shown.page.url}: an availability of the classes {classes} is not known")
