"""The status page in a real browser: without JavaScript, updating itself with it, by keyboard, narrow, dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
import watched
from looked_at import CONTRASTS, NAMELESS
from playwright.sync_api import Browser, Page, expect
from serving import Served, serving
from watched import NOW, gone_quiet, nothing_yet, run_of, troubled, well

from journeys.probes.outcome import State

SCENES = {"well": well, "troubled": troubled, "gone quiet": gone_quiet, "nothing yet": nothing_yet}
RUN = "/runs/checkout@1793800880"
PLACES = ("/", "/probes/checkout", RUN, "/incidents/shop-7")


@pytest.fixture(scope="module")
def scenes() -> Iterator[dict[str, Served]]:
    """Every scene, served; for tests that change nothing."""
    with serving(well()) as a, serving(troubled()) as b, serving(gone_quiet()) as c, serving(nothing_yet()) as d:
        yield dict(zip(SCENES, (a, b, c, d), strict=True))


@pytest.fixture
def served() -> Iterator[Served]:
    """The troubled shop, for tests that change something."""
    with serving(troubled()) as served:
        yield served


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``opened(address, width=…)``: a page of its own, that asks nobody else, and says nothing to the console.

    One that ``complains`` may say there that it got no answer.
    """
    contexts, trouble, asked = [], [], []

    def open_(address: str, *, width: int = 1280, complains: bool = False, **more: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: None if complains else trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert trouble == []
    assert {url.partition("://")[2].partition(":")[0] for url in asked} == {"127.0.0.1"}


def places(scenes: dict[str, Served]) -> list[str]:
    """The address of each kind of page in each scene."""
    first = [served.at + "/" for served in scenes.values()]
    return first + [scenes["troubled"].at + path for path in PLACES[1:]]


def test_it_can_be_read_without_javascript(scenes: dict[str, Served], opened: Callable[..., Page]) -> None:
    page = opened(scenes["troubled"].at, java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("booking is failing, shop is degraded")
    incident = page.get_by_role("article").filter(has_text="Product page shows an old availability")
    expect(incident).to_contain_text("application cache holds the old value")
    expect(incident).to_contain_text("Invalidate the key after the commit")
    expect(page.get_by_role("row", name=re.compile("product page"))).to_contain_text("stale since")
    expect(page.get_by_label("Colours")).to_be_hidden()
    page.get_by_role("link", name="checkout", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("checkout is degraded")
    page.get_by_role("link", name="Older").click()
    page.get_by_role("link", name="Newest").click()
    page.get_by_role("table", name="Runs").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("14:01: failed")
    expect(page.get_by_role("list").filter(has_text="holds the old value").first).to_be_visible()
    expect(page.get_by_text("journeys explain r1793800880")).to_be_visible()


def fail_once_more(served: Served) -> None:
    """Some time later one more run has failed."""
    served.now[0] += 20
    served.history.record(run_of("browse", NOW + 10, Random(1), State.FAILED, journey="browse"))


def test_with_javascript_it_updates_itself_without_losing_focus_or_scroll(
    served: Served, opened: Callable[..., Page]
) -> None:
    page = opened(served.at, width=700)
    expect(page.locator("#live")).to_have_text("Live")
    page.locator('[data-key="probe-browse"] .strip li:last-child a').focus()
    page.evaluate("scrollBy(0, 37)")
    where = "[scrollY, document.activeElement.parentElement.dataset.key]"
    before = page.evaluate(where)
    fail_once_more(served)
    expect(page.locator('[data-key="probe-browse"] .strip li:last-child a.failed')).to_have_count(1)
    assert page.evaluate(where) == before
    page.keyboard.press("ArrowRight")
    expect(page.locator('[data-key="probe-browse"] .strip li:last-child a.failed')).to_be_focused()


def test_what_is_selected_stays_selected(served: Served, opened: Callable[..., Page]) -> None:
    page = opened(served.at)
    expect(page.locator("#live")).to_have_text("Live")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.incident dd b'))")
    fail_once_more(served)
    expect(page.locator('[data-key="probe-browse"] .strip li:last-child a.failed')).to_have_count(1)
    assert page.evaluate("getSelection().toString()") == "database"


def test_a_change_for_the_worse_is_said_to_who_cannot_see_it(opened: Callable[..., Page]) -> None:
    with serving(well()) as served:
        page = opened(served.at)
        expect(page.locator("#live")).to_have_text("Live")
        expect(page.get_by_role("status")).to_have_text("")
        served.now[0] += 20
        for name in ("checkout", "browse", "card"):
            steps = watched.steps_from(NOW, failed="place the order")
            served.history.record(run_of(name, NOW + 10, Random(1), State.FAILED, steps=steps))
        expect(page.get_by_role("status")).to_have_text("shop is failing")
        assert page.title() == "shop is failing · journeys"


def test_a_history_that_cannot_be_asked_is_said_and_so_is_its_return(opened: Callable[..., Page]) -> None:
    with serving(well()) as served:
        page = opened(served.at, complains=True)
        live = page.locator("#live")
        expect(live).to_have_text("Live")
        served.history.away = "gone"
        expect(live).to_have_text(re.compile("Not connected: as of"))
        expect(page.get_by_role("heading", level=1)).to_have_text("shop is working")
        served.history.away = ""
        expect(live).to_have_text("Live")


def test_a_server_that_is_gone_is_said_on_the_page_that_it_left(opened: Callable[..., Page]) -> None:
    with serving(well()) as served:
        page = opened(served.at, complains=True)
        expect(page.locator("#live")).to_have_text("Live")
    expect(page.locator("#live")).to_have_text(re.compile("Not connected: as of"))
    expect(page.get_by_role("heading", level=1)).to_have_text("shop is working")


def test_the_keyboard_alone_reaches_everything(scenes: dict[str, Served], opened: Callable[..., Page]) -> None:
    page = opened(scenes["troubled"].at)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    walked = []
    while walked[-1:] != ["Health"]:
        page.keyboard.press("Tab")
        told, outline = page.evaluate(
            "[document.activeElement].map((e) => [e.ariaLabel || e.innerText, getComputedStyle(e).outlineStyle])[0]"
        )
        assert (outline, len(walked) < 40) == ("solid", True)
        walked.append(told)
    assert walked == [
        "No slot can be booked",
        "Product page shows an old availability",
        *("checkout", "14:01, failed, cache"),
        *("browse", "14:01, passed"),
        *("card", "14:01, failed, cache"),
        *("book a slot", "14:00, failed, database"),
        "Card payments were refused",
        *("Feed", "JSON", "Metrics", "Health"),
    ]


def test_arrow_keys_go_from_run_to_run(scenes: dict[str, Served], opened: Callable[..., Page]) -> None:
    page = opened(scenes["troubled"].at)
    cells = page.locator('[data-key="probe-checkout"] .strip a')
    cells.last.focus()
    for key, place in (
        ("ArrowLeft", 58),
        ("ArrowLeft", 57),
        ("ArrowRight", 58),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("End", 59),
    ):
        page.keyboard.press(key)
        expect(cells.nth(place)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("14:01: failed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_on_every_page_can_be_read(
    scenes: dict[str, Served], opened: Callable[..., Page], scheme: str
) -> None:
    for address in places(scenes):
        page = opened(address, color_scheme=scheme)
        assert page.evaluate(CONTRASTS) == []
        assert (
            page.evaluate("getComputedStyle(document.body).backgroundColor")
            == {
                "light": "rgb(255, 255, 255)",
                "dark": "rgb(22, 24, 29)",
            }[scheme]
        )


def test_the_chosen_colours_stay_and_no_cookie_is_set(scenes: dict[str, Served], opened: Callable[..., Page]) -> None:
    page = opened(scenes["well"].at, color_scheme="light")
    page.get_by_label("Colours").select_option("dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(22, 24, 29)"
    page.reload()
    assert (page.evaluate(ground), page.get_by_label("Colours").input_value()) == ("rgb(22, 24, 29)", "dark")
    assert page.evaluate(CONTRASTS) == []
    page.get_by_label("Colours").select_option("")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert page.context.cookies() == []


@pytest.mark.parametrize("width", [320, 600, 800, 900, 1280, 1920])
def test_nothing_is_wider_than_the_window(scenes: dict[str, Served], opened: Callable[..., Page], width: int) -> None:
    for address in places(scenes):
        page = opened(address, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [320, 861, 1021, 1280])
def test_no_column_is_squeezed(scenes: dict[str, Served], opened: Callable[..., Page], width: int) -> None:
    for address in places(scenes):
        page = opened(address, width=width)
        cells = "[...document.querySelectorAll('tbody th, tbody td')]"
        assert page.evaluate(f"{cells}.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.innerText)") == []
        heads = "[...document.querySelectorAll('.surfaces tbody th, .levels tbody th')]"
        assert page.evaluate(f"{heads}.filter((e) => e.clientWidth < 110).map((e) => e.innerText)") == []


def test_everything_that_can_be_used_or_seen_has_a_name(scenes: dict[str, Served], opened: Callable[..., Page]) -> None:
    for address in places(scenes):
        page = opened(address)
        assert page.evaluate(NAMELESS) == []
        assert page.evaluate("document.documentElement.lang") == "en"
        expect(page.get_by_role("banner")).to_have_count(1)
        expect(page.get_by_role("main")).to_have_count(1)
        expect(page.get_by_role("contentinfo")).to_have_count(1)


@pytest.mark.parametrize("width", [320, 1280])
def test_tables_keep_their_headers_for_who_listens(
    scenes: dict[str, Served], opened: Callable[..., Page], width: int
) -> None:
    page = opened(scenes["troubled"].at, width=width)
    table = page.get_by_role("table", name="Surfaces")
    assert [each.strip() for each in table.get_by_role("columnheader").all_inner_texts()] == [
        "Surface", "Shows", "State", "p50", "p95", "Delay of each change",
    ]  # fmt: skip
    expect(table.get_by_role("rowheader")).to_have_count(4)
    expect(table.get_by_role("row")).to_have_count(5)


def test_old_data_stands_above_everything(scenes: dict[str, Served], opened: Callable[..., Page]) -> None:
    page = opened(scenes["gone quiet"].at)
    expect(page.get_by_role("note")).to_contain_text("No run since 07:01 (7 h ago): the prober may be down.")
    expect(page.get_by_text("was fresh at 07:01")).to_have_count(4)


def test_what_a_policy_forbids_is_not_on_the_page(scenes: dict[str, Served], opened: Callable[..., Page]) -> None:
    """The browser itself says so in the console when it refuses something."""
    for address in places(scenes):
        opened(address).wait_for_load_state("load")


def test_with_a_token_a_browser_gets_in_once_and_stays_in(opened: Callable[..., Page]) -> None:
    token = "a token that nobody guesses"
    with serving(well(), token=token) as served:
        page = opened(f"{served.at}/probes/checkout?token={token}")
        expect(page.get_by_role("heading", level=1)).to_have_text("checkout is working")
        assert page.url == f"{served.at}/probes/checkout"
        page.goto(served.at)
        expect(page.locator("#live")).to_have_text("Live")
        (cookie,) = page.context.cookies()
        assert (cookie["httpOnly"], token in cookie["value"]) == (True, False)
