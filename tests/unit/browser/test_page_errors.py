"""Errors of a page are told once, with the origin of the script and without queries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cdp import Cdp

from journeys.browser.page_errors import PageErrors
from journeys.model import PageError

EPOCH = datetime(2026, 1, 2, 12, tzinfo=UTC)
MS = EPOCH.timestamp() * 1000 + 2500
STACK = {"callFrames": [{"url": "https://tags.example/t.js?id=7"}, {"url": "https://shop.example/own.js"}]}


class Page:
    def __init__(self) -> None:
        self.cdp = Cdp()
        self.errors = PageErrors(self.cdp, lambda: "https://shop.example/basket?token=hush")  # type: ignore[arg-type]

    def throw(self, **details: Any) -> None:
        self.cdp.tell("Runtime.exceptionThrown", timestamp=MS, exceptionDetails=details)

    def complain(self, kind: str, *words: Any) -> None:
        arguments = [{"type": "string", "value": word} for word in words]
        self.cdp.tell("Runtime.consoleAPICalled", timestamp=MS, type=kind, args=arguments, stackTrace=STACK)

    def log(self, source: str, level: str = "error") -> None:
        entry = {"source": source, "level": level, "text": "blocked", "timestamp": MS, "url": "https://shop.example/a"}
        self.cdp.tell("Log.entryAdded", entry=entry)

    def taken(self) -> tuple[PageError, ...]:
        return self.errors.take(lambda moment: (moment - EPOCH).total_seconds())

    def said(self) -> list[tuple[str, str]]:
        return [(each.what, each.origin) for each in self.taken()]


@pytest.fixture
def page() -> Page:
    return Page()


def test_what_a_script_throws_is_told_by_its_first_line(page: Page) -> None:
    thrown = {"description": "TypeError: no cart at https://a.example/x?token=hush\n    at f (t.js:1)"}
    page.throw(exception=thrown, stackTrace=STACK)

    assert page.taken() == (
        PageError(
            what="TypeError: no cart at https://a.example/x",
            origin="https://tags.example",
            page="https://shop.example/basket",
            at=2.5,
        ),
    )
    assert page.taken() == ()


def test_what_is_thrown_without_a_stack_comes_from_the_script_it_names(page: Page) -> None:
    page.throw(text="Uncaught SyntaxError: oops", url="https://tags.example/t.js")
    page.throw(text="Uncaught (in promise)", exception={"value": 7})

    assert page.said() == [("SyntaxError: oops", "https://tags.example"), ("7", "")]


def test_complaints_are_told_and_chatter_is_not(page: Page) -> None:
    page.complain("error", "no", 7)
    page.complain("log", "hello")
    page.complain("warning", "old")

    assert page.said() == [("no 7", "https://tags.example")]


def test_what_the_browser_logs_of_requests_is_told_elsewhere(page: Page) -> None:
    page.log("network")
    page.log("security")
    page.log("security", level="warning")

    assert page.said() == [("blocked", "https://shop.example")]


def test_an_error_without_end_is_told_once_and_many_do_not_pile_up(page: Page) -> None:
    for i in range(1000):
        page.complain("error", "again")
        page.complain("error", f"number {i}")

    assert len(page.taken()) == 50


def test_a_long_error_is_cut(page: Page) -> None:
    page.complain("error", "x" * 5000)

    assert [len(each.what) for each in page.taken()] == [300]
