"""What the dashboard's pages say in their tables and forms, when they are read without a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]


@dataclass(slots=True, kw_only=True)
class Table:
    """One table: the tab of the page that it is on ("" outside of tabs), its caption, and its rows cell by cell."""

    tab: str
    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)


class Document(HTMLParser):
    """The tables, the links and the CSRF token of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self.links: list[str] = []
        self.token = ""
        self._tab = ""
        self._within = ""
        self.feed(html)
        self.close()

    def table(self, *, tab: str = "", caption: str = "") -> Table | None:
        """The first table of a tab whose caption contains these words."""
        return next((each for each in self.tables if each.tab == tab and caption in each.caption), None)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Tables begin, and rows and cells within them; tabs and the token are told by their attributes."""
        known = dict(attrs)
        if tag == "div" and "tab-pane" in (known.get("class") or ""):
            self._tab = known.get("id") or ""
        elif tag == "input" and known.get("name") == "csrfmiddlewaretoken":
            self.token = known.get("value") or ""
        elif tag == "a" and known.get("href"):
            self.links.append(known["href"] or "")
        elif tag == "table":
            self.tables.append(Table(tab=self._tab))
        elif tag == "tr" and self.tables:
            self.tables[-1].rows.append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1].rows:
            self.tables[-1].rows[-1].append("")
            self._within = "cell"
        elif tag == "caption":
            self._within = "caption"

    def handle_endtag(self, tag: str) -> None:
        """Outside of cells and captions there is nothing to read."""
        if tag in ("td", "th", "caption", "table"):
            self._within = ""

    def handle_data(self, data: str) -> None:
        """The words of a cell or of a caption, their spaces made one."""
        if self._within == "caption" and self.tables:
            self.tables[-1].caption = _joined(self.tables[-1].caption, data)
        elif self._within == "cell":
            cells = self.tables[-1].rows[-1]
            cells[-1] = _joined(cells[-1], data)


def _joined(text: str, more: str) -> str:
    return " ".join(f"{text} {more}".split())
