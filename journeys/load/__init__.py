"""Other customers: real orders by API in a store while a run looks at it, all of them cancelled afterwards."""

from journeys.load.buyers import Buyer, OscarBuyer, PretixBuyer
from journeys.load.load import Load, loaded

__all__ = ["Buyer", "Load", "OscarBuyer", "PretixBuyer", "loaded"]
