"""How unlikely it is that nobody buys for so long, or so few in a window, at a store whose usual rates are known; pure.

Orders come at random (Poisson) with the rate of their hour of the week, times how good the day is, times how wrong the
learnt rates may be. Those factors follow Gamma distributions, so counts follow negative binomial ones: honest tails,
which Poisson has not. What the day has brought so far tells how good it is; of the next day nothing is known yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from journeys.probes.sales.hours import HOURS_OF_DAY, Span, merged, midnight_after, zone_of
from journeys.probes.sales.mixture import LEAST_SPREAD, Part, chance_of
from journeys.probes.sales.profile import Profile, expected
from journeys.probes.sales.unlikely import LOOKING, Looking, Unlikely, within_a_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How good the day is in which a time begins, so far as that is known: a factor on the usual rates.

    ``spread`` is its relative variance. Days after it may be as good as ``later``, give or take ``later_spread``.
    """

    today: float
    spread: float
    later: float
    later_spread: float


def silence(
    profile: Profile,
    last_order_at: float,
    now: float,
    *,
    pace: Pace | None = None,
    left_out: Sequence[Span] = (),
    looking: Looking = LOOKING,
) -> Unlikely:
    """How probable it is that nobody buys from the last order until now; nothing is expected of what is left out."""
    return _judge("silence", profile, 0, Span(since=last_order_at, until=now), pace, left_out, looking, kinds=1)


def drop(
    profile: Profile,
    sold: int,
    window: Span,
    *,
    pace: Pace | None = None,
    left_out: Sequence[Span] = (),
    looking: Looking = LOOKING,
) -> Unlikely:
    """How probable it is that so few buy within a window; all windows that are looked at share the threshold."""
    return _judge("drop", profile, sold, window, pace, left_out, looking, kinds=max(1, len(looking.windows_s)))


def pace_of(profile: Profile, *, today: tuple[int, float] = (0, 0.0), week: tuple[int, float] = (0, 0.0)) -> Pace:
    """How good the day is, from what was sold and expected so far today, and in the days before.

    Gamma–Poisson: the factor was Gamma with mean 1 and the spread of days; n sold where m were expected make its shape
    larger by n, its rate by m. A slack week lowers what is expected of today. A good day (a promotion) does not raise
    it: its end would look like an outage.
    """
    spread = max(profile.day_spread, LEAST_SPREAD)
    shape = 1 / spread
    slack = min(1.0, (shape + week[0]) / (shape + week[1]))
    good = (shape + today[0]) / (shape / slack + today[1])
    return Pace(today=min(1.0, good), spread=1 / (shape + today[0]), later=slack, later_spread=spread)


def _judge(
    kind: str,
    profile: Profile,
    sold: int,
    window: Span,
    pace: Pace | None,
    left_out: Sequence[Span],
    looking: Looking,
    *,
    kinds: int,
) -> Unlikely:
    parts = _by_day(profile, window, pace or pace_of(profile), merged(left_out)) if profile.enough else ()
    probability = chance_of(sold, parts) if profile.enough else None
    chances = kinds * looking.chances(HOURS_OF_DAY * profile.rate_at(window.since))
    return Unlikely(
        kind=kind,
        noun=profile.noun,
        since=window.since,
        until=window.until,
        seen=sold,
        expected=sum(each.mean for each in parts),
        threshold=looking.threshold,
        probability=probability,
        per_day=None if probability is None else within_a_day(probability, chances),
        why=profile.lacks,
    )


def _by_day(profile: Profile, window: Span, pace: Pace, left_out: Sequence[Span]) -> tuple[Part, Part]:
    """The rest of the day in which the window begins, of which more is known, and the days after it."""
    ends = max(window.since, min(window.until, midnight_after(window.since, zone_of(profile.zone))))
    today = expected(profile, window.since, ends, left_out)
    later = expected(profile, ends, window.until, left_out)
    unsure = profile.level_spread
    return (
        Part(expected=today, factor=pace.today, spread=pace.spread + unsure),
        Part(expected=later, factor=pace.later, spread=pace.later_spread + unsure),
    )
