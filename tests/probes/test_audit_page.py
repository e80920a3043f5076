"""The page of an audit in a browser: it asks nobody, is read without JavaScript and sifted with it, narrow and dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import audits
import pytest
from looked_at import CONTRASTS, NAMELESS
from playwright.sync_api import Browser, Page, expect

from journeys.audit.model import Audit
from reports.audit import audit_page

AUDITS = {
    "every class": audits.EVERY_CLASS,
    "well": audits.WELL,
    "nothing": audits.NOTHING,
    "bookings": audits.BOOKINGS,
    "attacked": audits.ATTACKED,
}
Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """``opened(audit, width=…)``: its page from a file; it asks for nothing else, and says nothing to the console."""
    contexts, trouble, asked = [], [], []

    def open_(audit: Audit, *, width: int = 1280, **more: Any) -> Page:
        file = tmp_path / f"{len(contexts)}.html"
        file.write_text(audit_page(audit, csv="audit.csv"), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 800}, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert trouble == []
    assert len(asked) == len(contexts)


@pytest.mark.parametrize("audit", AUDITS.values(), ids=AUDITS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_in_any_window_and_light(opened: Opened, audit: Audit, scheme: str) -> None:
    for width in (320, 800, 1600):
        page = opened(audit, width=width, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CONTRASTS) == []
        assert page.evaluate(NAMELESS) == []


def test_without_javascript_everything_is_there_and_no_filter(opened: Opened) -> None:
    page = opened(audits.EVERY_CLASS, java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("✗ The books do not agree")
    expect(page.locator("tr[data-cause]")).to_have_count(11)
    expect(page.get_by_label("Search")).to_be_hidden()
    page.get_by_role("link", name="chargeback").click()
    expect(page.get_by_role("heading", name=re.compile("Chargeback"))).to_be_in_viewport()


def test_filters_sift_by_class_cause_and_words_from_the_keyboard_alone(opened: Opened) -> None:
    page = opened(audits.EVERY_CLASS)
    told = page.get_by_role("status")
    expect(told).to_have_text("11 shown")
    page.get_by_label("Search").focus()
    page.keyboard.type("line 215")
    expect(told).to_have_text("1 shown")
    expect(page.locator("tr[data-cause]:visible")).to_contain_text("order 100003")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("charge")
    expect(told).to_have_text("0 shown")
    expect(page.get_by_text("Nothing fits this filter.")).to_be_visible()
    page.get_by_label("Search").fill("")
    expect(told).to_have_text("1 shown")
    page.locator("#by-class").select_option("")
    page.locator("#by-cause").select_option("integration")
    expect(told).to_have_text("11 shown")


def test_hostile_texts_run_nothing(opened: Opened) -> None:
    page = opened(audits.ATTACKED)
    expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    assert page.evaluate("document.scripts.length") == 1


def test_the_first_thousand_of_many_are_shown_at_once(opened: Opened) -> None:
    page = opened(audits.many(3000))
    expect(page.locator("tr[data-cause]")).to_have_count(1000)
    expect(page.get_by_role("link", name="audit.csv")).to_have_attribute("href", "audit.csv")
