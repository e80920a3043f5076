"""A journey that third parties spoil before its first write is rehearsed without them, in a real Chromium."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from layer_servers import Origin, origin_server
from playwright.sync_api import Playwright

from journeys.browser import BrowserStage
from journeys.browser.sessions import BrowserSession
from journeys.checks.minimal import proven
from journeys.customers import Customer
from journeys.model import (
    Confirmation,
    Line,
    Money,
    Order,
    Rehearsal,
    Result,
    StepOutcome,
    Subject,
    Value,
    orders,
)
from journeys.run.clock import SystemClock
from journeys.run.journal import Journal
from journeys.run.journey import LOOKING, journey
from journeys.run.outside import Around
from journeys.run.perform import Company, perform
from journeys.run.ports import Store, Undone
from journeys.run.run import Run
from journeys.run.watchers import Silent
from page_objects.page import Page

pytestmark = pytest.mark.xdist_group("layers")

MUG = Subject(key="mug", title="Mug", price=Money.of("12.50", "EUR"))
COVER = "const o = document.createElement('div'); o.style = 'position:fixed;inset:0'; document.body.append(o)"
BODY = "<body><h1>€12.50</h1><a href='/basket'>buy</a>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """The smallest shop there is."""

    pages: StallPage
    means: Mapping[str, str]


class StallPage(Page):
    """Its pages: the mug, the basket, the order."""

    def price(self) -> Money:
        return self.money(self.one("h1").inner_text())

    def take(self) -> None:
        self.follow(self.one("a"))

    def order(self) -> Confirmation:
        self.follow(self.one("form button"))
        return Confirmation(number="N1", total=MUG.price)


@journey("a guest buys a mug", store=Stall, checks=(*LOOKING, "money"))
def buy(run: Run, stall: Stall, customer: Customer) -> None:
    """A guest takes a mug and buys it."""
    with run.step("look at the mug"):
        stall.pages.go("/")
        run.shown("price tag", stall.pages.price())
    with run.step("put it into the basket"):
        run.leaves("cart", customer.email)
        stall.pages.take()
    with run.step("place the order"), run.write("order", by=customer) as order:
        order.acked(stall.pages.order())
    run.expect(orders(), rises_by=1)


@dataclass
class Book:
    """The stall's record: an order stands for each POST that its server saw."""

    site: Origin
    undone: list[tuple[str, str]] = field(default_factory=list)

    def about(self, subject: Subject, *, gently: bool) -> Mapping[str, Value]:
        return {"price": subject.price}

    def orders(self) -> tuple[Order, ...]:
        posts = [path for method, path, _ in self.site.asked if method == "POST"]
        line = Line(title="Mug", quantity=1, subject="mug")
        return tuple(Order(number=f"N{i + 1}", email="", total=MUG.price, lines=(line,)) for i in range(len(posts)))

    def confirmation(self, number: str) -> Confirmation | None:
        return Confirmation(number=number, total=MUG.price)

    def amounts(self, number: str) -> Mapping[str, Money]:
        return {}

    def undo(self, kind: str, target: str) -> Undone:
        self.undone.append((kind, target))
        return Undone()


class Street:
    """A stall whose page has eight scripts of eight third parties, and what it takes to go there."""

    def __init__(self, site: Origin, others: list[Origin], stage: BrowserStage, folder: Path) -> None:
        self.site, self.others, self.stage, self.folder = site, others, stage, folder
        self.book = Book(site)
        self.tags([""] * len(others))
        site.page("/basket", "<form method=post action=/order><button>order</button></form>")
        site.page("/order", "<p>thank you")

    def tags(self, bodies: list[str], head: str = "", kind: str = "") -> None:
        for other, body in zip(self.others, bodies, strict=True):
            other.page("/tag.js", body, Content_Type="text/javascript", Cache_Control="max-age=300")
        scripts = "".join(f"<script {kind} src='{other.url}/tag.js'></script>" for other in self.others)
        self.site.page("/", f"{head}{BODY}{scripts}")

    def go(self, patience_s: float = 2.5) -> Result:
        def pages(session: Any) -> StallPage:
            assert isinstance(session, BrowserSession)
            return StallPage(session.page, self.site.url, "EUR")

        store = Store(
            name="stall",
            kind="stall",
            platform="stall",
            url=self.site.url,
            locale="en_GB",
            currency="EUR",
            writes=True,
            subjects={"plenty": (MUG,)},
            means={},
            pages=pages,
            record=self.book,
            readers=(),
            confirmers=(),
            layers=(),
            close=lambda: None,
            around=Around(patience_s=patience_s),
        )
        journal = Journal(self.folder / "journal.ndjson")
        company = Company(
            stage=self.stage, clock=SystemClock(), journal=journal, watcher=Silent(), artifacts=self.folder
        )
        return perform(buy, store, company, seed=1)

    def named(self, result: Result) -> list[int] | None:
        """The places of the third parties that the rehearsals prove to be the cause."""
        found = proven((frozenset(each.present), each.symptom) for each in result.history.rehearsals)
        urls = [other.url for other in self.others]
        return sorted(urls.index(origin) for origin in found) if found else None


