"""What is known of the request that is being answered: who asks, and which orders it placed."""

from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One request on its way through the store."""

    storefront: bool
    placed: list[int] = field(default_factory=list)


PASSAGE: ContextVar[Passage | None] = ContextVar("passage", default=None)
