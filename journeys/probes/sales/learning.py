"""Learning what is usual at a store from its orders hour by hour; pure.

A cell is one hour of the week. Its rate follows a Gamma distribution around (level × hour of day × weekday); how far
cells stray from that product is estimated from all of them (empirical Bayes), so a cell with little history is mostly
the product, one with much mostly itself. Older hours count less (exponential forgetting, Smith 1979; West and Harrison,
Bayesian Forecasting, chapter 10.8). How much days differ beyond chance comes from their totals (negative binomial), and
lowers what each count tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.special import gammaln

from journeys.probes.sales.hours import (
    DAY_S,
    HOURS_OF_DAY,
    HOURS_OF_WEEK,
    Span,
    day_of,
    hour_of_week,
    merged,
    touched,
    whole_hours,
    zone_of,
)
from journeys.probes.sales.profile import Profile

HALF_LIFE_S: Final = 28 * DAY_S
"""An hour counts half as much as one of four weeks later."""
HORIZON_S: Final = 26 * 7 * DAY_S
"""Nothing older is looked at: it would count for 1 %."""

_PRIOR: Final = 0.5  # orders that each hour of day and weekday is believed to have had, as in the average hour
_STRAYING: Final = np.geomspace(0.002, 2.0, 24)  # relative variances of cells around the product
_DAYS_DIFFER: Final = np.geomspace(0.001, 1.0, 40)
_FIRST_DAY_SPREAD: Final = 0.05
_ROUNDS: Final = 3
_BALANCING: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Whole hours in order: how many orders each had, its hour of the week, its day, and how much it counts."""

    starts: Any
    counts: Any
    cells: Any
    days: Any
    weights: Any

    def without(self, keep: Any) -> Hours:
        """Only those hours."""
        return Hours(
            starts=self.starts[keep],
            counts=self.counts[keep],
            cells=self.cells[keep],
            days=self.days[keep],
            weights=self.weights[keep],
        )


def fit(
    counts: Mapping[float, int],
    since: float,
    until: float,
    zone: str,
    *,
    left_out: Sequence[Span] = (),
    noun: str = "order",
    half_life_s: float = HALF_LIFE_S,
) -> Profile:
    """The profile of the whole hours between two moments, except those that a span which is left out touches.

    ``counts`` are orders by when their hour began (``counts_of``); an hour that is missing had none.
    """
    spans = merged(left_out)
    hours = hours_between(counts, since, until, zone, half_life_s)
    kept = hours.without(np.array([not touched(start, spans) for start in hours.starts], dtype=bool))
    day_spread, rates, spreads = _FIRST_DAY_SPREAD, np.zeros(HOURS_OF_WEEK), np.ones(HOURS_OF_WEEK)
    for _ in range(_ROUNDS if len(kept.counts) else 0):
        rates, spreads = _rates(kept, day_spread)
        day_spread = _day_spread(kept, rates)
    orders = int(kept.counts.sum())
    total = float(kept.weights @ kept.counts) if orders else 0.0
    return Profile(
        zone=zone,
        noun=noun,
        rates=tuple(map(float, rates)),
        spreads=tuple(map(float, spreads)),
        level_spread=float(1 / (_PRIOR + _told(total, _weighed_days(kept), day_spread))),
        day_spread=day_spread,
        days=len(kept.counts) / HOURS_OF_DAY,
        orders=orders,
        until=until,
        left_out=spans,
    )


def hours_between(counts: Mapping[float, int], since: float, until: float, zone: str, half_life_s: float) -> Hours:
    """The whole hours between two moments, as far as they are not too old to count."""
    place = zone_of(zone)
    starts = list(whole_hours(max(since, until - HORIZON_S), until, place))
    array = np.array(starts, dtype=float)
    return Hours(
        starts=array,
        counts=np.array([counts.get(start, 0) for start in starts], dtype=float),
        cells=np.array([hour_of_week(start, place) for start in starts], dtype=int),
        days=np.array([day_of(start, place) for start in starts], dtype=int),
        weights=np.exp2(-(until - array) / half_life_s),
    )


