"""The page of an audit: it stands alone, obeys nobody's text, and is bounded."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import audits
import pytest

from journeys.audit.model import Audit
from reports.audit import audit_page

EVERY = [audits.EVERY_CLASS, audits.WELL, audits.NOTHING, audits.BOOKINGS, audits.AMBIGUOUS, audits.ATTACKED]


class Tags(HTMLParser):
    """All tags of a page, and whether each that was opened was closed."""

    VOID = ("meta", "input", "path", "rect", "br", "link")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("audit", EVERY)
def test_the_page_is_whole_and_asks_nothing_of_the_network(audit: Audit) -> None:
    page = audit_page(audit, csv="audit.csv")
    tags = Tags(page)
    assert not tags.open
    assert not [tag for tag, _ in tags.seen if tag in ("link", "img", "iframe", "object", "embed", "base")]
    addresses = [attributes.get(name) for _, attributes in tags.seen for name in ("src", "href") if name in attributes]
    assert all(each and (each.startswith("#") or each == "audit.csv") for each in addresses)
    (policy,) = (attributes["content"] for _, attributes in tags.seen if "http-equiv" in attributes)
    assert policy and policy.startswith("default-src 'none'; style-src 'sha256-")


def test_every_link_inside_has_its_target_and_no_target_is_there_twice() -> None:
    tags = Tags(audit_page(audits.EVERY_CLASS))
    ids = [attributes["id"] for _, attributes in tags.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = [href for _, attributes in tags.seen if (href := attributes.get("href")) and href.startswith("#")]
    assert {each.removeprefix("#") for each in inside} <= set(ids)


def test_hostile_texts_are_shown_and_not_obeyed() -> None:
    page = audit_page(audits.ATTACKED)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert len(re.findall("<script>", page)) == 1


def test_both_records_difference_and_cause_are_there() -> None:
    page = audit_page(audits.EVERY_CLASS)
    for words in ("order 100003", "may.xml line 215", "−12.50\u00a0EUR", "integration", "Compare the receipt"):
        assert words in page


def test_at_most_a_thousand_are_shown_and_the_page_says_where_the_rest_is() -> None:
    page = audit_page(audits.many(3000), csv="all.csv")
    assert page.count("<tr data-cause=") == 1000
    assert "1\u00a0000 of 3\u00a0000 are on this page" in page
    assert '<a href="all.csv">all.csv</a> has all of them' in page
    assert "… and 2\u00a0000 more" in page


def test_each_balance_is_a_waterfall_that_is_read_as_text_too() -> None:
    page = audit_page(audits.EVERY_CLASS)
    assert page.count('<svg class="waterfall"') == 3
    assert "not explained" in page
    assert "not explained" not in audit_page(audits.WELL)
