"""What is unusual at a store right now: the silence since its last order, and what was sold in the last hours; pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import log
from typing import Final

from journeys.probes.sales.hours import DAY_S, HOUR_S, Span, merged, midnight_before, zone_of
from journeys.probes.sales.profile import Profile, expected
from journeys.probes.sales.silences import Pace, drop, pace_of, silence
from journeys.probes.sales.unlikely import LOOKING, Looking, Unlikely

RECENT_S: Final = 8 * DAY_S
"""How far back the times of orders have to reach, so that today's pace can be told."""


def unusual(
    profile: Profile,
    times: Sequence[float],
    now: float,
    *,
    incidents: Sequence[Span] = (),
    left_out: Sequence[Span] = (),
    looking: Looking = LOOKING,
) -> tuple[Unlikely, ...]:
    """How unlikely the silence is, and what was sold in each window, the silence first.

    ``times`` are the moments of the orders of the last ``RECENT_S``, the earliest first, and of the last one before if
    there are none. Nothing at all is expected of what is ``left_out``, such as maintenance. Windows expect nothing of
    ``incidents`` either, nor of silences that were alarming, so that an outage is not found again in each window after
    its end. But whatever else is amiss, that nobody buys is told: an incident may be a small one, and last for days.
    """
    past = times[: bisect_right(times, now)]
    last = past[-1] if past else profile.until
    known = merged([*left_out, *incidents, *profile.left_out])
    silent = silence(
        profile, last, now, pace=pace_at(profile, past, last, known), left_out=merged(left_out), looking=looking
    )
    quiet = _alarming_gaps(profile, past, left_out, looking)
    if silent.alarming:
        quiet.append(Span(since=last, until=now))
    outages = merged([*left_out, *incidents, *quiet])
    return (silent, *(_drop(profile, past, now - each, now, outages, looking) for each in looking.windows_s))


def pace_at(profile: Profile, times: Sequence[float], at: float, left_out: Sequence[Span]) -> Pace:
    """How good the day is that ``at`` lies in, from its orders before and those of the seven days before it.

    ``left_out`` do not overlap.
    """
    midnight = midnight_before(at, zone_of(profile.zone))
    today = _sold(times, midnight, at, left_out), expected(profile, midnight, at, left_out).mean
    first = min(midnight, max(midnight - 7 * DAY_S, times[0] if times else midnight))
    week = _sold(times, first, midnight, left_out), expected(profile, first, midnight, left_out).mean
    return pace_of(profile, today=today, week=week)


def _drop(
    profile: Profile, times: Sequence[float], since: float, until: float, outages: Sequence[Span], looking: Looking
) -> Unlikely:
    pace = pace_at(profile, times, since, merged([*outages, *profile.left_out]))
    sold = _sold(times, since, until, outages)
    return drop(profile, sold, Span(since=since, until=until), pace=pace, left_out=outages, looking=looking)


def _alarming_gaps(profile: Profile, times: Sequence[float], left_out: Sequence[Span], looking: Looking) -> list[Span]:
    """The silences between two orders that somebody was told of, or should have been."""
    least = -log(looking.threshold)  # with fewer orders expected no silence is so unlikely, however steady the store
    busiest = max(profile.rates) / HOUR_S
    return [
        Span(since=a, until=b)
        for a, b in pairwise(times)
        if (b - a) * busiest > least
        and expected(profile, a, b).mean > least
        and silence(profile, a, b, left_out=left_out, looking=looking).alarming
    ]


def _sold(times: Sequence[float], since: float, until: float, left_out: Sequence[Span]) -> int:
    """How many of the moments lie in [since, until), those inside of spans left out not counted."""
    many = bisect_left(times, until) - bisect_left(times, since)
    for each in left_out:
        begin, end = max(since, each.since), min(until, each.until)
        if begin < end:
            many -= bisect_left(times, end) - bisect_right(times, begin)
    return many
