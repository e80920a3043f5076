"""How many runs and changes were good, bad, or neither for certain, from what the history counted of them; pure.

Runs that passed are good, failed ones bad. Unknown, broken, skipped and interrupted ones say nothing of the store, and
never count against it. A change is good if it was visible within the time promised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from journeys.probes.outcome import Arrival, Outcome, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many were good, how many bad, and of how many it cannot be said (``unsure``)."""

    good: int = 0
    bad: int = 0
    unsure: int = 0

    @property
    def of(self) -> int:
        """All of them."""
        return self.good + self.bad + self.unsure

    def __add__(self, other: Tally) -> Tally:
        return Tally(good=self.good + other.good, bad=self.bad + other.bad, unsure=self.unsure + other.unsure)


class HourOfRuns(Protocol):
    """How the ticks of one hour ended, as the history counts them."""

    @property
    def states(self) -> Mapping[State, int]:
        """How many ended in each state."""
        ...


class HourOfArrivals(Protocol):
    """How long the changes of one hour took to a surface, as the history counts them."""

    @property
    def counts(self) -> Mapping[float, int]:
        """How many had arrived within so many seconds, and not within the next smaller bound."""
        ...

    @property
    def censored(self) -> int:
        """How many took longer than all bounds, or were never seen to arrive."""
        ...


def runs_by_hour(hours: Iterable[HourOfRuns]) -> Tally:
    """The runs of whole hours."""
    states = [each.states for each in hours]
    return Tally(
        good=sum(each.get(State.PASSED, 0) for each in states), bad=sum(each.get(State.FAILED, 0) for each in states)
    )


def runs(outcomes: Iterable[Outcome]) -> Tally:
    """Runs one by one."""
    states = [each.state for each in outcomes]
    return Tally(good=states.count(State.PASSED), bad=states.count(State.FAILED))


def arrivals_by_hour(hours: Iterable[HourOfArrivals], within_s: float) -> Tally:
    """The changes of whole hours; the unsure are those counted between two bounds that have ``within_s`` between them.

    The history counts by when the old value was gone for certain, so of a change that was still looked for at that very
    moment it is said that it was late. One that was never seen to arrive was late.
    """
    return _sum(_hour(each, within_s) for each in hours)


def arrivals(each: Iterable[Arrival], within_s: float) -> Tally:
    """Changes one by one; unsure are those whose interval has that moment inside, censored ones were late."""
    return _sum(_arrival(one, within_s) for one in each)


def _hour(hour: HourOfArrivals, within_s: float) -> Tally:
    bounds = sorted(hour.counts)
    between = {high for low, high in pairwise((0.0, *bounds)) if low < within_s < high}
    good = sum(hour.counts[each] for each in bounds if each <= within_s)
    unsure = sum(hour.counts[each] for each in between)
    return Tally(good=good, bad=sum(hour.counts.values()) - good - unsure + hour.censored, unsure=unsure)


def _arrival(one: Arrival, within_s: float) -> Tally:
    if one.high_s is not None and one.high_s <= within_s:
        return Tally(good=1)
    if one.high_s is not None and one.low_s < within_s:
        return Tally(unsure=1)
    return Tally(bad=1)


def _sum(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())
