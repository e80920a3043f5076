"""Chromium through Playwright: sessions of customers and onlookers, with the evidence that pages come with."""

from journeys.browser.chromium import BrowserNotFound, find
from journeys.browser.stage import BrowserStage

__all__ = ["BrowserNotFound", "BrowserStage", "find"]
