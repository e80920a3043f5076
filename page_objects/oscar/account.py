"""The customer's account: registering, logging in and out, and the order history."""

from __future__ import annotations

from playwright.sync_api import Locator

from journeys.customers import Customer
from journeys.model import Confirmation, Line, Money, PageChanged, Refused, StoreFault
from page_objects.page import Page

_LOGGED_IN = "#logout_link"


class AccountPages(Page):
    """The account area."""

    def register(self, customer: Customer) -> None:
        """Register, which logs in; Refused when the shop does not want the customer."""
        self.go("/accounts/register/")
        form = self.one("#register_form")
        self.one("#id_email", within=form).fill(customer.email)
        self.one("#id_password1", within=form).fill(customer.password)
        self.one("#id_password2", within=form).fill(customer.password)
        self._enter(form)

    def log_out(self) -> None:
        """Log out."""
        self.follow(self.one(_LOGGED_IN))

    def log_in(self, customer: Customer) -> None:
        """Log in; Refused when the shop does not know the customer."""
        self.go("/accounts/login/")
        form = self.one("#login_form")
        self.one("#id_login-username", within=form).fill(customer.email)
        self.one("#id_login-password", within=form).fill(customer.password)
        self._enter(form)

    def order(self, number: str) -> Confirmation:
        """What the order history says of an order; StoreFault when it does not list it."""
        self.go("/accounts/orders/")
        link = self.tab.get_by_role("link", name=number, exact=True)
        if link.count() == 0:
            raise StoreFault(f"{self.tab.url}: order {number} is not in the customer's order history")
        self.follow(link.first)
        rows = self.one("table").locator("tr")
        return Confirmation(
            number=number,
            lines=tuple(self._line(row) for row in rows.filter(has=self.tab.locator("td p")).all()),
            total=self._total(rows),
        )

    def _enter(self, form: Locator) -> None:
        self.follow(self.one("button[type=submit]", within=form))
        if self.tab.locator(_LOGGED_IN).count() == 0:
            said = "; ".join(self.tab.locator(".error-block, .alert-danger").all_inner_texts()).strip()
            if said:
                raise Refused(said)
            raise PageChanged(f"{self.tab.url}: there is no {_LOGGED_IN} on this page")

    def _total(self, rows: Locator) -> Money:
        row = rows.filter(has=self.tab.locator("th", has_text="Order total"))
        return self.money(self.one("td", within=row).inner_text())

    def _line(self, row: Locator) -> Line:
        """The product's name is the first thing in its cell; a link to review it may follow."""
        return Line(
            title=self.one("td p", within=row).inner_text().strip(),
            quantity=int(row.locator("td").nth(1).inner_text()),
        )
