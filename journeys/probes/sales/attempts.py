"""Attempts to buy or book that failed: how many are usual, and how unlikely it is that so many do; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.stats import betabinom

from journeys.probes.sales.hours import DAY_S, Span
from journeys.probes.sales.learning import HALF_LIFE_S
from journeys.probes.sales.profile import LEAST_DAYS, LEAST_ORDERS
from journeys.probes.sales.unlikely import LOOKING, Looking, Unlikely, within_a_day

_CERTAINTIES: Final = np.geomspace(2.0, 2000.0, 30)
_PRIOR: Final = 0.5  # Jeffreys: half a failure and half a success


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


def usual_failures(days: Sequence[Attempts], *, noun: str = "booking") -> UsualFailures:
    """What usually fails, from whole days without known incidents, the newest last; older ones count less.

    How far days differ beyond chance is estimated from them (beta-binomial): many failures on some days of the past
    make many failures less telling.
    """
    tried = np.array([each.tried for each in days], dtype=int)
    failed = np.array([each.failed for each in days], dtype=int)
    weights = np.exp2((np.arange(len(days)) - len(days) + 1) * DAY_S / HALF_LIFE_S)
    share = float((_PRIOR + weights @ failed) / (2 * _PRIOR + weights @ tried)) if days else 0.5
    return UsualFailures(
        share=share,
        certainty=_certainty(tried, failed, weights, share),
        days=len(days),
        tried=int(tried.sum()),
        noun=noun,
    )


def failures(usual: UsualFailures, attempts: Attempts, window: Span, *, looking: Looking = LOOKING) -> Unlikely:
    """How probable it is that so many of the attempts in a window fail."""
    alpha, beta = usual.share * usual.certainty, (1 - usual.share) * usual.certainty
    known = not usual.lacks
    probability = float(np.clip(betabinom.sf(attempts.failed - 1, attempts.tried, alpha, beta), 0.0, 1.0))
    chances = looking.chances(usual.tried / max(usual.days, 1))
    return Unlikely(
        kind="failures",
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
