"""The scripts of third parties in real pages: healthy ones harm nothing, and each bad release does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, TimeoutError

from journeys.browser import BrowserStage
from sandbox import Sandbox, SandboxError, faults
from sandbox.full import Scripts

pytestmark = pytest.mark.xdist_group("drill")

PRICES = {"shop": "12.50", "booking": "18.00"}
BUTTONS = {"shop": "#add_to_basket_form button", "booking": "#btn-add-to-cart"}
FIRST_PAINT = """() => new Promise(done => new PerformanceObserver(
    seen => seen.getEntriesByName("first-contentful-paint").forEach(paint => done(paint.startTime))
).observe({type: "paint", buffered: true}))"""
"""Milliseconds until the page showed anything."""
STORES = pytest.mark.parametrize("store", ["shop", "booking"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody on the page of a product or slot."""

    page: Page
    store: str
    errors: list[str] = field(default_factory=list)

    def put_into_basket(self) -> bool:
        """Whether pressing the button sends the form."""
        if self.store == "booking":
            self.page.fill("#item_1", "1")
        try:
            with self.page.expect_request(lambda sent: sent.method == "POST" and "add" in sent.url, timeout=1500):
                self.page.click(BUTTONS[self.store], timeout=1500)
        except TimeoutError:
            return False
        return True

    def price(self) -> str:
        """As it stands on the page."""
        return self.page.inner_text({"shop": ".product_main .price_color", "booking": "#item-2 .price"}[self.store])


@pytest.fixture
def guest(box: Sandbox, stage: BrowserStage, store: str) -> Iterator[Any]:
    """Opens the page in a fresh browser, with these scripts of a bad release."""
    box.heal(store)
    sessions = []

    def opened(rules: dict[str, str], path: str = "") -> Guest:
        box.controls(store).scripts.use(rules)
        sessions.append(stage.session("li@example.com", "third parties"))
        page = sessions[-1].page
        guest = Guest(page=page, store=store)
        page.on("pageerror", lambda error: guest.errors.append(error.message))
        page.on("console", lambda said: guest.errors.append(said.text) if said.type == "error" else None)
        status = box.status().stores[store]
        page.goto(f"{status.url}{path or {'shop': '/catalogue/mug-red_1/', 'booking': '/harbour/tours/2/'}[store]}")
        return guest

    yield opened
    for session in sessions:
        session.close()
    box.heal(store)


@STORES
def test_healthy_scripts_do_their_work_and_harm_nothing(box: Sandbox, guest: Any, store: str) -> None:
    somebody = guest({})
    page = somebody.page
    origins = box.status().stores[store].details["third_parties"]
    loaded = page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
    assert isinstance(origins, dict)
    assert {f"{origin}/{name}.js" for name, origin in origins.items()} <= set(loaded)
    assert (page.locator(".consent-banner").count(), page.locator(".chat-launcher").count()) == (1, store == "shop")
    assert (PRICES[store] in somebody.price(), somebody.errors) == (True, [])
    page.click("text=Accept all")
    assert somebody.put_into_basket()
    page.wait_for_load_state()
    assert (page.locator(".consent-banner").count(), somebody.errors) == (0, [])


@pytest.mark.parametrize("store", ["shop"])
def test_the_shop_can_include_all_of_them(box: Sandbox, guest: Any, store: str) -> None:
    faults.switch(box.status().stores[store].home, third_parties="all")
    somebody = guest({})
    for added in (".fonts-loaded", ".chat-launcher", ".reviews", ".recommendations li", ".loyalty"):
        somebody.page.wait_for_selector(added, state="attached")
    assert len(box.status().stores[store].details["third_parties"]) == 8  # type: ignore[arg-type]
    assert (somebody.put_into_basket(), somebody.errors) == (True, [])


@STORES
@pytest.mark.parametrize(
    ("rules", "lets"),
    [
        ({"analytics": "stops the click"}, False),
        ({"analytics": "overlay"}, False),
        ({"consent": "half of a conflict a"}, True),
        ({"analytics": "half of a conflict b"}, True),
        ({"consent": "half of a conflict a", "analytics": "half of a conflict b"}, False),
        ({"consent": "is down", "analytics": "is down"}, True),
    ],
    ids=lambda value: "+".join(value.values()) if isinstance(value, dict) else "",
)
def test_a_bad_release_comes_between_guest_and_basket(guest: Any, rules: dict[str, str], lets: bool) -> None:
    assert guest(rules).put_into_basket() is lets


@STORES
def test_a_bad_release_shows_a_wrong_price(guest: Any, store: str) -> None:
    shown = {"shop": "13.50", "booking": "19.00"}[store]
    assert shown in guest({"analytics": "rewrites the price"}).price()


@pytest.mark.parametrize("store", ["shop"])
def test_a_bad_release_breaks_the_scripts_of_the_shop(guest: Any, store: str) -> None:
    somebody = guest({"consent": "breaks the store's script"})
    assert any("is not a function" in error or "undefined" in error for error in somebody.errors)
    assert somebody.put_into_basket()
    somebody.page.goto(somebody.page.url.partition("/catalogue/")[0] + "/checkout/")
    somebody.page.fill("#id_username", "li@example.com")
    somebody.page.check("input[name=options][value=anonymous]")
    assert somebody.page.is_enabled("#id_password"), "a guest is asked for a password that there is not"


@pytest.mark.parametrize("store", ["shop"])  # pretix reloads a guest's first page, whose script is kept by then
def test_a_bad_release_holds_up_the_page(guest: Any, store: str) -> None:
    page = guest({"consent": "blocks rendering"}).page
    assert 6000 < page.evaluate(FIRST_PAINT) < 9000


@pytest.mark.parametrize("rules", [{"chat": "sings"}, {"radio": "overlay"}, {"chat": "blocks rendering"}])
def test_a_rule_that_no_script_has_is_refused(tmp_path: Any, rules: dict[str, str]) -> None:
    with pytest.raises(SandboxError, match="cannot be"):
        Scripts(file=tmp_path / "scripts.json").use(rules)
