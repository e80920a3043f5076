"""What is counted by the hour and kept for ever, and what a surface shows now; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Final

from journeys.probes.outcome import State

HOUR_S: Final = 3600.0
BOUNDS_S: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0)
"""Within how many seconds a write arrived, as it is counted: under the first of these that it did not exceed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """How the ticks that were due in one hour ended; states that did not come up are left out."""

    start: float
    states: Mapping[State, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalHour:
    """How long the writes of one hour took to a surface.

    ``counts`` has each of ``BOUNDS_S``, and how many arrived within it and not within the one before. ``censored`` are
    those that took longer than the last of them, or were never seen to arrive.
    """

    start: float
    counts: Mapping[float, int]
    censored: int

    @property
    def of(self) -> int:
        """How many writes there were."""
        return sum(self.counts.values()) + self.censored

    def within(self, seconds: float) -> int:
        """How many arrived for certain within so many seconds; exact for each of ``BOUNDS_S``."""
        return sum(count for bound, count in self.counts.items() if bound <= seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceNow:
    """The newest reading of one fact at one surface, and which layers were blamed there last.

    ``key`` is the outcome that the reading belongs to, ``blamed`` the one of the last diagnosis, empty if there was
    none. A reading that is newer and fresh says that the blame is over.
    """

    surface: str
    fact: str
    at: float
    value: str | None
    fresh: bool | None
    key: str
    cause: str = ""
    layers: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    confidence: float = 0.0
    blamed: str = ""
    blamed_at: float | None = None


def hour_of(at: float) -> float:
    """When the hour began that this moment lies in."""
    return at // HOUR_S * HOUR_S


def bound_of(high_s: float | None) -> float:
    """The bound under which a delay is counted; infinite for one that is censored."""
    return inf if high_s is None else next((bound for bound in BOUNDS_S if high_s <= bound), inf)
