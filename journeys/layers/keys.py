"""How a place writes the key of a cache: the key, and with ``@SECONDS`` after it how long entries live there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from journeys.run.ports import Copy

_LIFETIME: Final = re.compile(r"@(\d+(?:\.\d+)?)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key; ``lifetime_s`` is how long an entry lives from when it is stored, None where nobody says."""

    name: str
    lifetime_s: float | None = None

    def age_s(self, left_s: float) -> float | None:
        """How long an entry with so many seconds left has lain there; None where its lifetime is not known."""
        return None if self.lifetime_s is None else max(0.0, self.lifetime_s - left_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry that a cache holds: the bounds of its age and of what is left of it, None where not known."""

    name: str
    age_s: float | None
    left_s: float | None


def key(written: str) -> Key:
    """A key as a place writes it: ``name`` or ``name@seconds``."""
    lifetime = _LIFETIME.search(written)
    if lifetime is None:
        return Key(name=written)
    return Key(name=written[: lifetime.start()], lifetime_s=float(lifetime[1]))


def copy_of(entries: Iterable[Entry]) -> Copy | None:
    """What is true of whichever entry was shown: the least age and the least that is left; None without entries."""
    held = tuple(entries)
    if not held:
        return None
    ages = [entry.age_s for entry in held if entry.age_s is not None]
    left = [entry.left_s for entry in held if entry.left_s is not None]
    return Copy(
        age_s=min(ages) if len(ages) == len(held) else None,
        left_s=min(left) if len(left) == len(held) else None,
        words=f"holds {', '.join(entry.name for entry in held)}",
    )
