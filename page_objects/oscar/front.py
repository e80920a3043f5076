"""The ways into the shop: the catalogue, the search and the account."""

from __future__ import annotations

from urllib.parse import urlencode

from page_objects.oscar.account import AccountPages
from page_objects.oscar.catalogue import CataloguePage
from page_objects.page import Page


class FrontPages(Page):
    """Where customers begin."""

    def catalogue(self) -> CataloguePage:
        """Open the catalogue."""
        return self.listing("/catalogue/")

    def search(self, words: str) -> CataloguePage:
        """Type the words into the search box, which is on every page."""
        if self.tab.locator(_SEARCH).count() == 0:
            self.go("/catalogue/")
        self.one(_SEARCH).fill(words)
        self.follow(self.one("form[action='/search/'] [type=submit]"))
        return self.another(CataloguePage)

    def listing(self, path: str) -> CataloguePage:
        """Open the catalogue, a category or a search result by its address."""
        self.go(path)
        return self.another(CataloguePage)

    def account(self) -> AccountPages:
        """The account area."""
        return self.another(AccountPages)


_SEARCH = "form[action='/search/'] input[name=q]"


def search_path(words: str) -> str:
    """The address of the result of a search."""
    return f"/search/?{urlencode({'q': words})}"
