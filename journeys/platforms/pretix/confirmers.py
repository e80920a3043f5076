"""Where pretix confirms a booking: the mail, and the guest's own page, which number and secret lead to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from journeys.model import Confirmation, PageChanged
from journeys.platforms.maildir import mails_to, text_of
from journeys.platforms.pretix import parsing
from journeys.platforms.pretix.names import Series
from journeys.platforms.pretix.record import PretixRecord
from journeys.run.ports import Visitor
from page_objects.pretix import OrderPage

_TOTAL: Final = re.compile(r"^.*\bTotal:?\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailConfirmer:
    """The first mail that names the booking."""

    maildir: Path
    currency: str
    source: str = "confirmation mail"
    within_s: float = 10.0

    def fetch(self, number: str, email: str, visitor: Visitor) -> Confirmation | None:
        """Its number, and its total where the shop's template prints one (``Total: €18.00``)."""
        for mail in mails_to(self.maildir, email):
            text = f"{mail['Subject']}\n{text_of(mail)}"
            if re.search(rf"\b{re.escape(number)}\b", text):
                return Confirmation(number=number, email=email, total=self._total(text))
        return None

    def _total(self, text: str) -> Any:
        found = _TOTAL.search(text)
        if found is None:
            return None
        try:
            return parsing.money(found[1], self.currency)
        except ValueError as error:
            raise PageChanged(f"the mail's total cannot be read: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPageConfirmer:
    """The booking's page as somebody else's browser shows it."""

    record: PretixRecord
    series: Series
    url: str
    source: str = "order page"
    within_s: float = 2.0

    def fetch(self, number: str, email: str, visitor: Visitor) -> Confirmation | None:
        """What the page says of the booking; None while the record does not know it."""
        secret = self.record.secret(number)
        if secret is None:
            return None
        session: Any = visitor.session()
        page = OrderPage(session.page, self.url, self.series.currency)
        page.go(f"{self.series.path}/order/{number}/{secret}/")
        return page.read()
