"""What a journey is: prose about a customer, with what it is judged by and what it needs of a store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LOOKING = ("completion", "agreement")
BUYING = (
    "completion",
    "confirmation",
    "conservation",
    "freshness",
    "agreement",
    "monotonic_reads",
    "own_writes",
    "money",
)
CANCELLING = BUYING
REFUSED = ("completion", "refusal")
RACING = ("completion", "one_winner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A journey; ``role`` is the part that its subject plays in the store (``plenty``, ``sold out``)."""

    name: str
    title: str
    store: type
    role: str
    checks: tuple[str, ...]
    body: Callable[..., None]
    about: str = ""

    @property
    def kind(self) -> str:
        """The kind of store it is gone in, such as ``shop``."""
        return self.store.__name__.lower()

    @property
    def writes(self) -> bool:
        """Whether it may leave anything in the store."""
        return self.checks != LOOKING


def journey(
    title: str, *, store: type, subject: str = "plenty", checks: tuple[str, ...] = BUYING
) -> Callable[[Callable[..., None]], Journey]:
    """Make a function ``(run, store, customer)`` a journey of that kind of store, named after the function."""

    def make(body: Callable[..., None]) -> Journey:
        about = (body.__doc__ or "").strip()
        return Journey(
            name=body.__name__, title=title, store=store, role=subject, checks=checks, body=body, about=about
        )

    return make
