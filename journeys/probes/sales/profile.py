"""What is usual at a store: its rate of orders in each hour of the week, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from journeys.probes.sales.hours import HOUR_S, Span, hour_of_week, parts, zone_of

LEAST_DAYS: Final = 14.0
"""With fewer days nothing is said: each hour of the week has to be seen twice."""
LEAST_ORDERS: Final = 50
"""With fewer orders nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The usual rates of a store, learnt at the moment ``until``.

    ``rates`` are orders an hour for each hour of the week (Monday 0 o'clock first, in ``zone``). Each rate is known to
    a relative variance of ``spreads``, each by itself, and all together of ``level_spread``; and days differ from each
    other by ``day_spread``, all hours of a day together. ``days`` and ``orders`` are what it rests on, and
    ``left_out`` what it does not: outages, and days unlike all others. ``noun`` is what is counted.
    """

    zone: str
    rates: tuple[float, ...]
    spreads: tuple[float, ...]
    level_spread: float
    day_spread: float
    days: float
    orders: int
    until: float
    left_out: tuple[Span, ...] = ()
    noun: str = "order"

    @property
    def enough(self) -> bool:
        """Whether it rests on enough history to say that anything is unusual."""
        return not self.lacks

    @property
    def lacks(self) -> str:
        """What of its history is not enough, and of what it needs how much; empty when it is."""
        if self.days < LEAST_DAYS:
            return f"not enough history: {self.days:.0f} of at least {LEAST_DAYS:.0f} days are known"
        if self.orders < LEAST_ORDERS:
            return f"not enough history: {self.orders} of at least {LEAST_ORDERS} {self.noun}s are known"
        return ""

    def rate_at(self, at: float) -> float:
        """The usual orders an hour at a moment."""
        return self.rates[hour_of_week(at - HOUR_S / 2, zone_of(self.zone))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How many orders a time usually brings: by hour of the week, and how surely each of these is known."""

    means: tuple[float, ...]
    spreads: tuple[float, ...]

    @property
    def mean(self) -> float:
        """All of them together."""
        return sum(self.means)

    @property
    def spread(self) -> float:
        """The relative variance of their sum, each of them being unsure by itself."""
        variance = sum(mean * mean * spread for mean, spread in zip(self.means, self.spreads, strict=True))
        square = self.mean**2  # of a mean that is all but nothing it is nothing
        return variance / square if square else 0.0


def expected(profile: Profile, since: float, until: float, left_out: Sequence[Span] = ()) -> Expected:
    """What the profile expects between two moments, without the spans (which do not overlap) that are left out.

    The same hour of two weeks has the same unknown rate, so it is one entry.
    """
    zone = zone_of(profile.zone)
    means: defaultdict[int, float] = defaultdict(float)
    for start, lasts_s in parts(since, until, zone, left_out):
        of_week = hour_of_week(start, zone)
        means[of_week] += profile.rates[of_week] * lasts_s / HOUR_S
    return Expected(means=tuple(means.values()), spreads=tuple(profile.spreads[each] for each in means))
