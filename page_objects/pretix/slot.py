"""One slot with its products, as pretix offers them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from playwright.sync_api import Locator

from journeys.model import Money, PageChanged, Refused, Subject
from page_objects.pretix.checkout import CartPage
from page_objects.pretix.tab import REFUSAL, PretixPage

_ADD: Final = "#btn-add-to-cart"
_LEFT: Final = re.compile(r"([\d.,\s]*\d)")


class SlotPage(PretixPage):
    """What can be booked in one slot."""

    def price(self, subject: Subject) -> Money:
        """What one place costs."""
        article = self._product(subject)
        shown = " ".join(self.one(".price", article).inner_text().split())
        return self.money("0" if shown.casefold() == "free" else shown)

    def availability(self, subject: Subject) -> int:
        """How many places the page says are left for the product; 0 when it cannot be chosen.

        PageChanged when the store does not show numbers (setting "Show number of tickets left").
        """
        article = self._product(subject)
        if "available" not in (self.one(".availability-box", article).get_attribute("class") or "").split():
            return 0
        left = _LEFT.search(self.one(".product-description small", article).inner_text())
        if left is None:
            raise PageChanged(f"{self.tab.url}: the number of places left is not shown for {subject.title}")
        return int(re.sub(r"\D", "", left[1]))

    def add_to_cart(self, subject: Subject) -> CartPage:
        """Take one place; Refused when the slot is sold out."""
        self._choose(subject)
        refusal = self.send(self.one(_ADD), _in_cart(subject))
        if refusal:
            raise Refused(refusal)
        return self.another(CartPage)

    def submit(self, subject: Subject, at: datetime) -> None:
        """Ask for one place at a moment, and wait for nothing; Refused when the page says that the slot is sold out."""
        self._choose(subject)
        self.press(self.one(_ADD), at)

    def taken(self, subject: Subject) -> CartPage:
        """What came of it; Refused when others were quicker."""
        self.tab.locator(f"{_in_cart(subject)}, {REFUSAL}").first.wait_for()
        if self.tab.locator(_in_cart(subject)).count() == 0:
            raise Refused(self.first_text(REFUSAL))
        return self.another(CartPage)

    def _choose(self, subject: Subject) -> None:
        """One place; Refused when there is none."""
        box = self.one(".availability-box", self._product(subject))
        classes = set((box.get_attribute("class") or "").split())
        if "gone" in classes or "unavailable" in classes:
            raise Refused(" ".join(box.inner_text().split()))
        self._take_one(self.one(f"#item_{subject.ids['item']}"))

    def _take_one(self, chosen: Locator) -> None:
        if chosen.get_attribute("type") == "checkbox":
            chosen.check(force=True)
        else:
            chosen.fill("1")

    def _product(self, subject: Subject) -> Locator:
        return self.one(f"#item-{subject.ids['item']}")


def _in_cart(subject: Subject) -> str:
    """The row of the cart that holds the product."""
    return f".cart-row[data-article-id='item-{subject.ids['item']}']"
