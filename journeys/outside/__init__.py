"""Looking at a store from the outside: control requests without a browser, and its database asked how it is.

The database needs the extra ``layers``: its module is imported by whoever has one to ask.
"""

from journeys.outside.vantage import Vantage

__all__ = ["Vantage"]
