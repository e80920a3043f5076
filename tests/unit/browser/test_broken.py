"""Whose words a browser's error is: its own, or those of the way and of the store."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error

from journeys.browser import BrowserStage
from journeys.model import BrowserEnded, JourneyError, StoreFault, TesterFault


def explained(error: Exception) -> JourneyError:
    return BrowserStage().explain(error)


@pytest.mark.parametrize(
    "said",
    [
        "Page.goto: net::ERR_ABORTED at http://shop/",
        "net::ERR_INSUFFICIENT_RESOURCES",
        "net::ERR_FAILED",
        "net::ERR_NETWORK_CHANGED",
    ],
)
def test_what_the_browser_gave_up_by_itself_is_the_testers(said: str) -> None:
    assert type(explained(Error(said))) is TesterFault
    fault = StoreFault("http://shop/ cannot be reached")
    fault.__cause__ = Error(said)
    assert type(explained(fault)) is TesterFault
    assert said in str(explained(fault))


@pytest.mark.parametrize(
    "said",
    ["Page.goto: Page crashed", "Target crashed ", "Page.goto: Target page, context or browser has been closed"],
)
def test_a_page_that_is_gone_has_ended(said: str) -> None:
    assert type(explained(Error(said))) is BrowserEnded


@pytest.mark.parametrize(
    "said",
    [
        "net::ERR_CONNECTION_REFUSED",
        "net::ERR_CONNECTION_RESET",
        "net::ERR_NAME_NOT_RESOLVED",
        "net::ERR_EMPTY_RESPONSE",
    ],
)
def test_what_came_of_the_way_is_not_the_testers(said: str) -> None:
    assert type(explained(Error(said))) is StoreFault
    fault = StoreFault("http://shop/ cannot be reached")
    fault.__cause__ = Error(said)
    assert explained(fault) is fault
