"""What is declared about an audit of bookings: how the other side writes them down, and how far around it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Shape(StrEnum):
    """How one side writes a booking of three places down."""

    BOOKING = "booking"
    """One record, which may say how many places."""
    PLACE = "place"
    """Three records, one a place."""
    SLOT = "slot"
    """One record for the whole slot, which says how many places are taken by all its bookings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All have defaults that suit a calendar with the store's order numbers in it.

    ``near_days`` is how far beyond the period both sides are read, so that a booking that was moved out of it is found
    there. ``shapes`` says by a source's name how it writes bookings down; whose is not said is found out from its
    records. ``export`` says how the store's own side does where it is an export and not its API: with PLACE all that it
    has of one order in one slot is one booking, whose places are summed. ``capacities`` declares how many places a slot
    has, by its key at the store or by its title.
    ``made_before``: of what the store booked or changed at that moment or later, and of what was written then at the
    other side alone, nothing is said, since what is passed on needs its time. ``shown`` is how many records of each
    side a discrepancy names at most.
    """

    near_days: int = 31
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    export: Shape | None = None
    capacities: Mapping[str, int] = field(default_factory=dict)
    made_before: datetime | None = None
    shown: int = 10

    def __post_init__(self) -> None:
        if not 0 <= self.near_days <= 3660:
            raise ValueError(f"near_days: {self.near_days} is not a number of days from 0 to 3660")
        if self.shown < 1:
            raise ValueError(f"shown: {self.shown} is less than 1")
        for name, places in self.capacities.items():
            if places < 0:
                raise ValueError(f"capacities.{name}: {places} places are fewer than none")
