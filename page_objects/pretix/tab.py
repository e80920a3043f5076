"""What all pages of pretix do when they open: over plain HTTP the first one of a tab would load itself again."""

from __future__ import annotations

from typing import Final

from page_objects.page import Page

# pretix looks for a cookie that browsers take over HTTPS only, reloads a page without it, and keeps in mind that it
# did. With that in mind from the start a tab over HTTP loads its first page once, as over HTTPS.
_RELOADED: Final = "sessionStorage.setItem('csrfReloadPerformed', '1')"


class PretixPage(Page):
    """One page of pretix in one tab."""

    def go(self, path: str) -> None:
        """Open a path of the store."""
        if self.tab.url == "about:blank" and self.base.startswith("http://"):
            self.tab.add_init_script(_RELOADED)
        super().go(path)
