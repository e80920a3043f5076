"""Service levels: what is held of what was promised, what is left of the error budget, how fast it burns; pure.

A *level* holds counts against an objective: a share of runs or changes that must be good. What may be bad is the *error
budget*: of 99.5 % over 30 days it is 0.5 % of those days' runs. The *burn rate* is how many times as fast as allowed
the budget is being spent: at 1 it lasts for just the window of the objective. When to tell somebody follows the
multi-window, multi-burn-rate conditions of Google's SRE Workbook, chapter 5: a long window says that it matters, a
short one that it still goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf
from typing import Final

from journeys.model import Verdict
from journeys.probes.probe import Objective
from journeys.probes.tallies import Tally

MINUTE_S: Final = 60.0
HOUR_S: Final = 3600.0
DAY_S: Final = 24 * HOUR_S
LEAST_BAD: Final = 3
"""A burn condition needs so many bad ones in its long window: a probe runs seldom, and one failure is one failure."""


class Urgency(StrEnum):
    """Who has to know of a burning budget: somebody now, or whoever looks next."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Tell somebody when the burn rate is at least ``rate`` over the long window and over the short one."""

    rate: float
    long_s: float
    short_s: float
    urgency: Urgency


CONDITIONS: Final = (
    Condition(rate=14.4, long_s=HOUR_S, short_s=5 * MINUTE_S, urgency=Urgency.PAGE),
    Condition(rate=6.0, long_s=6 * HOUR_S, short_s=30 * MINUTE_S, urgency=Urgency.PAGE),
    Condition(rate=1.0, long_s=3 * DAY_S, short_s=6 * HOUR_S, urgency=Urgency.TICKET),
)
"""Of a budget for 30 days they tell when 2 % are spent in an hour, 5 % in six, 10 % in three days."""
WINDOWS_S: Final = tuple(sorted({each for one in CONDITIONS for each in (one.long_s, one.short_s)}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Burn:
    """How fast the budget was spent in the last ``window_s``: ``rate`` with the unsure as good, ``at_most`` as bad."""

    window_s: float
    bad: int
    of: int
    rate: float
    at_most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """An objective and how it is held over its window.

    ``budget_left`` is the share of the error budget that is not spent, below 0 when more was; ``budget_at_worst`` is
    the same with all that are unsure taken for bad. ``verdict`` is PASS or FAIL where both agree on it. ``urgency`` is
    that of the first burn condition that holds. ``few`` says in words what there is too little of to tell more.
    """

    objective: Objective
    good: int
    bad: int
    unsure: int
    budget_left: float
    budget_at_worst: float
    burns: tuple[Burn, ...]
    verdict: Verdict
    urgency: Urgency | None = None
    few: str = ""

    @property
    def of(self) -> int:
        """How many were counted."""
        return self.good + self.bad + self.unsure

    @property
    def share(self) -> tuple[float, float]:
        """The share of good ones: at least and at most, according to what the unsure ones were; (0, 1) of none."""
        if not self.of:
            return 0.0, 1.0
        return self.good / self.of, (self.good + self.unsure) / self.of


def level(objective: Objective, window: Tally, recent: Mapping[float, Tally]) -> Level:
    """How an objective is held: over its own window, and over the last so many seconds (``WINDOWS_S``)."""
    burns = tuple(_burn(objective, seconds, tally) for seconds, tally in sorted(recent.items()))
    left, at_worst = _left(objective, window.bad, window.of), _left(objective, window.bad + window.unsure, window.of)
    few = _few(objective, window)
    return Level(
        objective=objective,
        good=window.good,
        bad=window.bad,
        unsure=window.unsure,
        budget_left=left,
        budget_at_worst=at_worst,
        burns=burns,
        verdict=_verdict(left, at_worst, window, few),
        urgency=urgency(burns),
        few=few,
    )


def urgency(burns: Sequence[Burn], conditions: Sequence[Condition] = CONDITIONS) -> Urgency | None:
    """The urgency of the first condition that holds; None when none does. Windows that are not given hold nothing."""
    by_window = {each.window_s: each for each in burns}
    for each in conditions:
        long, short = by_window.get(each.long_s), by_window.get(each.short_s)
        if long is None or short is None or long.bad < LEAST_BAD or not short.bad:
            continue
        if long.rate >= each.rate and short.rate >= each.rate:
            return each.urgency
    return None


def enough_for(share: float) -> int:
    """How many it takes until the objective allows one bad one at all."""
    return ceil(round(1 / (1 - share), 6)) if share < 1 else 0


def _verdict(left: float, at_worst: float, window: Tally, few: str) -> Verdict:
    if not window.of or (few and window.bad < LEAST_BAD and left < 0):
        return Verdict.UNKNOWN
    if left < 0:
        return Verdict.FAIL
    return Verdict.PASS if at_worst >= 0 else Verdict.UNKNOWN


def _few(objective: Objective, window: Tally) -> str:
    """Too few for their number of bad ones to say much: the objective does not yet allow a single one."""
    needed = enough_for(objective.share)
    if window.of >= needed:
        return ""
    what = ("change" if objective.surface else "run") + "s" * (window.of != 1)
    return (
        f"few yet: {window.of} {what}, and it takes {needed} until {objective.share * 100:g} % allows one that is bad"
    )


def _left(objective: Objective, bad: int, of: int) -> float:
    """What is left of the budget: all of it while nothing is bad; of no budget nothing can be left."""
    if not bad:
        return 1.0
    allowed = (1 - objective.share) * of
    return 1 - bad / allowed if allowed > 0 else -inf


def _burn(objective: Objective, window_s: float, tally: Tally) -> Burn:
    return Burn(
        window_s=window_s,
        bad=tally.bad,
        of=tally.of,
        rate=1 - _left(objective, tally.bad, tally.of),
        at_most=1 - _left(objective, tally.bad + tally.unsure, tally.of),
    )
