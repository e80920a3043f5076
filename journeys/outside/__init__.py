"""Looking at a store from the outside: control requests without a browser, and its database asked how it is."""

from journeys.outside.database import Database
from journeys.outside.vantage import Vantage

__all__ = ["Database", "Vantage"]
