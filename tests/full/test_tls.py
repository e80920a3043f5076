"""The stores' addresses are encrypted: browsers trust the authority of the sandbox, and no expired certificate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from journeys.browser import BrowserStage
from journeys.model import StoreFault
from sandbox import Sandbox

pytestmark = pytest.mark.xdist_group("drill")

STORES = pytest.mark.parametrize("store", ["shop", "booking"])


@pytest.fixture
def page(stage: BrowserStage) -> Iterator[Page]:
    """A guest's first page."""
    session = stage.session("li@example.com", "tls")
    yield session.page
    session.close()


@STORES
@pytest.mark.parametrize("door", ["url", "back_office"])
def test_both_addresses_of_a_store_are_secure_and_trusted(box: Sandbox, page: Page, store: str, door: str) -> None:
    described: Any = box.status().as_json()["stores"]
    answer = page.goto(described[store][door])
    assert answer is not None
    assert (answer.status, page.url[:8], page.evaluate("isSecureContext")) == (200, "https://", True)
    assert (answer.security_details() or {})["issuer"] is not None


@STORES
def test_an_expired_certificate_turns_guests_away_until_it_is_renewed(
    box: Sandbox, stage: BrowserStage, page: Page, store: str
) -> None:
    url = str(box.status().stores[store].url)
    box.controls(store).front.certificate("expired")
    try:
        with pytest.raises(Error, match="ERR_CERT_DATE_INVALID") as refused:
            page.goto(url)
        assert isinstance(stage.explain(refused.value), StoreFault)
    finally:
        box.heal(store)
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == 200


def test_each_store_has_a_certificate_of_its_own(box: Sandbox, page: Page) -> None:
    box.controls("shop").front.certificate("expired")
    try:
        answer = page.goto(str(box.status().stores["booking"].url))
        assert answer is not None
        assert answer.status == 200
    finally:
        box.heal("shop")
