"""Whom the status page asks: the history, the incidents, the service levels, as Protocols; times as in the history."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

from journeys.probes.outcome import Arrival, Outcome, State
from journeys.probes.probe import Probe
from reports.status import Incident, Level


class Hour(Protocol):
    """How the ticks of one hour ended."""

    @property
    def start(self) -> float:
        """When the hour began."""
        ...

    @property
    def states(self) -> Mapping[State, int]:
        """How many ended in which state."""
        ...


class ArrivalHour(Protocol):
    """How long the writes of one hour took to a surface."""

    @property
    def start(self) -> float:
        """When the hour began."""
        ...

    @property
    def counts(self) -> Mapping[float, int]:
        """How many arrived within so many seconds, and not within the next smaller number."""
        ...

    @property
    def censored(self) -> int:
        """How many were not seen to arrive."""
        ...


class NewestReading(Protocol):
    """What one surface last showed of a fact, in the outcome ``key``; which layers were blamed there last."""

    @property
    def surface(self) -> str: ...  # noqa: D102
    @property
    def fact(self) -> str: ...  # noqa: D102
    @property
    def at(self) -> float: ...  # noqa: D102
    @property
    def value(self) -> str | None: ...  # noqa: D102
    @property
    def fresh(self) -> bool | None: ...  # noqa: D102
    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def layers(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def suspects(self) -> tuple[str, ...]: ...  # noqa: D102


class History(Protocol):
    """What is asked of the history of the probes; each answer is bounded, however much is kept.

    TesterFault when the database cannot be used. It is asked from several threads.
    """

    def outcome(self, key: str) -> Outcome | None:
        """One outcome, whole."""
        ...

    def outcomes(
        self,
        *,
        probe: str = "",
        store: str = "",
        since: float = 0.0,
        until: float = inf,
        states: Collection[State] = (),
        limit: int = 100,
    ) -> tuple[Outcome, ...]:
        """The newest that were due in [since, until), newest first, without readings."""
        ...

    def latest(self) -> tuple[Outcome, ...]:
        """The newest outcome of each probe, without readings."""
        ...

    def last_due(self, probe: str) -> float | None:
        """The newest tick of a probe."""
        ...

    def recent(self, probe: str, many: int) -> tuple[Outcome, ...]:
        """The newest judged outcomes of a probe, newest first."""
        ...

    def hours(self, *, probe: str, since: float) -> Sequence[Hour]:
        """The hours of a probe from the one on that ``since`` lies in."""
        ...

    def arrived(self, *, store: str, surface: str, since: float) -> Sequence[ArrivalHour]:
        """The hours of a surface from the one on that ``since`` lies in."""
        ...

    def arrivals(self, *, store: str, surface: str = "", since: float = 0.0, limit: int = 500) -> tuple[Arrival, ...]:
        """The newest arrivals, newest first."""
        ...

    def surfaces(self, store: str) -> Sequence[NewestReading]:
        """The newest reading of each fact at each surface."""
        ...


class Incidents(Protocol):
    """What is asked of the incidents."""

    def open(self) -> Sequence[Incident]:
        """Those that are not over."""
        ...

    def over(self, limit: int) -> Sequence[Incident]:
        """Those that ended last, the newest first."""
        ...

    def incident(self, key: str) -> Incident | None:
        """One of them, with its notices."""
        ...


class Levels(Protocol):
    """What is asked of the service levels."""

    def now(self, at: float) -> Sequence[Level]:
        """All of them, as they stand then."""
        ...


class Kept(Protocol):
    """What runs have left on this machine."""

    def pages(self, outcome: Outcome) -> tuple[str, ...]:
        """The names of the pages that it left here."""
        ...

    def page(self, outcome: Outcome, name: str) -> bytes | None:
        """One of them."""
        ...


class NoIncidents:
    """Where nobody watches for incidents."""

    def open(self) -> Sequence[Incident]:
        """None."""
        return ()

    def over(self, limit: int) -> Sequence[Incident]:
        """None."""
        return ()

    def incident(self, key: str) -> Incident | None:
        """None."""
        return None


class NoLevels:
    """Where nothing is promised."""

    def now(self, at: float) -> Sequence[Level]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that is asked. Without ``probes`` those are shown that the history has seen lately.

    ``heartbeat`` says when a worker last said that it lives, in seconds since 1970-01-01 in UTC, None if none ever did.
    """

    history: History
    incidents: Incidents = field(default_factory=NoIncidents)
    levels: Levels = field(default_factory=NoLevels)
    probes: tuple[Probe, ...] = ()
    heartbeat: Callable[[], float | None] | None = None
    kept: Kept | None = None
