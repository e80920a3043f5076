"""A simulated German shop, its orders at random moments, and a watch kept over a month of them; time is compressed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from journeys.probes.sales import Span

ZONE: Final = "Europe/Berlin"
FIRST_DAY: Final = date(2026, 8, 10)  # a Monday; the clocks go back on the 25th of October, within the month
WEEKS_LEARNT: Final = 8
DAYS_WATCHED: Final = 30
PROMOTION: Final = 17  # the day of the month on which 2.5 times as much is sold
NIGHT: Final = (9, 2, 6)  # day of the month, from this hour to that one
NOON: Final = (23, 12, 18)
STEP_S: Final = 300.0

# Shares of the day in percent, at the middle of each hour: a trough at night, a peak in the evening.
OF_DAY: Final = (
    1.5, 0.8, 0.5, 0.4, 0.4, 0.7, 1.8, 3.0, 4.2, 5.0, 5.6, 5.6,
    5.5, 5.4, 5.3, 5.3, 5.5, 5.8, 6.3, 7.2, 8.4, 7.9, 5.2, 2.7,
)  # fmt: skip
OF_WEEK: Final = (1.10, 1.0, 1.0, 0.98, 0.9, 0.88, 1.14)
DAYS_DIFFER: Final = 0.20  # the coefficient of variation of days, beyond weekday and chance
GROWTH: Final = 0.01  # a week


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A shop with its orders: ``grid`` and ``due`` are the true expected orders up to each moment, outages or not."""

    times: Sequence[float]
    since: float
    begins: float
    ends: float
    outages: tuple[Span, ...]
    grid: Any
    due: Any

    def due_at(self, at: float) -> float:
        """How many orders the true rates would have brought by then."""
        return float(np.interp(at, self.grid, self.due))

    def earliest(self, outage: Span, orders: float) -> float:
        """When so many orders are due since the last one before the outage."""
        last = self.times[bisect_left(self.times, outage.since) - 1]
        return float(np.interp(self.due_at(last) + orders, self.due, self.grid))

    def last_before(self, at: float) -> float:
        """The last order before a moment."""
        return self.times[bisect_left(self.times, at) - 1]

    def first_after(self, at: float) -> float:
        """The first order at a moment or after it."""
        return self.times[bisect_left(self.times, at)]


def month(seed: int, orders_a_day: float) -> Month:
    """Eight weeks to learn from and thirty days to watch, with an outage at night and one at noon."""
    dice = np.random.default_rng(seed)
    days = 7 * WEEKS_LEARNT + DAYS_WATCHED
    since, begins, ends = midnight(0), midnight(7 * WEEKS_LEARNT), midnight(days)
    luck = dice.gamma(1 / DAYS_DIFFER**2, DAYS_DIFFER**2, days + 1)
    luck[7 * WEEKS_LEARNT + PROMOTION] *= 2.5
    grid = np.arange(since, ends, STEP_S)
    rates = orders_a_day * _shares(grid) * luck[[_day(at) for at in grid]]
    rates *= (1 + GROWTH) ** ((grid - begins) / (7 * 86400))
    each = dice.poisson(rates)
    times = np.sort(np.repeat(grid, each) + dice.random(each.sum()) * STEP_S)
    outages = tuple(_outage(*each) for each in (NIGHT, NOON))
    for outage in outages:
        times = times[(times < outage.since) | (times >= outage.until)]
    return Month(
        times=times.tolist(),
        since=since,
        begins=begins,
        ends=ends,
        outages=outages,
        grid=np.append(grid, ends),
        due=np.concatenate(([0.0], np.cumsum(rates))),
    )


def _shares(grid: Any) -> Any:
    """What share of an average day each step brings; between the middles of hours the rate changes steadily."""
    local = [datetime.fromtimestamp(at + STEP_S / 2, ZoneInfo(ZONE)) for at in grid]
    of_day = np.array(OF_DAY) / sum(OF_DAY)
    hours = np.array([each.hour + each.minute / 60 for each in local])
    middles = np.arange(-0.5, 25)
    rates = np.interp(hours, middles, np.concatenate((of_day[-1:], of_day, of_day[:1])))
    return rates * np.array([OF_WEEK[each.weekday()] for each in local]) * STEP_S / 3600


def midnight(day: int) -> float:
    """When a day began, counted from the first that is learnt from."""
    return datetime.combine(FIRST_DAY + timedelta(days=day), datetime.min.time(), ZoneInfo(ZONE)).timestamp()


def _day(at: float) -> int:
    return (datetime.fromtimestamp(at, ZoneInfo(ZONE)).date() - FIRST_DAY).days


def _outage(day: int, from_hour: int, to_hour: int) -> Span:
    begins = datetime.combine(FIRST_DAY + timedelta(days=7 * WEEKS_LEARNT + day), datetime.min.time(), ZoneInfo(ZONE))
    return Span(since=begins.replace(hour=from_hour).timestamp(), until=begins.replace(hour=to_hour).timestamp())
