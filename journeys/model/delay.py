"""How long writes take to arrive at a surface: intervals gathered over many runs, their quantiles and shares."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, inf, lgamma, log
from typing import Final

QUANTILES: Final = (0.50, 0.95, 0.99)
WITHIN_S: Final = (1.0, 5.0, 60.0)
_TAIL: Final = 0.025  # on either side of a 95 % confidence interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """One write at one surface: how many seconds after the ack the old value was last seen, and gone for good.

    ``high`` is None (censored) when the old value still stood there at the last reading that counts.
    """

    low: float
    high: float | None

    @property
    def end(self) -> float:
        """The upper end; a censored one is larger than everything."""
        return inf if self.high is None else self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """A quantile of delays, in seconds: somewhere in [low, high], ``high`` None when it is censored.

    ``confidence`` is its 95 % confidence interval, distribution-free, from order statistics (Hahn and Meeker,
    Statistical Intervals, chapter 5); its upper end None when that is censored, all of it None when there are too few.
    """

    share: float
    low: float
    high: float | None
    confidence: tuple[float, float | None] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of ``of`` writes were lastingly shown within so many seconds of their ack.

    ``unsure`` are those of which it cannot be said: that moment lies inside their interval or after their last reading.
    """

    within_s: float
    shown: int
    unsure: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """The delays of one kind of fact at one surface of one store, of at least one write."""

    store: str
    fact: str
    surface: str
    each: tuple[Delay, ...]

    @property
    def censored(self) -> int:
        """Of how many writes the end was not seen."""
        return sum(delay.high is None for delay in self.each)

    def quantile(self, share: float) -> Quantile:
        """The smallest delay that this share of the writes did not exceed."""
        number = len(self.each)
        lows, ends = sorted(delay.low for delay in self.each), sorted(delay.end for delay in self.each)
        place = max(1, ceil(share * number - 1e-9))
        between = _places(number, share)
        return Quantile(
            share=share,
            low=lows[place - 1],
            high=_finite(ends[place - 1]),
            # Outwards on both sides, so that how finely it was polled is part of the interval.
            confidence=(lows[between[0] - 1], _finite(ends[between[1] - 1])) if between else None,
        )

    def within(self, seconds: float) -> Share:
        """How many of the writes were lastingly shown within so many seconds of their ack."""
        return Share(
            within_s=seconds,
            shown=sum(delay.end <= seconds for delay in self.each),
            unsure=sum(delay.low < seconds < delay.end for delay in self.each),
            of=len(self.each),
        )


def enough_for(share: float) -> int:
    """How many writes it takes until this quantile has a 95 % confidence interval."""
    number = 1
    while _places(number, share) is None:
        number += 1
    return number


def _places(number: int, share: float) -> tuple[int, int] | None:
    """The places, from 1, of the two order statistics that hold the quantile between them 95 times in 100."""
    below, lower, upper = 0.0, 0, None
    for successes in range(number):
        below += _binomial(number, successes, share)
        if below <= _TAIL:
            lower = successes + 1
        if upper is None and 1 - below <= _TAIL:
            upper = successes + 1
    return (lower, upper) if lower and upper else None


def _binomial(number: int, successes: int, share: float) -> float:
    """The probability of so many successes; by logarithms, because the factors of many writes fit into no float."""
    ways = lgamma(number + 1) - lgamma(successes + 1) - lgamma(number - successes + 1)
    return exp(ways + successes * log(share) + (number - successes) * log(1 - share))


def _finite(seconds: float) -> float | None:
    return None if seconds == inf else seconds
