"""What a real Chromium leaves of a page that secrets were typed into: a picture and a trace without them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from layer_servers import Origin, origin_server
from playwright.sync_api import Playwright

from journeys.browser import BrowserStage
from journeys.browser.sessions import BrowserSession
from journeys.masking import MASKED, Mask

pytestmark = pytest.mark.xdist_group("layers")

CARD, OTHER = "4242424242424242", "4000000000000002"
FORM = (
    "<h1>Pay</h1><p>with {shown}</p><form action='/thanks' method=post>"
    "<input name=holder><input type=password name=pin><input name=card_number><textarea name=note></textarea>"
    "<button>pay</button></form><iframe srcdoc='<input id=inner>'></iframe>"
)


@pytest.fixture
def site() -> Iterator[Origin]:
    with origin_server() as origin:
        yield origin


@pytest.fixture
def session(playwright: Playwright) -> Iterator[BrowserSession]:
    executable = os.environ.get("JOURNEYS_BROWSER")
    with BrowserStage(executable=executable, only_loopback=True, tracing=True, playwright=playwright) as stage:
        session = stage.session("guest@example.org", "test")
        yield session
        session.close()


def typed(session: BrowserSession, site: Origin, text: str) -> None:
    """The form, filled with that text, which the page shows as well."""
    site.page("/pay", FORM.format(shown=" ".join(text[i : i + 4] for i in range(0, len(text), 4))))
    session.page.goto(f"{site.url}/pay")
    for field in session.page.locator("input, textarea").all():
        field.fill(text)
    session.page.frame_locator("iframe").locator("#inner").fill(text)


def test_a_picture_shows_nothing_of_what_was_typed_and_of_what_is_secret(
    session: BrowserSession, site: Origin, tmp_path: Path
) -> None:
    pictures = []
    for text in (CARD, OTHER):
        typed(session, site, text)
        session.screenshot(tmp_path / "covered.png", Mask([CARD, OTHER]))
        session.page.screenshot(path=tmp_path / "bare.png", full_page=True)
        pictures.append(((tmp_path / "covered.png").read_bytes(), (tmp_path / "bare.png").read_bytes()))
    (covered, bare), (covered_again, bare_again) = pictures
    assert covered == covered_again
    assert bare != bare_again


def test_what_the_page_says_of_a_secret_is_covered_only_where_it_is_known(
    session: BrowserSession, site: Origin, tmp_path: Path
) -> None:
    pictures = set()
    for text in (CARD, OTHER):
        typed(session, site, text)
        session.screenshot(tmp_path / "covered.png", Mask())
        pictures.add((tmp_path / "covered.png").read_bytes())
    assert len(pictures) == 2


def test_a_trace_tells_what_was_done_and_not_what_was_typed(
    session: BrowserSession, site: Origin, tmp_path: Path
) -> None:
    site.page("/thanks", "<p>thanks", Set_Cookie="sessionid=0ur-s3ss10n; Path=/")
    typed(session, site, CARD)
    session.page.locator("button").click()
    session.page.wait_for_url("**/thanks")
    assert session.secrets() == ("0ur-s3ss10n",)
    session.keep_trace(tmp_path / "trace.zip", Mask([CARD]))
    with ZipFile(tmp_path / "trace.zip") as trace:
        contents = {name: trace.read(name) for name in trace.namelist()}
    assert [name for name, each in contents.items() if CARD.encode() in each or b"0ur-s3ss10n" in each] == []
    assert not any(name.endswith((".jpeg", ".jpg", ".png")) for name in contents)
    events = [json.loads(line) for line in contents["trace.trace"].splitlines()]
    done = [(each["method"], each["params"].get("value")) for each in events if each["type"] == "before"]
    assert done.count(("fill", MASKED)) == 5
    assert ("click", None) in done


def test_a_part_of_the_browser_that_ended_is_noticed_by_what_was_forgotten(session: BrowserSession) -> None:
    assert not session.forgetful
    session.page.context.clear_cookies()
    assert session.forgetful
