"""What a real Chromium tells of requests, errors and waiting, and whose fault a failure is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from layer_servers import Origin, free_port, origin_server
from playwright.sync_api import Error, Playwright

from journeys.browser import BrowserStage
from journeys.browser.sessions import BrowserSession
from journeys.model import BrowserEnded, JourneyError, PageChanged, PageError, Request, StoreFault
from page_objects.page import Page

pytestmark = pytest.mark.xdist_group("layers")


@pytest.fixture
def site() -> Iterator[Origin]:
    with origin_server() as origin:
        yield origin


@pytest.fixture
def other() -> Iterator[Origin]:
    with origin_server() as origin:
        yield origin


@pytest.fixture
def stage(playwright: Playwright) -> Iterator[BrowserStage]:
    with BrowserStage(
        executable=os.environ.get("JOURNEYS_BROWSER"), only_loopback=True, playwright=playwright
    ) as stage:
        yield stage


@pytest.fixture
def session(stage: BrowserStage) -> Iterator[BrowserSession]:
    session = stage.session("guest@example.org", "test")
    yield session
    session.close()


def seen(session: BrowserSession, site: Origin) -> tuple[Request | PageError, ...]:
    return session.seen(site.url, lambda moment: moment.timestamp())


def requests(session: BrowserSession, site: Origin) -> dict[str, Request]:
    return {each.path: each for each in seen(session, site) if isinstance(each, Request)}


def errors(session: BrowserSession, site: Origin) -> list[tuple[str, str, str]]:
    return [(e.what, e.origin, e.page) for e in seen(session, site) if isinstance(e, PageError)]


def script(origin: Origin, path: str, body: str = "", **headers: str) -> str:
    """A script of that origin, and the markup that asks for it, with a secret."""
    origin.page(path, body, Content_Type="text/javascript", **headers)
    return f"<script src='{origin.url}{path}?token=hush'></script>"


def explained(stage: BrowserStage, session: BrowserSession, act: Callable[[], object]) -> JourneyError:
    with pytest.raises((Error, JourneyError)) as caught:
        act()
    return stage.explain(caught.value, session)


def test_a_page_is_told_with_when_it_was_asked_for_and_what_took_how_long(
    site: Origin, session: BrowserSession
) -> None:
    site.page("/page", "<p>hi", Server_Timing='db;desc="a, b";dur=53.5, app;dur=7')
    site.held["/page"] = 0.3
    before = datetime.now(UTC).timestamp()
    session.page.goto(f"{site.url}/page?token=hush")
    page = requests(session, site)["/page"]
    after = datetime.now(UTC).timestamp()

    assert (page.ours, page.origin, page.kind, page.status, page.failure) == (True, site.url, "document", 200, "")
    assert page.source == "network"
    assert before - 0.01 <= page.began <= page.began + page.took_s <= after + 0.01
    assert 0.3 <= page.phases["wait"] <= page.took_s
    assert {"dns", "connect", "wait"} <= set(page.phases)
    assert page.server == {"db": 0.0535, "app": 0.007}
    assert requests(session, site) == {}


def test_the_cache_stays_on_and_is_told(site: Origin, session: BrowserSession) -> None:
    site.page("/page", "<p>hi", Cache_Control="max-age=300")
    for _ in range(2):
        session.page.goto(f"{site.url}/page")

    assert [each.source for each in seen(session, site) if isinstance(each, Request)] == ["network", "disk cache"]
    assert site.times("/page") == 1


def test_scripts_of_third_parties_are_told_once_a_page_and_our_own_only_when_something_is_wrong(
    site: Origin, other: Origin, session: BrowserSession
) -> None:
    tag = script(other, "/tag.js")
    site.page("/page", tag + tag + script(site, "/own.js") + f"<script src='{site.url}/gone.js'></script><img src=/no>")
    session.page.goto(f"{site.url}/page")
    told = requests(session, site)

    assert {"/page", "/tag.js", "/gone.js", "/no"} == set(told)
    assert (told["/tag.js"].ours, told["/tag.js"].origin) == (False, other.url)
    assert (told["/gone.js"].ours, told["/gone.js"].status, told["/gone.js"].failure) == (True, 404, "")
    session.page.goto(f"{site.url}/page")
    assert "/tag.js" in requests(session, site)


def test_each_redirection_is_a_request_of_its_own(site: Origin, session: BrowserSession) -> None:
    site.page("/new", "<p>hi")
    site.page("/old", "<script>location = '/new'</script>")
    session.page.goto(f"{site.url}/old")
    session.page.wait_for_url("**/new")
    session.page.wait_for_load_state()

    assert list(requests(session, site)) == ["/old", "/new"]


@pytest.mark.parametrize(
    ("how", "failure"),
    [("reset", "net::ERR_CONNECTION_RESET"), ("cut", "net::ERR_CONTENT_LENGTH_MISMATCH")],
)
def test_what_the_network_breaks_is_told_in_the_browsers_words(
    site: Origin, session: BrowserSession, how: str, failure: str
) -> None:
    site.page("/page", script(site, "/own.js"))
    getattr(site, how).add("/own.js")
    session.page.goto(f"{site.url}/page")

    assert requests(session, site)["/own.js"].failure == failure


def test_a_store_that_cannot_be_reached_is_the_stores_fault(
    stage: BrowserStage, site: Origin, session: BrowserSession
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    error = explained(stage, session, lambda: Page(session.page, nowhere, "EUR").go("/"))
    (told,) = seen(session, site)

    assert isinstance(error, StoreFault) and "net::ERR_CONNECTION_REFUSED" in str(error)
    assert isinstance(told, Request) and told.failure == "net::ERR_CONNECTION_REFUSED"


def test_a_name_that_is_not_known_is_the_stores_fault(stage: BrowserStage, session: BrowserSession) -> None:
    error = explained(stage, session, lambda: session.page.goto("http://no.such.example/"))

    assert isinstance(error, StoreFault) and "net::ERR_NAME_NOT_RESOLVED" in str(error)


def test_a_page_that_breaks_off_is_the_stores_fault(stage: BrowserStage, site: Origin, session: BrowserSession) -> None:
    site.page("/page", "<a href='/basket'>buy</a>")
    site.page("/basket", "<p>hi")
    site.cut.add("/basket")
    page = Page(session.page, site.url, "EUR")
    page.go("/page")
    session.wait_at_most(1.5)
    error = explained(stage, session, lambda: page.follow(page.one("a")))
    told = requests(session, site)["/basket"]

    assert isinstance(error, StoreFault)
    assert str(error) == "the page at /basket broke off: net::ERR_CONTENT_LENGTH_MISMATCH"
    assert (told.status, told.failure) == (200, "net::ERR_CONTENT_LENGTH_MISMATCH")


def test_errors_of_scripts_are_told_with_the_origin_of_the_script(
    site: Origin, other: Origin, session: BrowserSession
) -> None:
    thrown = "function deep() { throw new TypeError('no basket at http://a.example/x?token=hush') }; deep()"
    tag = script(other, "/tag.js", f"console.error('wrong', 7); {thrown}")
    site.page("/page", tag + "<script>setTimeout(() => { nowhere() })</script>")
    session.page.goto(f"{site.url}/page?token=hush")
    session.page.wait_for_load_state()

    assert {
        ("wrong 7", other.url, f"{site.url}/page"),
        ("TypeError: no basket at http://a.example/x", other.url, f"{site.url}/page"),
        ("ReferenceError: nowhere is not defined", site.url, f"{site.url}/page"),
    } == set(errors(session, site))


def test_an_error_without_end_is_told_once(site: Origin, session: BrowserSession) -> None:
    site.page("/page", "<script>for (let i = 0; i < 5000; i++) console.error('again')</script>")
    session.page.goto(f"{site.url}/page")

    assert [what for what, _, _ in errors(session, site)] == ["again"]


def test_what_was_blocked_is_not_asked_for_and_is_no_failure(
    site: Origin, other: Origin, session: BrowserSession
) -> None:
    site.page("/page", script(other, "/tag.js") + script(site, "/own.js", Cache_Control="max-age=300"))
    session.block([other.url])
    for _ in range(2):
        session.page.goto(f"{site.url}/page")

    assert {"/page"} == set(requests(session, site))
    assert (other.asked, site.times("/own.js?token=hush")) == ([], 1)


def test_what_shows_another_page_within_the_page_is_not_the_page(
    site: Origin, other: Origin, session: BrowserSession
) -> None:
    site.page("/page", f"<iframe src='{other.url}/none'></iframe>")
    session.page.goto(f"{site.url}/page")

    assert requests(session, site)["/none"].kind == "frame"
    assert session.status == 200


def test_a_store_that_does_not_answer_is_at_fault_and_its_page_is_pending(
    stage: BrowserStage, site: Origin, session: BrowserSession
) -> None:
    site.page("/page", "<a href='/basket?token=hush'>buy</a>")
    site.held["/basket"] = 30.0
    page = Page(session.page, site.url, "EUR")
    page.go("/page")
    requests(session, site)
    session.wait_at_most(1.5)
    error = explained(stage, session, lambda: page.follow(page.one("a")))
    pending = requests(session, site)["/basket"]

    assert isinstance(error, StoreFault)
    assert str(error) == "the store did not answer within 1.5 s at /basket"
    assert (pending.failure, pending.status, pending.ours) == ("pending", 0, True)
    assert 1.0 < pending.took_s < 5.0
    assert requests(session, site) == {}
    again = explained(stage, session, lambda: page.go("/basket"))
    assert str(again) == "the store did not answer within 1.5 s at /basket"


def test_a_page_that_waits_for_a_third_party_says_for_whom(
    stage: BrowserStage, site: Origin, other: Origin, session: BrowserSession
) -> None:
    site.page("/page", "<a href='/basket'>buy</a>")
    site.page("/basket", script(other, "/tag.js"))
    other.held["/tag.js"] = 30.0
    page = Page(session.page, site.url, "EUR")
    page.go("/page")
    session.wait_at_most(1.5)
    error = explained(stage, session, lambda: page.follow(page.one("a")))
    told = requests(session, site)

    assert isinstance(error, StoreFault)
    assert str(error) == f"the page at /basket was not there within 1.5 s: it waits for {other.url}/tag.js"
    assert (told["/basket"].status, told["/basket"].failure) == (200, "")
    assert (told["/tag.js"].failure, told["/tag.js"].ours) == ("pending", False)


def test_what_is_not_on_the_page_is_a_page_that_has_changed(
    stage: BrowserStage, site: Origin, session: BrowserSession
) -> None:
    site.page("/page", "<p>hi")
    session.wait_at_most(1.5)
    session.page.goto(f"{site.url}/page")
    error = explained(stage, session, lambda: session.page.locator("#buy").click())

    assert isinstance(error, PageChanged)
    assert 'waiting for locator("#buy")' in str(error)


@pytest.mark.parametrize(
    ("cover", "said"),
    [
        ("<div id='consent' style='{style}'>cookies?</div>", '<div id="consent"'),
        ("<iframe src='{other}/ad?token=hush' style='{style}'></iframe>", "of {other} intercepts pointer events"),
    ],
)
def test_what_takes_a_click_in_place_of_a_button_is_named(
    stage: BrowserStage, site: Origin, other: Origin, session: BrowserSession, cover: str, said: str
) -> None:
    style = "position:fixed;inset:0;width:100%;height:100%"
    other.page("/ad", "<p>buy this")
    site.page("/page", "<button>buy</button>" + cover.format(style=style, other=other.url))
    session.wait_at_most(1.5)
    session.page.goto(f"{site.url}/page")
    error = explained(stage, session, lambda: session.page.locator("button").click())

    assert isinstance(error, PageChanged)
    assert said.format(other=other.url) in str(error)
    assert "intercepts pointer events" in str(error) and "hush" not in str(error)


def test_an_answer_that_is_no_page_is_the_stores_fault_though_the_browser_gives_up(
    stage: BrowserStage, site: Origin, session: BrowserSession
) -> None:
    site.page("/page", "<a href='/basket'>buy</a>")
    page = Page(session.page, site.url, "EUR")
    page.go("/page")
    site.statuses["GET"] = 204
    for act in (lambda: page.follow(page.one("a")), lambda: page.go("/basket")):
        error = explained(stage, session, act)
        assert (type(error), "204" in str(error)) == (StoreFault, True)


@pytest.mark.parametrize("after_s", [0.0, 0.3])
@pytest.mark.parametrize("doing", ["go", "follow", "wait"])
def test_a_browser_that_was_killed_is_never_the_stores_fault(site: Origin, after_s: float, doing: str) -> None:
    """Killed in a process of its own, whose browsers are all its."""
    code = Path(__file__).with_name("killed_browser.py")
    site.page("/page", "<a href='/slow'>buy</a>")
    site.page("/slow", "<p>hi")
    site.held["/slow"] = 3.0
    done = subprocess.run(
        [sys.executable, code, site.url, doing, str(after_s)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    kind, _, text = done.stdout.strip().partition(": ")

    assert kind == BrowserEnded.__name__, text
