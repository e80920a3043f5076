"""The dashboard over HTTP, as staff: all orders, one order with its payment, and cancelling."""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO

import httpx

from journeys.model import AccessDenied, Line, Money, StoreFault, TesterFault
from journeys.platforms.backend import Backend
from journeys.platforms.oscar.html import Document
from page_objects.page import amount

_LOGIN = "/dashboard/login/"
_ORDERS = "/dashboard/orders/"
_VOUCHERS = "/dashboard/vouchers/"
_CELLS_OF_A_LINE = 12
_OFFER = 8
_DEBITED, _REFUNDED = 2, 3
_TRANSACTIONS = ["Source", "Amount", "Reference", "Status", "Date"]
_STATISTICS = "/dashboard/orders/statistics/"
_PAYMENT_EVENTS = ["Date", "Event", "Amount", "Lines", "Reference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One order in the list of all orders."""

    number: str
    total: Money
    status: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money of one order that moved: the name of the event (``Settled``), its reference at who moved it."""

    event: str
    amount: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One movement of a payment source, and when it was, as the shop's clocks show it; None: in words nobody reads."""

    amount: Money
    reference: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSheet:
    """The page of one order.

    ``debited`` is what its payment sources say was taken, None while nothing was; ``payments`` are its payment events;
    ``refunded`` is what the sources say was given back, None while nothing was; ``transactions`` are their movements,
    the newest first.
    """

    email: str
    total: Money
    status: str
    lines: tuple[Line, ...]
    debited: Money | None
    payments: tuple[Payment, ...]
    token: str
    refunded: Money | None = None
    transactions: tuple[Transaction, ...] = ()


class Dashboard:
    """Staff at work: logs in when asked to, and again when the session has ended."""

    def __init__(self, site: Backend, url: str, user: str, password: str, currency: str) -> None:
        self._site = site
        self._url = url
        self._user = user
        self._password = password
        self._currency = currency

    def orders(self) -> tuple[Entry, ...]:
        """All orders, the newest first: the list that the dashboard exports, over ten times quicker than the API's."""
        rows = csv.reader(StringIO(self._get(f"{_ORDERS}?response_format=csv").text))
        next(rows, None)
        return tuple(self._entry(row) for row in rows if row)

    def order(self, number: str) -> OrderSheet | None:
        """The page of one order; None when there is no such order."""
        answer = self._get(f"{_ORDERS}{number}/")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        return sheet(answer.text, self._currency)

    def revenue(self, first: date, last: date) -> Money:
        """What the statistics say was ordered from one day to another, both included; cancelled orders too."""
        text = self._get(f"{_STATISTICS}?date_from={first}&date_to={last}").text
        # Days that it does not read it tells the sum of all orders for.
        page = Document("" if "invalid-feedback" in text or "is-invalid" in text else text)
        table = page.table(caption="Summary")
        figure = next((cells[1] for cells in table.rows if cells[:1] == ["Total revenue"]), "") if table else ""
        if not figure:
            raise TesterFault("the dashboard's statistics of orders are not as Oscar writes them")
        return amount(figure, self._currency)

    def cancel(self, number: str, status: str) -> str:
        """Put an order into the status that cancels it; returns the status that it then has."""
        held = self.order(number)
        if held is None or held.status == status:
            return status
        self._post(f"{_ORDERS}{number}/", held.token, order_action="change_order_status", new_status=status)
        held = self.order(number)
        return held.status if held is not None else status

    def voucher(self, code: str) -> str:
        """The state of a voucher and what it takes off, as the dashboard prints both; "" when there is none."""
        listed = Document(self._get(_VOUCHERS).text)
        row = next((cells for table in listed.tables for cells in table.rows if code in cells[1:2]), None)
        link = next((href for href in listed.links if href.startswith(f"{_VOUCHERS}stats/")), "") if row else ""
        if row is None:
            return ""
        page = Document(self._get(link).text) if link else None
        offers = [cells for table in (page.tables if page else ()) for cells in table.rows if len(cells) == _OFFER]
        return ", ".join([row[2], *(cells[5] for cells in offers[1:])])

    def _entry(self, row: list[str]) -> Entry:
        try:
            number, total, _, _, status, email = row[:6]
            return Entry(number=number, total=Money.of(total, self._currency), status=status, email=email)
        except ValueError as error:
            raise TesterFault(f"the dashboard's list of orders is not as Oscar writes it: {row}") from error

    def _get(self, path: str) -> httpx.Response:
        answer = self._site.raw("GET", path)
        if not answer.has_redirect_location:
            return answer
        self._log_in()
        answer = self._site.raw("GET", path)
        if answer.has_redirect_location or answer.status_code == httpx.codes.FORBIDDEN:
            raise AccessDenied(f"the dashboard does not let {self._user!r} see {path}: is that staff?")
        return answer

    def _log_in(self) -> None:
        token = Document(self._site.raw("GET", _LOGIN).text).token
        answer = self._post(_LOGIN, token, username=self._user, password=self._password, next="/dashboard/")
        if not answer.has_redirect_location:
            raise AccessDenied(f"the dashboard does not accept {self._user!r}: check staff_user and staff_password")

    def _post(self, path: str, token: str, **fields: str) -> httpx.Response:
        # Django asks for the referrer where the shop is on HTTPS.
        answer = self._site.raw(
            "POST", path, data={"csrfmiddlewaretoken": token, **fields}, headers={"Referer": f"{self._url}{path}"}
        )
        if answer.status_code == httpx.codes.FORBIDDEN:
            raise StoreFault(f"POST {path}: the shop answered 403")
        return answer


def sheet(html: str, currency: str) -> OrderSheet:
    """What the page of an order says; TesterFault when it is not Oscar's page."""
    page = Document(html)
    lines = page.table(tab="lines")
    customer, order = page.tables[:2] if len(page.tables) > 1 else (None, None)
    if lines is None or customer is None or order is None or len(order.rows) != 2:
        raise TesterFault("the dashboard's page of an order is not as Oscar writes it")
    total, _, _, status = order.rows[1][:4]
    return OrderSheet(
        email=customer.rows[-1][-1] if len(customer.rows) > 1 else "",
        total=amount(total, currency),
        status=status,
        lines=tuple(
            Line(title=cells[4], quantity=int(cells[3])) for cells in lines.rows[1:] if len(cells) == _CELLS_OF_A_LINE
        ),
        debited=_summed(page, currency, _DEBITED),
        payments=_payments(page, currency),
        token=page.token,
        refunded=_summed(page, currency, _REFUNDED),
        transactions=_transactions(page, currency),
    )


def _summed(page: Document, currency: str, column: int) -> Money | None:
    """The sum of a column of the payment sources (source, allocated, debited, refunded, reference)."""
    sources = page.table(tab="payment")
    rows = [cells for cells in sources.rows[1:] if len(cells) > column] if sources is not None else []
    moved = Money.total((amount(cells[column], currency) for cells in rows), currency)
    return moved if moved.minor else None


def _transactions(page: Document, currency: str) -> tuple[Transaction, ...]:
    """The rows of the table of transactions; while there is none, Oscar writes no heading either."""
    listed = next((table.rows[1:] for table in page.tables if table.rows and table.rows[0] == _TRANSACTIONS), [])
    return tuple(
        Transaction(amount=amount(moved, currency), reference=reference, at=moment(written))
        for _, moved, reference, _, written in listed
    )


def moment(written: str) -> datetime | None:
    """A moment as Django writes it in English, as ``24 November 2026, 8:39 p.m.``; None when it is in other words."""
    tidy = written.replace("noon", "12:00 p.m.").replace("midnight", "12:00 a.m.").replace(".m.", "m").replace(".", "")
    clock = tidy if ":" in tidy else re.sub(r"(\d+) ([ap]m)$", r"\1:00 \2", tidy)
    for month in ("%B", "%b"):
        for day in (f"%d {month} %Y", f"{month} %d, %Y"):
            for time in ("%I:%M %p", "%H:%M"):
                with suppress(ValueError):
                    return datetime.strptime(clock.replace("Sept ", "Sep "), f"{day}, {time}")
    return None


def _payments(page: Document, currency: str) -> tuple[Payment, ...]:
    """The rows of the table of payment events; while there is none, Oscar writes no heading either."""
    events = next((table.rows[1:] for table in page.tables if table.rows and table.rows[0] == _PAYMENT_EVENTS), [])
    return tuple(
        Payment(event=event, amount=amount(moved, currency), reference=reference)
        for _, event, moved, _, reference in events
    )