def _rates(hours: Hours, day_spread: float) -> tuple[Any, Any]:
    """The rate of each cell and its relative variance."""
    sold, seen = (_by_cell(hours.cells, each) for each in (hours.weights * hours.counts, hours.weights))
    product, surely = _product(sold, seen, day_spread)
    straying = _straying(sold, seen, product, day_spread, _scale(hours.weights))
    shape = 1 / (straying + 1 / surely)
    # Days that differ make a count tell less: it counts as if fewer orders in less time had been seen.
    share = np.divide(_told(sold, seen, day_spread), sold, out=np.ones_like(sold), where=sold > 0)
    shape_after = shape + share * sold
    return (shape_after / (shape / product + share * seen)).ravel(), (1 / shape_after).ravel()


def _product(sold: Any, seen: Any, day_spread: float) -> tuple[Any, Any]:
    """Level × hour of day × weekday, by proportional fitting; and how many orders each of them rests on."""
    level = (sold.sum() + _PRIOR) / max(seen.sum(), 1.0)
    of_day, of_week = np.ones(HOURS_OF_DAY), np.ones(7)
    for _ in range(_BALANCING):
        of_day = (_PRIOR + sold.sum(axis=0)) / (_PRIOR + level * (of_week @ seen))
        of_week = (_PRIOR + sold.sum(axis=1)) / (_PRIOR + level * (seen @ of_day))
    nights = seen.sum(axis=0)
    hours_rest = _PRIOR + _told(sold.sum(axis=0), nights, day_spread)
    weekdays_rest = _PRIOR + _told(sold.sum(axis=1), seen.max(axis=1), day_spread)
    return level * np.outer(of_week, of_day), 1 / (1 / hours_rest[None, :] + 1 / weekdays_rest[:, None])


def _straying(sold: Any, seen: Any, product: Any, day_spread: float, scale: float) -> float:
    """How far cells stray from the product beyond chance: the mean of the posterior on a grid."""
    there = seen > 0
    counts, means = sold[there] * scale, (product * seen)[there] * scale
    beyond = day_spread / np.maximum(seen[there] * scale, 1.0)
    likelihoods = np.array([_negative_binomial(counts, means, each + beyond).sum() for each in _STRAYING])
    return _posterior_mean(_STRAYING, likelihoods)


def _day_spread(hours: Hours, rates: Any) -> float:
    """How much days differ beyond chance; the weekdays that were fitted to them are degrees of freedom lost."""
    _, day = np.unique(hours.days, return_inverse=True)
    sold = np.bincount(day, hours.counts)
    means = np.maximum(np.bincount(day, rates[hours.cells]), 1e-9)
    weights = np.bincount(day, hours.weights) / np.bincount(day)
    likelihoods = np.array([weights @ _negative_binomial(sold, means, each) for each in _DAYS_DIFFER])
    many = weights.sum() ** 2 / (weights**2).sum()
    return float(_posterior_mean(_DAYS_DIFFER, likelihoods) * many / max(many - 7, 1.0))


def _negative_binomial(counts: Any, means: Any, spread: Any) -> Any:
    """Its log density where counts, being weighted, need not be whole; without the part that is the same for all."""
    shape = 1 / spread
    return (
        gammaln(counts + shape)
        - gammaln(shape)
        - shape * np.log1p(means / shape)
        + counts * np.log(means / (means + shape))
    )


def _posterior_mean(grid: Any, likelihoods: Any) -> float:
    weights = np.exp(likelihoods - likelihoods.max())
    return float(weights @ grid / weights.sum())


def _told(sold: Any, days: Any, day_spread: float) -> Any:
    """How many orders of equal days would tell as much as these of days that differ."""
    return sold / (1 + day_spread * sold / np.maximum(days, 1e-9))


def _by_cell(cells: Any, weights: Any) -> Any:
    return np.bincount(cells, weights, HOURS_OF_WEEK).reshape(7, HOURS_OF_DAY)


def _scale(weights: Any) -> float:
    """From weighted hours to as many equal ones as tell the same (Kish's effective size)."""
    return float(weights.sum() / (weights**2).sum())


def _weighed_days(hours: Hours) -> float:
    return float(hours.weights.sum()) / HOURS_OF_DAY
