"""Hours of the past that must not teach what is usual: silences that were outages, and days unlike all others; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

import numpy as np
from scipy.stats import nbinom

from journeys.probes.sales.hours import HOUR_S, HOURS_OF_DAY, HOURS_OF_WEEK, Span, merged, touched
from journeys.probes.sales.learning import HALF_LIFE_S, Hours, fit, hours_between
from journeys.probes.sales.profile import Profile
from journeys.probes.sales.silences import silence
from journeys.probes.sales.unlikely import THRESHOLD

HABIT: Final = 0.3
"""What makes up a larger share of what is known of an hour of the week is no exception, but a habit, and is learnt."""
_ROUNDS: Final = 2
_WORTH_ASKING: Final = 5.0


def learn(
    counts: Mapping[float, int],
    since: float,
    until: float,
    zone: str,
    *,
    incidents: Sequence[Span] = (),
    noun: str = "order",
    half_life_s: float = HALF_LIFE_S,
) -> Profile:
    """What is usual, from orders by hour (``counts_of``) since a moment; an hour that is missing had none.

    Left out are the ``incidents`` that are known, silences that were too unlikely, with an hour on either side, and
    days with far too many orders, such as a promotion; unless they come again: a shop that no longer opens on Sundays
    has no outage each week.
    """
    known = merged(incidents)
    left_out = known
    profile = fit(counts, since, until, zone, left_out=known, noun=noun, half_life_s=half_life_s)
    if not profile.enough:
        return profile
    hours = hours_between(counts, since, until, zone, half_life_s)
    for _ in range(_ROUNDS):
        strange = _seldom(hours, [*_silences(hours, profile, known), *_crowds(hours, profile, known)])
        found = merged([*known, *strange])
        if found == left_out:
            break
        left_out = found
        profile = fit(counts, since, until, zone, left_out=left_out, noun=noun, half_life_s=half_life_s)
    return profile


def _silences(hours: Hours, profile: Profile, known: Sequence[Span]) -> list[Span]:
    """Hours on end without any order that were too unlikely."""
    found = []
    for quiet, group in groupby(range(len(hours.starts)), key=lambda place: hours.counts[place] == 0):
        places = list(group)
        if not quiet or sum(profile.rates[hours.cells[each]] for each in places) < _WORTH_ASKING:
            continue
        span = Span(since=float(hours.starts[places[0]]), until=float(hours.starts[places[-1]]) + HOUR_S)
        if silence(profile, span.since, span.until, left_out=known).alarming:
            found.append(Span(since=span.since - HOUR_S, until=span.until + HOUR_S))
    return found


def _crowds(hours: Hours, profile: Profile, known: Sequence[Span]) -> list[Span]:
    """Days on which far more was sold than such a day should ever bring."""
    kept = np.array([not touched(start, known) for start in hours.starts], dtype=bool)
    days, place = np.unique(hours.days[kept], return_inverse=True)
    sold = np.bincount(place, hours.counts[kept])
    means = np.maximum(np.bincount(place, np.asarray(profile.rates)[hours.cells[kept]]), 1e-9)
    spread = profile.day_spread + profile.level_spread
    too_many = nbinom.sf(sold - 1, 1 / spread, 1 / (1 + means * spread)) < THRESHOLD
    crowded = set(days[too_many])
    return [
        Span(since=float(start), until=float(start) + HOUR_S)
        for start, day in zip(hours.starts, hours.days, strict=True)
        if day in crowded
    ]


def _seldom(hours: Hours, strange: Sequence[Span]) -> list[Span]:
    """The strange hours, without those of which too much of what is known of their hour of the week consists."""
    if not strange:
        return []
    spans = merged(strange)
    odd = np.array([touched(start, spans) for start in hours.starts], dtype=bool)
    share = _weights(hours, odd) / np.maximum(_weights(hours, np.ones_like(odd)), 1e-12)
    # Weekdays are judged as a whole, so that a crowded day is left out with its quiet hours as well.
    habit = share.reshape(7, HOURS_OF_DAY) > HABIT
    return [
        Span(since=float(start), until=float(start) + HOUR_S)
        for start, cell, is_odd in zip(hours.starts, hours.cells, odd, strict=True)
        if is_odd and not habit.ravel()[cell]
    ]


def _weights(hours: Hours, which: Any) -> Any:
    return np.bincount(hours.cells[which], hours.weights[which], HOURS_OF_WEEK)
