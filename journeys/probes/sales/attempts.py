"""Attempts to buy or book that failed: how many are usual, and how unlikely it is that so many do; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np
from scipy.stats import betabinom

from journeys.probes.sales.hours import (
    DAY_S,
    HOUR_S,
    Span,
    day_of,
    merged,
    midnight_after,
    midnight_before,
    touched,
    zone_of,
)
from journeys.probes.sales.learning import HALF_LIFE_S
from journeys.probes.sales.outliers import HABIT
from journeys.probes.sales.profile import LEAST_DAYS, LEAST_ORDERS
from journeys.probes.sales.unlikely import FAILURES, LOOKING, Looking, Unlikely, within_a_day

_CERTAINTIES: Final = np.geomspace(2.0, 2000.0, 30)
_PRIOR: Final = 0.5  # Jeffreys: half a failure and half a success
_DAY: Final = Span(since=0.0, until=DAY_S)
_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """How many tried to buy or book in a time, and of how many nothing came."""

    tried: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualFailures:
    """The share of attempts that usually fails on a day: Beta-distributed with this mean and ``certainty`` (α + β)."""

    share: float
    certainty: float
    days: int
    tried: int
    noun: str = "booking"

    @property
    def lacks(self) -> str:
        """What of its history is not enough; empty when it is."""
        if self.days < LEAST_DAYS or self.tried < LEAST_ORDERS:
            return (
                f"not enough history: {self.tried} attempts on {self.days} days are known, and it takes at least"
                f" {LEAST_ORDERS} on {LEAST_DAYS:.0f}"
            )
        return ""


def by_day(
    tried: Mapping[float, int], failed: Mapping[float, int], zone: str, left_out: Sequence[Span] = ()
) -> tuple[Attempts, ...]:
    """The attempts of each local day that is wholly known, the earliest first, from those of its hours.

    Hours that a span which is left out touches are taken out of their day: maintenance in each night must not make all
    days unknown. A day of which more than half is left out teaches nothing.
    """
    place, spans, days = zone_of(zone), merged(left_out), []
    for _, group in groupby(sorted(tried), key=lambda start: day_of(start, place)):
        hours = list(group)
        noon = hours[len(hours) // 2] + HOUR_S / 2
        lasts = round((midnight_after(noon, place) - midnight_before(noon, place)) / HOUR_S)
        kept = [start for start in hours if not touched(start, spans)]
        if len(hours) == lasts and 2 * len(kept) >= lasts:
            days.append(Attempts(tried=sum(tried[each] for each in kept), failed=sum(failed[each] for each in kept)))
    return tuple(days)


def learn_failures(days: Sequence[Attempts], *, noun: str = "booking") -> UsualFailures:
    """What usually fails, without the days on which so many did that it was alarming, unless that is a habit.

    Those are looked for from the days with the smallest shares outwards (forward search), for two days of one outage
    would hide each other in what is learnt from all.
    """
    shares = [each.failed / max(each.tried, 1) for each in days]
    steady = sorted(range(len(days)), key=lambda place: shares[place])[: round((1 - HABIT) * len(days))]
    for _ in range(_ROUNDS):
        usual = usual_failures([days[each] for each in sorted(steady)], noun=noun)
        again = [place for place, each in enumerate(days) if not failures(usual, each, _DAY).alarming]
        if again == sorted(steady):
            break
        steady = again
    weights = _weights(len(days))
    habit = weights[steady].sum() < (1 - HABIT) * weights.sum()
    return usual_failures(days if habit else [days[each] for each in sorted(steady)], noun=noun)


def usual_failures(days: Sequence[Attempts], *, noun: str = "booking") -> UsualFailures:
    """What usually fails, from whole days without known incidents, the newest last; older ones count less.

    How far days differ beyond chance is estimated from them (beta-binomial): many failures on some days of the past
    make many failures less telling.
    """
    tried = np.array([each.tried for each in days], dtype=int)
    failed = np.array([each.failed for each in days], dtype=int)
    weights = _weights(len(days))
    share = float((_PRIOR + weights @ failed) / (2 * _PRIOR + weights @ tried)) if days else 0.5
    return UsualFailures(
        share=share,
        certainty=_certainty(tried, failed, weights, share),
        days=len(days),
        tried=int(tried.sum()),
        noun=noun,
    )


def failures(usual: UsualFailures, attempts: Attempts, window: Span, *, looking: Looking = LOOKING) -> Unlikely:
    """How probable it is that so many of the attempts in a window fail; all windows share the threshold.

    A window comes to hold k failures as often as it comes to hold fewer again: each time that one of the k leaves it,
    so k times in its length.
    """
    alpha, beta = usual.share * usual.certainty, (1 - usual.share) * usual.certainty
    known = not usual.lacks
    probability = float(np.clip(betabinom.sf(attempts.failed - 1, attempts.tried, alpha, beta), 0.0, 1.0))
    often = attempts.failed * DAY_S / (window.until - window.since)
    chances = max(1, len(looking.windows_s)) * looking.chances(often)
    return Unlikely(
        kind=FAILURES,
        noun=usual.noun,
        since=window.since,
        until=window.until,
        seen=attempts.failed,
        of=attempts.tried,
        expected=usual.share * attempts.tried,
        threshold=looking.threshold,
        probability=probability if known else None,
        per_day=within_a_day(probability, chances) if known else None,
        why=usual.lacks,
    )


def _weights(days: int) -> Any:
    return np.exp2((np.arange(days) - days + 1) * DAY_S / HALF_LIFE_S)


def _certainty(tried: Any, failed: Any, weights: Any, share: float) -> float:
    """As if so many attempts were known of each day's own share: the harmonic mean of the posterior on a grid.

    Never more than have been seen at all, so that little history stays unsure of itself.
    """
    if not len(tried):
        return 2 * _PRIOR
    told = [weights @ betabinom.logpmf(failed, tried, share * each, (1 - share) * each) for each in _CERTAINTIES]
    posterior = np.exp(np.array(told) - max(told))
    certainty = float(posterior.sum() / (posterior @ (1 / _CERTAINTIES)))
    return min(certainty, 2 * _PRIOR + float(weights @ tried))
