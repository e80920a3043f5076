"""A fault that can be planted in one store of the sandbox, and what a tester should say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from journeys.model import DATABASE_REPLICA, Cause
from journeys.run.journey import Journey


class Box(Protocol):
    """One store of the sandbox and what stands around it, in the hands of a drill."""

    @property
    def controls(self) -> Any:
        """Its edges, the front address, the wire and the replica (``sandbox.full``)."""
        ...

    @property
    def details(self) -> Mapping[str, Any]:
        """Its address, its credentials and what was sown in it (``sandbox/*/recipe.py``)."""
        ...

    def switch(self, **switches: bool | int | str) -> None:
        """Throw switches of the store, beside those already thrown."""
        ...

    def heal(self) -> None:
        """Make everything healthy, and empty the caches that the store shares among its customers."""
        ...

    def reset(self) -> None:
        """Heal it, and put its data back to what was sown."""
        ...

    def halt(self) -> None:
        """End its server, as a crash would."""
        ...

    def start(self) -> None:
        """Start its server again, healthy."""
        ...


def heal(box: Box) -> None:
    """Mend whatever was planted: a healed store has no switch thrown, no rule changed and no old copy left."""
    box.heal()


def reset(box: Box) -> None:
    """Mend what was planted in the store's data as well."""
    box.reset()


WHOLE_RUN: Final = ""
"""The surface of a case that the whole run is scored by, since its fault is at no one surface."""


def start(box: Box) -> None:
    """Mend what was ended."""
    box.start()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a fault should lead to: layers named, the innermost first; causes; or nothing but so many seconds' delay."""

    layers: tuple[str, ...] = ()
    delay_s: float | None = None
    causes: tuple[Cause, ...] = ()

    @property
    def cause(self) -> Cause:
        """The first cause, or the one that follows from the innermost layer."""
        if self.causes:
            return self.causes[0]
        if not self.layers:
            return Cause.UNKNOWN
        return Cause.DATABASE if self.layers[0] == DATABASE_REPLICA else Cause.CACHE


def _as_they_are(details: Mapping[str, Any]) -> Mapping[str, Any]:
    """Nothing is told otherwise."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One known fault of one store.

    ``surfaces`` are those where it must be found (or WHOLE_RUN), ``also`` those where it may show as well and is not
    scored. ``tolerance`` is in seconds by surface, and ``settings`` makes, from what the sandbox says of the store,
    what the tester is told otherwise: both for this fault alone. ``journey`` is gone with the subject of its own role
    or, for the surfaces of ``roles``, of another one. A pair has the names of both faults in ``parts``.
    """

    name: str
    store: str
    says: str
    journey: Journey
    plants: Callable[[Box], None]
    expected: Expected
    surfaces: tuple[str, ...]
    also: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict, hash=False)
    tolerance: Mapping[str, float] = field(default_factory=dict, hash=False)
    settings: Callable[[Mapping[str, Any]], Mapping[str, Any]] = _as_they_are
    mends: Callable[[Box], None] = heal
    parts: tuple[str, ...] = ()

    def plant(self, box: Box) -> None:
        """Plant it; the store is healthy before."""
        self.plants(box)

    def mend(self, box: Box) -> None:
        """Take it away again, with what it left in caches."""
        self.mends(box)

    @property
    def key(self) -> str:
        """Its name with its store's: no two faults of a catalogue share it."""
        return f"{self.store}/{self.name}"

    def role(self, surface: str) -> str:
        """Which subject the journey needs, so that the surface has to change."""
        return self.roles.get(surface, self.journey.role)


def pair(outer: Fault, inner: Fault, *, surfaces: tuple[str, ...]) -> Fault:
    """Both faults at once, on surfaces that both of them make stale."""

    def plants(box: Box) -> None:
        inner.plant(box)
        outer.plant(box)

    def mends(box: Box) -> None:
        for mend in dict.fromkeys((outer.mends, inner.mends)):
            mend(box)

    return Fault(
        name=f"{outer.name} over {inner.name}",
        store=inner.store,
        says=f"{inner.says}; and {outer.says}",
        journey=inner.journey,
        plants=plants,
        expected=Expected(layers=(*inner.expected.layers, *outer.expected.layers)),
        surfaces=surfaces,
        also=tuple(dict.fromkeys((*inner.surfaces, *inner.also, *outer.surfaces, *outer.also))),
        roles=dict(inner.roles),
        tolerance={**inner.tolerance, **outer.tolerance},
        mends=mends,
        parts=(outer.name, inner.name),
    )


def across(one: Fault, other: Fault) -> Fault:
    """Two faults of different causes at once, in one run of the first one's journey: both causes are to be named."""

    def plants(box: Box) -> None:
        one.plant(box)
        other.plant(box)

    def mends(box: Box) -> None:
        for mend in dict.fromkeys((other.mends, one.mends)):
            mend(box)

    def settings(details: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**other.settings(details), **one.settings(details)}

    return Fault(
        name=f"{one.name} and {other.name}",
        store=one.store,
        says=f"{one.says}; and {other.says}",
        journey=one.journey,
        plants=plants,
        expected=Expected(causes=(one.expected.cause, other.expected.cause)),
        surfaces=(WHOLE_RUN,),
        also=tuple({*one.also, *other.also} - {*one.surfaces, *other.surfaces}),
        tolerance={**one.tolerance, **other.tolerance},
        settings=settings,
        mends=mends,
        parts=(one.name, other.name),
    )