@pytest.fixture
def street(playwright: Playwright, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Street]:
    monkeypatch.setattr("journeys.browser.stage._PATIENCE_MS", 3_000)  # a customer who fails soon
    with ExitStack() as open_:
        site, *others = (open_.enter_context(origin_server()) for _ in range(9))
        stage = open_.enter_context(
            BrowserStage(executable=os.environ.get("JOURNEYS_BROWSER"), only_loopback=True, playwright=playwright)
        )
        yield Street(site, others, stage, tmp_path)


def pair(one: int, other: int) -> list[str]:
    """Two scripts that get on with everybody but each other."""
    bodies = [""] * 8
    bodies[one] = bodies[other] = f"if (window.there) {{ {COVER} }}; window.there = true"
    return bodies


def single(culprit: int, body: str) -> list[str]:
    return [body if i == culprit else "" for i in range(8)]


def spent(rehearsals: tuple[Rehearsal, ...]) -> tuple[int, float]:
    """Page loads and seconds of all rehearsals together."""
    return sum(each.loads for each in rehearsals), rehearsals[-1].ended - rehearsals[0].began


@pytest.mark.parametrize(("one", "other"), [(0, 1), (2, 7), (6, 7)])
def test_a_pair_among_eight_that_conflicts_is_found(street: Street, one: int, other: int) -> None:
    street.tags(pair(one, other))
    result = street.go()
    loads, seconds = spent(result.history.rehearsals)

    assert [step.outcome for step in result.history.steps] == [StepOutcome.PASSED, StepOutcome.BROKEN]
    assert street.named(result) == [one, other]
    assert (loads <= 20, seconds < 45, len(result.history.rehearsals) <= 9) == (True, True, True)


def test_nothing_is_ever_bought_in_a_rehearsal_and_what_is_left_is_undone(street: Street) -> None:
    street.tags(pair(2, 5))
    result = street.go()
    carts = [target for kind, target in street.book.undone if kind == "cart"]

    assert [path for method, path, _ in street.site.asked if method == "POST"] == []
    assert len(set(carts)) == len(result.history.rehearsals) + 1
    assert Journal(street.folder / "journal.ndjson").open() == ()


def test_one_that_raises_an_error_is_the_first_suspect(street: Street) -> None:
    street.tags(single(6, f"{COVER}; nowhere()"))
    result = street.go()

    assert street.named(result) == [6]
    assert len(result.history.rehearsals) <= 5


def test_a_wrong_amount_is_followed_after_the_order(street: Street) -> None:
    street.tags(single(3, "document.querySelector('h1').textContent = '€9.99'"))
    result = street.go()

    assert street.named(result) == [3]
    assert [path for method, path, _ in street.site.asked if method == "POST"] == ["/order"]
    assert result.history.rehearsals[0].said == "price tag showed 12.50 EUR"


def test_a_script_that_keeps_the_page_waiting_is_found(street: Street) -> None:
    street.tags([""] * 8)
    street.others[4].held["/tag.js"] = 1.5
    result = street.go(patience_s=1.0)

    assert street.named(result) == [4]
    assert [step.outcome for step in result.history.steps] == [StepOutcome.PASSED] * 3


def test_trouble_without_third_parties_is_rehearsed_once(street: Street) -> None:
    street.site.page("/", f"{BODY}<script>{COVER}</script><script src='{street.others[0].url}/tag.js'></script>")
    (rehearsal,) = street.go().history.rehearsals

    assert (rehearsal.symptom, rehearsal.present) == (True, ())
    assert "intercepts pointer events" in rehearsal.said


@pytest.mark.parametrize("how", ["sound", "no third parties", "store"])
def test_nothing_is_rehearsed_without_need(street: Street, how: str) -> None:
    if how == "no third parties":
        street.site.page("/", f"{BODY}<script>{COVER}</script>")
    if how == "store":
        street.site.statuses["GET"] = 503

    assert street.go().history.rehearsals == ()


def test_a_run_is_not_the_worse_for_a_browser_that_ends_while_it_rehearses(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    street.tags(pair(0, 1))
    block: Callable[[BrowserSession, object], None] = BrowserSession.block

    def end(session: BrowserSession, origins: object) -> None:
        block(session, origins)
        browser = session.page.context.browser
        assert browser is not None
        browser.close()

    monkeypatch.setattr(BrowserSession, "block", end)
    result = street.go()

    assert [step.outcome for step in result.history.steps] == [StepOutcome.PASSED, StepOutcome.BROKEN]
    assert [each.what for each in result.history.troubles] == []
    assert street.named(result) is None
