"""Who confirms an order besides the page that the customer sees: the mail, and staff's page of the order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Final

from journeys.model import Confirmation, Line
from journeys.platforms.maildir import mails_to, text_of
from journeys.platforms.oscar.dashboard import Dashboard
from journeys.run.ports import Visitor
from page_objects.page import amount

_NUMBER: Final = re.compile(r"\border (\S+) has been received")
_LINE: Final = re.compile(r"^ \* (?P<title>.+) - quantity: (?P<quantity>\d+) - price: (?P<total>.+)$", re.MULTILINE)
_TOTAL: Final = re.compile(r"^Order Total: (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailConfirmer:
    """The mail to the customer."""

    maildir: Path
    currency: str
    source: str = "confirmation mail"
    within_s: float = 10.0

    def fetch(self, number: str, email: str, visitor: Visitor) -> Confirmation | None:
        """The mail that confirms this order; None while there is none."""
        told = (mail_says(mail, self.currency) for mail in mails_to(self.maildir, email))
        return next((each for each in told if each.number == number), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardConfirmer:
    """The page of the order in the dashboard."""

    dashboard: Dashboard
    source: str = "dashboard order page"
    within_s: float = 2.0

    def fetch(self, number: str, email: str, visitor: Visitor) -> Confirmation | None:
        """What the page shows; None when there is no such page."""
        held = self.dashboard.order(number)
        if held is None:
            return None
        return Confirmation(number=number, lines=held.lines, total=held.total, email=held.email)


def mail_says(mail: EmailMessage, currency: str) -> Confirmation:
    """What a mail confirms in the words of Oscar's own template; None for what it does not say."""
    text = text_of(mail).replace("\r\n", "\n")
    number, total = _NUMBER.search(text), _TOTAL.search(text)
    lines = tuple(
        Line(title=each["title"], quantity=int(each["quantity"]), total=amount(each["total"], currency))
        for each in _LINE.finditer(text)
    )
    return Confirmation(
        number=number[1] if number else None,
        lines=lines or None,
        total=amount(total[1], currency) if total else None,
        email=parseaddr(str(mail["To"] or ""))[1] or None,
    )
