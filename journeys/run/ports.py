"""What performing needs of the world: sessions, pages, the record, surfaces and layers, as Protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Protocol

from journeys.masking import Mask
from journeys.model import (
    Confirmation,
    Fact,
    Heading,
    JourneyError,
    Money,
    Order,
    PageError,
    Request,
    Result,
    Step,
    Subject,
    Surface,
    Value,
)
from journeys.run.outside import Around


class Session(Protocol):
    """One browser of one person: a context with its own cookies and caches."""

    def secrets(self) -> tuple[str, ...]:
        """What tells the store who the person is, and must not be written down."""
        ...

    def screenshot(self, path: Path, mask: Mask) -> None:
        """A picture of what the person sees now, without secrets; TesterFault when there is none."""
        ...

    def keep_trace(self, path: Path, mask: Mask) -> None:
        """Write down what happened in the session, without secrets, if that is recorded; TesterFault on a full disk."""
        ...

    def evidence(self) -> Mapping[str, str]:
        """The cache evidence that came with the last page."""
        ...

    def answered(self) -> datetime | None:
        """When the store's answer to what the person last sent was there, in UTC; None when nothing was sent."""
        ...

    def seen(self, home: str, at: Callable[[datetime], float]) -> tuple[Request | PageError, ...]:
        """What was telling in the traffic and the errors of the page since it was last asked.

        ``home`` is the store's address: what goes there is ours. ``at`` turns UTC into the times of the events.
        """
        ...

    def block(self, origins: Iterable[str]) -> None:
        """Let the page reach nothing of these origins (scheme, host, port) from now on; its caches stay on."""
        ...

    def wait_at_most(self, seconds: float) -> None:
        """How long the person waits for anything on a page."""
        ...

    def close(self) -> None:
        """Close it and forget its cookies and caches."""
        ...


class Visitor(Protocol):
    """Somebody who looks at surfaces, with one session for each role (``customer``, ``staff``)."""

    def session(self, role: str = "customer") -> Session:
        """The visitor's browser in that role, opened when first asked for."""
        ...

    def fresh(self) -> Visitor:
        """Somebody else, who has never been here: empty caches, no cookies."""
        ...

    def clear_http_cache(self) -> None:
        """Empty the HTTP caches of all the visitor's sessions, keep their cookies."""
        ...

    def past_service_worker(self) -> AbstractContextManager[None]:
        """While it lasts, the visitor's sessions ask the network without their service workers."""
        ...

    def clear_service_worker(self, url: str) -> None:
        """Unregister the service workers of the URL's origin in all sessions and empty their caches, nothing else."""
        ...

    def close(self) -> None:
        """Close all of the visitor's sessions."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a surface shows a subject: its URL, and the keys under which layers hold it, by layer name.

    What a key is, the layer's kind says: the key of a cache, a tag, an id in an index, a query of one value.
    """

    url: str = ""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a reader saw."""

    value: Value
    evidence: Mapping[str, str] = field(default_factory=dict, hash=False)


class Reader(Protocol):
    """How one surface is read; ``channel`` says whether it needs the (single-threaded) browser."""

    @property
    def surface(self) -> Surface:
        """The surface it reads."""
        ...

    @property
    def channel(self) -> Literal["browser", "http"]:
        """What it reads through."""
        ...

    def read(self, subject: Subject, visitor: Visitor, at: str = "") -> Seen:
        """The value that the surface shows now; PageChanged, StoreFault or AccessDenied when it shows none.

        ``at`` is another address of the store (scheme, host and port), past some layers; its own when empty.
        """
        ...

    def place(self, subject: Subject) -> Place:
        """Where that is."""
        ...


class Confirmer(Protocol):
    """How one confirmation of an order is fetched: the mail, the order's page, the order history."""

    @property
    def source(self) -> str:
        """Its name in reports, such as ``mail``."""
        ...

    @property
    def within_s(self) -> float:
        """How long it may take to come."""
        ...

    def fetch(self, number: str, email: str, visitor: Visitor) -> Confirmation | None:
        """What it says of the order; None while it has not come."""
        ...


