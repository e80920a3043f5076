"""The ways into a pretix event series, and how its guest's cart is known."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Error
from playwright.sync_api import Page as Tab

from journeys.model import PageChanged, StoreFault, Subject
from page_objects.pretix.slots import CalendarPage, ListPage, list_path, month_path
from page_objects.pretix.tab import PretixPage

# Browsers accept the first name over HTTPS only, and pretix uses it there.
SESSION_COOKIES: Final = ("__Host-pretix_session", "pretix_session")
CSRF_COOKIES: Final = ("__Host-pretix_csrftoken", "pretix_csrftoken")
_SENT: Final = """async ([url, token]) => (await fetch(url, {
    method: "POST", redirect: "manual", body: new URLSearchParams({csrfmiddlewaretoken: token})
})).status"""
"""Sends a form from the page of the store that the guest is on; 0 when the answer leads to another page."""


class PretixPages(PretixPage):
    """The public pages of one event series; ``path`` is where they lie, such as ``/harbour/tours``."""

    def __init__(self, tab: Tab, base: str, currency: str, path: str) -> None:
        super().__init__(tab, base, currency)
        self.path = path

    def slot_list(self) -> ListPage:
        """Open the list of slots."""
        page = self.another(ListPage)
        page.go(list_path(self.path))
        return page

    def calendar(self, subject: Subject) -> CalendarPage:
        """Open the calendar at the month of the subject's slot, in the store's time zone."""
        page = self.another(CalendarPage)
        page.go(month_path(self.path, subject))
        return page

    def cart_key(self) -> str:
        """The guest's session, in which pretix keeps the cart.

        Emptying a cart that is still empty makes pretix begin the session, so it is known before anything is held.
        """
        key = self._cookie(SESSION_COOKIES)
        if not key:
            self._begin_session()
            key = self._cookie(SESSION_COOKIES)
        if not key:
            raise PageChanged(f"{self.base}{self.path}: no session cookie came with an emptied cart")
        return key

    def _begin_session(self) -> None:
        url = f"{self.base}{self.path}/cart/clear"
        try:
            status = self.tab.evaluate(_SENT, [url, self._cookie(CSRF_COOKIES)])
        except Error as error:
            raise StoreFault(f"{url} cannot be reached: {error.message.splitlines()[0]}") from error
        if status >= 500:
            raise StoreFault(f"{url} answered {status}")

    def _cookie(self, names: tuple[str, ...]) -> str:
        cookies = {cookie.get("name"): cookie.get("value") for cookie in self.tab.context.cookies(self.base)}
        return next((str(cookies[name]) for name in names if name in cookies), "")
