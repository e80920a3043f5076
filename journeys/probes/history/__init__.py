"""The history of the probes: what became of each tick, kept, counted by the hour, and asked for."""

from journeys.probes.history.counted import BOUNDS_S, ArrivalHour, Hour, SurfaceNow
from journeys.probes.history.history import History
from journeys.probes.history.pruning import Retention

__all__ = ["BOUNDS_S", "ArrivalHour", "History", "Hour", "Retention", "SurfaceNow"]
