"""What a status page tells: stores, probes, surfaces, incidents and service levels as they stand at one moment; pure.

Times are seconds since 1970-01-01 in UTC, durations are seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from journeys.model.delay import Delays
from journeys.probes.outcome import Arrival, Outcome


class Health(StrEnum):
    """How a probe or a store is, as its customers see it; UNKNOWN blames nobody.

    DEGRADED: customers get through, and something is wrong all the same; of a store also: some of its journeys fail.
    """

    WORKING = "working"
    UNKNOWN = "not known"
    DEGRADED = "degraded"
    FAILING = "failing"

    @property
    def rank(self) -> int:
        """The larger, the worse."""
        return list(Health).index(self)


def worst(of: Iterable[Health]) -> Health:
    """The worst of them; UNKNOWN without any."""
    return max(of, key=lambda health: health.rank, default=Health.UNKNOWN)


def kind_of(fact: str) -> str:
    """The kind of a fact: ``availability`` of ``availability:mug-red``."""
    return fact.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeNow:
    """How one probe stands: ``words`` say it, ``since`` when (None: since before anybody looked).

    ``runs`` are the newest, newest first. ``newest`` is the newest that was begun, ``judged`` the newest that says
    something of the store. ``silent``: it should have run again since. ``passed`` of ``counted`` judged runs succeeded
    in the last 24 hours. ``every_s`` and ``timeout_s`` are 0 where they are not known.
    """

    name: str
    store: str
    journey: str
    location: str
    health: Health
    words: str
    since: float | None = None
    runs: tuple[Outcome, ...] = ()
    newest: Outcome | None = None
    judged: Outcome | None = None
    silent: bool = False
    passed: int = 0
    counted: int = 0
    every_s: float = 0.0
    timeout_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceShown:
    """What one surface last showed of a fact; ``fresh`` is None where nothing can be said, ``since`` when it began.

    ``current``: whoever read it still runs. ``layers`` are those that were last named or suspected of holding an old
    value, ``arrivals`` the latest writes that were followed there, newest first, and ``delays`` the same as intervals.
    """

    surface: str
    fact: str
    at: float
    value: str | None
    fresh: bool | None
    current: bool = True
    since: float | None = None
    layers: tuple[str, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    delays: Delays | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message about an incident: what it said (``began``, ``again``, ``ended``), to whom, whether it got there."""

    at: float
    kind: str
    receiver: str
    delivered: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that is wrong since a moment, or was until another; ``shadow``: recorded, and nobody was told.

    ``of_tester``: it is the tester's own trouble, and no store is blamed. ``run`` is the one that told most of it, by
    the key of its outcome or by its own id.
    """

    key: str
    store: str
    title: str
    since: float
    until: float | None = None
    probes: tuple[str, ...] = ()
    cause: str = ""
    surface: str = ""
    layers: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()
    next_step: str = ""
    run: str = ""
    shadow: bool = False
    of_tester: bool = False
    notices: tuple[Notice, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it is not over."""
        return self.until is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One service level: the share that was promised, the one that is kept, and how much of its budget is left.

    ``kept`` is None when nothing was counted yet; ``left`` is 1 for an untouched budget and negative for an overdrawn
    one. ``burn`` is how many times faster than allowed the budget is spent, over the shortest window looked at.
    """

    store: str
    name: str
    words: str
    promised: float
    kept: float | None
    left: float | None
    window_s: float
    probe: str = ""
    burn: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """A time in which a store is under maintenance, now or soon; nobody is paged meanwhile."""

    name: str
    store: str
    since: float
    until: float
    probes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreNow:
    """How one store stands, and everything that is known of it."""

    name: str
    health: Health
    words: str
    probes: tuple[ProbeNow, ...] = ()
    surfaces: tuple[SurfaceShown, ...] = ()
    incidents: tuple[Incident, ...] = ()
    levels: tuple[Level, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Probes that should have run again and did not, the last time at ``since``; ``whole``: none of all ran."""

    since: float
    probes: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything at a glance, as it stood at ``at``.

    ``elsewhere`` are open incidents of no store that is shown, such as the tester's own; ``over`` ended lately.
    """

    at: float
    title: str
    stores: tuple[StoreNow, ...] = ()
    elsewhere: tuple[Incident, ...] = ()
    over: tuple[Incident, ...] = ()
    silence: Silence | None = None

    @property
    def health(self) -> Health:
        """That of the worst store."""
        return worst(store.health for store in self.stores)

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """All open ones, the newest first."""
        every = (*(incident for store in self.stores for incident in store.incidents), *self.elsewhere)
        return tuple(sorted(every, key=lambda incident: -incident.since))
