"""A watch kept over a simulated month: when each outage was found, and what was cried for nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from scipy.stats import poisson
from simulated_shop import ZONE, Month

from journeys.probes.outcome import Found, Outcome, State
from journeys.probes.sales import (
    RECENT_S,
    Looking,
    Profile,
    Severity,
    Span,
    Unlikely,
    conclude,
    counts_of,
    expected,
    learn,
    pace_at,
    silence,
    unusual,
)
from journeys.probes.sales.hours import DAY_S, HOUR_S

LOOKING: Final = Looking(every_s=60.0)
_WORTH_ASKING: Final = 6.0  # expected orders; with fewer P is above 0.1 % for certain, as e⁻⁶ is
_ONE_DROP_S: Final = 6 * HOUR_S  # looks at a drop that are no further apart are one


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """A silence that became ``suspicious``, and perhaps ``alarming``, and the outage that it met with, if any."""

    suspicious: Unlikely
    alarming: Unlikely | None
    outage: Span | None

    @property
    def found_by_test(self) -> float | None:
        """When the outage was found by the synthetic order that was placed on suspicion; None if it went through."""
        if self.outage is None:
            return None
        now = max(self.suspicious.until, self.outage.since)
        decision = conclude(self.suspicious, synthetic_order(now, fails=now < self.outage.until))
        return now if decision is not None and decision.severity is Severity.PAGE else None

    @property
    def found_alone(self) -> float | None:
        """When somebody would have been told without any synthetic order."""
        return None if self.outage is None or self.alarming is None else max(self.alarming.until, self.outage.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """All that was unusual in a month: silences, and drops in which there was no outage."""

    silences: tuple[Quiet, ...]
    false_drops: int

    def of(self, outage: Span) -> Quiet | None:
        """The silence in which an outage was met with."""
        return next((each for each in self.silences if each.outage == outage), None)

    @property
    def false_suspicions(self) -> int:
        """Silences by chance that cost a synthetic order; who alarms at P < 0.1 % cries wolf as often."""
        return sum(each.outage is None for each in self.silences)

    @property
    def false_alerts(self) -> int:
        """Silences by chance of which somebody is told."""
        return sum(each.outage is None and each.alarming is not None for each in self.silences)


def watch(month: Month, *, relearn_days: int = 1, drops_every_s: float = 0.0) -> Watched:
    """Look each minute at how long nobody has bought; learn anew every so many days; look for drops, if at all."""
    silences: list[Quiet] = []
    drops: list[float] = []
    begins = np.arange(month.begins, month.ends - DAY_S / 2, relearn_days * DAY_S)
    for begin, end in pairwise([*begins, month.ends]):
        profile = _learnt(month, begin)
        silences += _silences(month, profile, begin, end)
        if drops_every_s:
            drops += _false_drops(month, profile, np.arange(begin, end, drops_every_s))
    apart = sum(later - earlier > _ONE_DROP_S for earlier, later in pairwise([-DAY_S, *drops]))
    return Watched(silences=tuple(silences), false_drops=apart)


def synthetic_order(now: float, *, fails: bool) -> Outcome:
    """What becomes of an order that the tester places."""
    stuck = Found(check="completion", verdict="fail", surface="", fact="", explanation="step 'pay' failed: HTTP 503")
    return Outcome(
        key=f"checkout@{now}", probe="checkout", store="shop", journey="guest checkout", location="here",
        state=State.FAILED if fails else State.PASSED, due=now, began=now, ended=now + 10,
        findings=(stuck,) if fails else (),
    )  # fmt: skip


def _learnt(month: Month, now: float) -> Profile:
    times = month.times[: bisect_left(month.times, now)]
    return learn(counts_of(times, ZoneInfo(ZONE)), month.since, now, ZONE)


def _silences(month: Month, profile: Profile, begin: float, end: float) -> Iterator[Quiet]:
    """The silences that began in a time and became suspicious."""
    first, last = bisect_left(month.times, begin), bisect_left(month.times, end)
    busiest = max(profile.rates) / HOUR_S
    for a, b in pairwise(month.times[first : last + 1]):
        if (b - a) * busiest > _WORTH_ASKING and expected(profile, a, b).mean > _WORTH_ASKING:
            looks = _looks(month, profile, a, b)
            suspicious = _first(looks, lambda each: each.suspicious)
            if suspicious is not None:
                outage = next((each for each in month.outages if a < each.until and each.since < b), None)
                alarming = _first(looks, lambda each: each.alarming)
                yield Quiet(suspicious=suspicious, alarming=alarming, outage=outage)


def _looks(month: Month, profile: Profile, last: float, following: float) -> Sequence[Callable[[], Unlikely]]:
    """What each look at a silence says, to be asked for."""
    pace = pace_at(profile, _recent(month.times, last), last, profile.left_out)
    minutes = np.arange(np.ceil(last / LOOKING.every_s) * LOOKING.every_s, following, LOOKING.every_s)
    return [lambda at=float(at): silence(profile, last, at, pace=pace, looking=LOOKING) for at in minutes]


def _first(looks: Sequence[Callable[[], Unlikely]], is_so: Callable[[Unlikely], bool]) -> Unlikely | None:
    """The first look that says so; a silence never becomes likelier, so that halving finds it."""
    place = bisect_left(looks, True, key=lambda look: is_so(look()))
    return looks[place]() if place < len(looks) else None


def _false_drops(month: Month, profile: Profile, looks: np.ndarray) -> list[float]:
    """Looks at which some window alarms that had no outage in it."""
    return [
        float(now)
        for now in looks[_may_alarm(month, profile, looks)]
        for each in unusual(profile, _recent(month.times, now), now, looking=LOOKING)[1:]
        if each.alarming and not any(each.since < out.until and out.since < each.until for out in month.outages)
    ]


def _may_alarm(month: Month, profile: Profile, looks: np.ndarray) -> np.ndarray:
    """At which looks some window is so empty that it could alarm, even with Poisson's thin tail: to save time."""
    hours = np.arange(looks[0] - 2 * DAY_S, looks[-1] + 2 * HOUR_S, HOUR_S)
    due = np.concatenate(([0.0], np.cumsum([profile.rate_at(each) for each in hours[:-1]])))
    rare = np.zeros(len(looks), dtype=bool)
    for window in LOOKING.windows_s:
        sold = np.searchsorted(month.times, looks) - np.searchsorted(month.times, looks - window)
        mean = np.interp(looks, hours, due) - np.interp(looks - window, hours, due)
        rare |= poisson.cdf(sold, mean) < LOOKING.threshold / len(LOOKING.windows_s)
    return rare


def _recent(times: Sequence[float], now: float) -> Sequence[float]:
    return times[bisect_left(times, now - RECENT_S) : bisect_right(times, now)]
