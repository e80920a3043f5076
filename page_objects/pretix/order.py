"""The guest's own page of a booking, which its number and secret lead to."""

from __future__ import annotations

import re
from typing import Final

from journeys.model import Confirmation, Line, Money, PageChanged, Refused
from page_objects.pretix.tab import REFUSAL, PretixPage

_PLACE: Final = re.compile(r"/order/([A-Z0-9]+)/[^/]+/")


class OrderPage(PretixPage):
    """One booking."""

    def read(self) -> Confirmation:
        """Number, lines, total, mail address and status."""
        place = _PLACE.search(self.tab.url)
        headings = self.tab.locator("h2.h1").all_inner_texts()
        heading = next((text for text in headings if place is not None and place[1] in text), None)
        if place is None or heading is None:
            raise PageChanged(f"{self.tab.url} does not name the booking")
        return Confirmation(
            number=place[1],
            lines=self._lines(),
            total=rows_total(self),
            email=self._email(),
            status=" ".join(self.one("dl.order-details dd").inner_text().split()),
        )

    def cancel(self) -> OrderPage:
        """Cancel the booking; Refused when the store does not let the guest."""
        way = self.tab.locator("a[href$='/cancel']").first
        if way.count() == 0:
            raise Refused("the page of the booking offers no cancellation")
        self.follow(way)
        self.send(self.one("form[action$='/cancel/do'] button[type=submit]"), "dl.order-details")
        refusal = self.first_text(REFUSAL)
        if refusal:
            raise Refused(refusal)
        return self

    def _lines(self) -> tuple[Line, ...]:
        lines = []
        for row in self.tab.locator(".cart-row[data-article-id]").all():
            title = " ".join(self.one(".product strong", row).inner_text().split())
            count = " ".join(self.one(".count", row).inner_text().split())
            if not count.isdigit():
                raise PageChanged(f"{self.tab.url}: {count!r} is not a number of places")
            total = amount(self, self.one(".totalprice", row).inner_text())
            lines.append(Line(title=title, quantity=int(count), total=total))
        return tuple(lines)

    def _email(self) -> str | None:
        texts = self.tab.locator("dl.dl-horizontal dd").all_inner_texts()
        return next((text.strip() for text in texts if "@" in text), None)


def amount(page: PretixPage, text: str) -> Money:
    """An amount as pretix prints it, which writes ``FREE`` for nothing."""
    return page.money("0" if text.strip().casefold() == "free" else text)


def rows_total(page: PretixPage) -> Money:
    """The total below the rows of a cart or a booking."""
    return amount(page, page.one(".cart-row.total .totalprice").inner_text())
