"""The probability of so few orders where rates are unsure: Poisson distributions mixed over Gamma factors; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any, Final

import numpy as np
from scipy.stats import gamma, nbinom, norm

from journeys.probes.sales.profile import Expected

LEAST_SPREAD: Final = 1e-6
"""Nothing is known better than to this relative variance."""
_NOTHING: Final = 1e-9  # orders expected; its square is still a number
_DEVIATES: Final = np.linspace(-6.0, 6.0, 97)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a time with a factor of its own on what is expected, known to a relative variance of ``spread``."""

    expected: Expected
    factor: float
    spread: float

    @property
    def mean(self) -> float:
        """The orders expected of it."""
        return self.factor * self.expected.mean


def chance_of(sold: int, parts: Sequence[Part]) -> float:
    """The probability of so few orders, or fewer, in all parts of a time together.

    Of none at all it is exact for the model, so it never grows with time. The sum of several unsure rates is taken for
    one negative binomial distribution of the same mean and variance.
    """
    parts = [each for each in parts if each.mean > _NOTHING]
    if not parts:
        return 1.0
    if not sold:
        return prod(_of_none(each) for each in parts)
    mean = sum(each.mean for each in parts)
    variance = sum(each.mean**2 * (each.spread + each.expected.spread) for each in parts)
    spread = max(variance / mean**2, LEAST_SPREAD)
    return float(nbinom.cdf(sold, 1 / spread, 1 / (1 + mean * spread)))


def _of_none(part: Part) -> float:
    """P(no order): for each factor the chances of the hours, whose rates are unsure each by itself, multiply."""
    factors, weights = _gamma(part.spread)
    means, spreads = np.asarray(part.expected.means), np.maximum(np.asarray(part.expected.spreads), LEAST_SPREAD)
    each = nbinom.logpmf(0, 1 / spreads, 1 / (1 + part.factor * np.outer(factors, means * spreads)))
    return float(min(1.0, weights @ np.exp(each.sum(axis=1))))


@lru_cache(maxsize=256)
def _gamma(spread: float) -> tuple[Any, Any]:
    """A Gamma distribution of mean 1 and this variance as points with weights, dense enough for its far tail."""
    shape = 1 / max(spread, LEAST_SPREAD)
    between = norm.cdf((_DEVIATES[1:] + _DEVIATES[:-1]) / 2)
    weights = np.diff(np.concatenate(([0.0], between, [1.0])))
    return gamma.ppf(norm.cdf(_DEVIATES), shape, scale=1 / shape), weights
