"""What all pages of pretix do when they open: without a cookie the first one of a tab would load itself again."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Locator

from journeys.model import StoreFault
from page_objects.page import Page

REFUSAL: Final = ".alert-danger"

# pretix looks for a cookie, reloads a page without it, and keeps in mind that it did. Browsers take that cookie over
# HTTPS only, and an edge hands out its copies without any. With that in mind from the start a first page loads once.
_RELOADED: Final = "sessionStorage.setItem('csrfReloadPerformed', '1')"


class PretixPage(Page):
    """One page of pretix in one tab."""

    def go(self, path: str) -> None:
        """Open a path of the store."""
        if self.tab.url == "about:blank":
            self.tab.add_init_script(_RELOADED)
        super().go(path)

    def send(self, button: Locator, wanted: str) -> str:
        """Send a form that a script takes over, and wait for an element or for the store's refusal.

        Returns the words of the refusal, "" when the element has come; StoreFault when the store answers with an error.
        """
        with self.tab.expect_response(lambda answer: answer.request.method == "POST") as answering:
            button.click()
        answer = answering.value
        if answer.status >= 500:
            raise StoreFault(f"{answer.url} answered {answer.status}")
        self.tab.locator(f"{wanted}, {REFUSAL}").first.wait_for()
        return "" if self.tab.locator(wanted).count() else self.first_text(REFUSAL)

    def first_text(self, selector: str) -> str:
        """The words of the first such element; "" without any."""
        found = self.tab.locator(selector).first
        return " ".join(found.inner_text().split()) if found.count() else ""
