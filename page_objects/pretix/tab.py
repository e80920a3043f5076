"""What all pages of pretix do when they open: over plain HTTP the first one of a tab loads itself again."""

from __future__ import annotations

from typing import Final

from page_objects.page import Page

# pretix looks for a cookie that browsers take over HTTPS only, and reloads once when it is missing. It remembers
# that in the tab's session storage; writing another word there says that the reload has been waited for.
_SETTLED: Final = """() => {
    if (document.readyState === "loading") return false;
    if (sessionStorage.getItem("csrfReloadPerformed") !== "1") return true;
    if (performance.getEntriesByType("navigation")[0].type !== "reload") return false;
    sessionStorage.setItem("csrfReloadPerformed", "waited for");
    return true;
}"""


class PretixPage(Page):
    """One page of pretix in one tab."""

    def go(self, path: str) -> None:
        """Open a path and wait until the page stays."""
        super().go(path)
        self.tab.wait_for_function(_SETTLED)