class Clears(StrEnum):
    """What the configuration lets the tester clear of a layer."""

    NEVER = "never"
    NARROW = "narrow"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What a layer says of the copy it holds for a place: evidence, never proof.

    ``age_s``: it has lain there for at least so many seconds; ``left_s``: it will live for at least so many more if
    nobody touches it (infinite: until something replaces it). None where that is not known.
    """

    age_s: float | None = None
    left_s: float | None = None
    words: str = ""


class Layer(Protocol):
    """One layer that may hold an old value."""

    @property
    def name(self) -> str:
        """The design's name for its kind."""
        ...

    @property
    def clears(self) -> Clears:
        """What may be cleared of it."""
        ...

    @property
    def personal(self) -> bool:
        """Whether each visitor has one of their own (a browser cache), so that a fresh visitor reads past it."""
        ...

    @property
    def instances(self) -> tuple[str, ...]:
        """The names of its instances that can be addressed one by one, such as two edges; empty for a single one."""
        ...

    def door(self, instance: str = "") -> str:
        """The address (scheme, host, port) that is answered past this layer; with an instance, through that one alone.

        Empty when there is none.
        """
        ...

    def copy(self, place: Place, visitor: Visitor, evidence: Mapping[str, str]) -> Copy | None:
        """What it holds for the place, asked of itself or told from the evidence of a reading just taken through it.

        None when it holds nothing, or when nothing can be said.
        """
        ...

    def holds(self, place: Place) -> Value | None:
        """The value that it holds for the place, where it can be asked directly (a replica, an index); else None."""
        ...

    def behind(self) -> bool:
        """Whether it says of itself that it lags behind what it stands before, so that looking twice is worth it."""
        ...

    def clear(self, place: Place, visitor: Visitor, instance: str = "") -> str:
        """Clear what it (or one instance) holds for the place, as narrowly as it can; says in words what was cleared.

        TesterFault when it cannot be reached, or when only more than the configuration allows could be cleared.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of one compensation: what was cancelled, and what is left."""

    cancelled: tuple[str, ...] = ()
    residue: tuple[str, ...] = ()
    benign: tuple[str, ...] = ()


class Record(Protocol):
    """The system of record, asked through the platform's admin API."""

    def about(self, subject: Subject, *, gently: bool) -> Mapping[str, Value]:
        """What it says of the subject by kind of fact: ``availability`` (a count) and ``price`` (money).

        ``held`` is how many carts hold, where they lower the availability. ``gently``: what asking for would refresh
        a cache of the store, and so disturb its surfaces, is left out.
        """
        ...

    def orders(self) -> tuple[Order, ...]:
        """All orders, cancelled ones included."""
        ...

    def confirmation(self, number: str) -> Confirmation | None:
        """What the record holds of one order; None if it does not know it."""
        ...

    def amounts(self, number: str) -> Mapping[str, Money]:
        """Further amounts of the order by source, such as what was charged."""
        ...

    def undo(self, kind: str, target: str) -> Undone:
        """Undo what a synthetic customer left; harmless when there is nothing (any more)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store with all that a run needs of it, put together by its platform.

    ``subjects`` are the products or slots by the role they play (``plenty``, ``sold out``, ...); ``means`` what a
    customer may use there (voucher, cards, gift card); ``around`` is what stands around it and can be asked.
    ``secrets`` are what must never be written down, credentials and cards.
    """

    name: str
    kind: str
    platform: str
    url: str
    locale: str
    currency: str
    writes: bool
    subjects: Mapping[str, tuple[Subject, ...]]
    means: Mapping[str, str] = field(repr=False)
    pages: Callable[[Session], Any]
    record: Record
    readers: tuple[Reader, ...]
    confirmers: tuple[Confirmer, ...]
    layers: tuple[Layer, ...]
    close: Callable[[], None]
    around: Around = field(default_factory=Around)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def surfaces(self) -> tuple[Surface, ...]:
        """The declarations of all its surfaces."""
        return tuple(reader.surface for reader in self.readers)

    def layer(self, name: str) -> Layer | None:
        """The layer of that name, if it is connected."""
        return next((layer for layer in self.layers if layer.name == name), None)


class Stage(Protocol):
    """Where journeys are performed: it opens browsers."""

    def session(self, email: str, marker: str) -> Session:
        """A browser for a synthetic customer, recognisable by the marker."""
        ...

    def visitor(self, marker: str) -> Visitor:
        """Somebody who looks at surfaces."""
        ...

    def companion(self, session: Any) -> Visitor:
        """Somebody who looks at surfaces with the eyes of the person whose session this stage opened."""
        ...

    def explain(self, error: Exception, session: Any = None) -> JourneyError:
        """What a failure in the browser means, and whose fault it is."""
        ...


class Watcher(Protocol):
    """Who is told how a run goes: a progress bar, a test report."""

    def began(self, heading: Heading) -> None:
        """A run begins."""
        ...

    def step_began(self, name: str) -> None:
        """A step begins: one of the journey, or one of the tester's own around it."""
        ...

    def step_ended(self, step: Step) -> None:
        """A step has ended."""
        ...

    def ended(self, result: Result, artifacts: Mapping[str, Path]) -> None:
        """The run is judged; ``artifacts`` are files worth keeping, by name."""
        ...


def fact_shown(surface: Surface, subject: Subject) -> Fact:
    """The fact that a surface shows when it is read for this subject."""
    return Fact(surface.fact, subject.key if surface.fact in ("availability", "price", "schedule") else "")
