"""One module for each kind of layer: what it is called, and how to clear what it holds."""

from journeys.layers.application import DjangoDatabaseCache
from journeys.layers.browser_http import BrowserHttpCache

__all__ = ["BrowserHttpCache", "DjangoDatabaseCache"]
