"""What is measured of probes and stores at one moment, before it is written down for a machine; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from journeys.probes.outcome import Outcome, State
from reports.status.overview import Incident, Level, SurfaceShown


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauged:
    """One probe: its newest run, its newest judged one, and how many ticks ended in which state.

    They are counted since ``Measured.since``. ``failures`` of its newest judged runs failed one after the other, up to
    the number that was looked at. ``every_s`` and ``timeout_s`` are 0 where they are not known.
    """

    probe: str
    store: str
    journey: str
    location: str
    newest: Outcome | None = None
    judged: Outcome | None = None
    failures: int = 0
    states: Mapping[State, int] = field(default_factory=dict)
    every_s: float = 0.0
    timeout_s: float = 0.0

    @property
    def labels(self) -> tuple[str, ...]:
        """The values of its labels."""
        return (self.probe, self.store, self.journey, self.location)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How many writes arrived at a surface within how many seconds, each counted once; how many were not seen to."""

    store: str
    surface: str
    fact: str
    within: Mapping[float, int]
    censored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All that is exposed, as it stood at ``at``; what only grows was counted from ``since`` on.

    ``surfaces`` come with the store they belong to; ``heartbeat`` is when a worker last said that it lives, if known.
    """

    at: float
    since: float
    probes: tuple[Gauged, ...] = ()
    surfaces: tuple[tuple[str, SurfaceShown], ...] = ()
    spreads: tuple[Spread, ...] = ()
    incidents: tuple[Incident, ...] = ()
    levels: tuple[Level, ...] = ()
    heartbeat: float | None = None
