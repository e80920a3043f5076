"""What stands around a store and can be asked: its neighbours, its organs, other vantage points, its settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from journeys.model import Answer, Entry, Subject


class Neighbour(Protocol):
    """A service that the store passes its sales or bookings on to, asked through that service's own API."""

    @property
    def name(self) -> str:
        """Its name in reports, such as ``payment ledger``."""
        ...

    @property
    def expects(self) -> tuple[str, ...]:
        """The kinds of entries that it should hold one of for each write that stands (``charge``, ``event``)."""
        ...

    @property
    def within_s(self) -> float:
        """How long passing on may take."""
        ...

    def entries(self, number: str, email: str) -> tuple[Entry, ...]:
        """All its entries about the order of this number or the customer of this address; StoreFault when it fails."""
        ...


class Organ(Protocol):
    """Something of the store that says how it is: its status page, its database."""

    @property
    def part(self) -> str:
        """Its name in reports, such as ``status page``."""
        ...

    def ask(self) -> tuple[bool | None, str]:
        """Whether it is well (None: it does not say), and what it says; never an exception."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one control request came to; see ``journeys.model.Vantage``."""

    part: str
    took_s: float
    status: int = 0
    failure: str = ""
    says: str = ""


class Outlook(Protocol):
    """A vantage point: somewhere from which, or an address at which, the store can be asked without a browser."""

    @property
    def name(self) -> str:
        """Its name in reports, such as ``customer's address``."""
        ...

    def look(self) -> tuple[Sighting, ...]:
        """One request of a page and one of a static file; never an exception."""
        ...


def _no_settings(subject: Subject) -> Mapping[str, str]:
    return {}


def _no_answers() -> tuple[Answer, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Everything around one store.

    ``intent`` is what its settings should be, by name, and ``settings`` what they are for a subject, by the same names.
    ``pulse`` are the organs that are asked all the while that a journey is on. ``answers`` gives what the store's
    backend APIs answered since it was last asked (``at`` is set by the run). Customers come by the first of the
    ``outlooks``. ``patience_s`` is how long a page may take to come.
    """

    neighbours: tuple[Neighbour, ...] = ()
    organs: tuple[Organ, ...] = ()
    pulse: tuple[Organ, ...] = ()
    outlooks: tuple[Outlook, ...] = ()
    intent: Mapping[str, str] = field(default_factory=dict, hash=False)
    settings: Callable[[Subject], Mapping[str, str]] = _no_settings
    answers: Callable[[], tuple[Answer, ...]] = _no_answers
    patience_s: float = 2.5
