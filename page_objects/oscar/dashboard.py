"""The dashboard, as staff sees it."""

from __future__ import annotations

from journeys.model import AccessDenied, Money, PageChanged
from page_objects.page import Page

_LOGIN = "form:has(#id_username):has(#id_password)"
_ALL_TIME = "Orders - All Time"


class DashboardPage(Page):
    """The first page of the dashboard: orders and revenue of all time."""

    path = "/dashboard/"

    def open(self, user: str, password: str) -> DashboardPage:
        """Open it, and log in when it asks for that; AccessDenied when it does not accept the credentials."""
        self.go(self.path)
        if self.tab.locator(_LOGIN).count() > 0:
            self.one("#id_username").fill(user)
            self.one("#id_password").fill(password)
            self.follow(self.one(f"{_LOGIN} [type=submit]"))
            if self.tab.locator(_LOGIN).count() > 0:
                raise AccessDenied(f"the dashboard at {self.base} does not accept {user!r}: check staff_password")
        return self

    def orders(self) -> int:
        """How many orders there are, cancelled ones included."""
        text = self._cell("Total orders")
        if not text.isdigit():
            raise PageChanged(f"{self.tab.url}: {text!r} is not a number of orders")
        return int(text)

    def revenue(self) -> Money:
        """The sum of their totals, cancelled ones included."""
        return self.money(self._cell("Total revenue"))

    def _cell(self, name: str) -> str:
        table = self.tab.locator("table").filter(has=self.tab.locator("caption", has_text=_ALL_TIME))
        row = table.locator("tr").filter(has=self.tab.locator("th", has_text=name))
        return self.one("td", within=row).inner_text().strip()
