"""One module for each kind of layer: how to read past it, what it says of its copy, how to clear that copy.

Each module has ``connect(options, clears)``, which an entry point of the group ``journeys.layers`` names by its kind.
Kinds that need a package of the extra ``layers`` are imported from their own modules.
"""

from journeys.layers.application import DjangoDatabaseCache
from journeys.layers.browser_http import BrowserHttpCache
from journeys.layers.edge import VarnishEdge
from journeys.layers.search_index import SearchIndex
from journeys.layers.service_worker import ServiceWorker

__all__ = ["BrowserHttpCache", "DjangoDatabaseCache", "SearchIndex", "ServiceWorker", "VarnishEdge"]
