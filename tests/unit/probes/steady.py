"""Shops whose orders are no chance, and profiles known by hand, for tests of what is learnt and what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from journeys.probes.sales import Profile
from journeys.probes.sales.hours import HOUR_S, HOURS_OF_WEEK, whole_hours

BERLIN = "Europe/Berlin"
WEEK_S = 7 * 24 * HOUR_S


def at(text: str, zone: str = BERLIN) -> float:
    """A local time such as ``2026-10-25 02:30``; with ``+`` behind it, the second time that the clocks show it."""
    local = datetime.fromisoformat(text.rstrip("+")).replace(tzinfo=ZoneInfo(zone), fold=int(text.endswith("+")))
    return local.timestamp()


def counts(since: float, until: float, sold: Callable[[datetime], int], zone: str = BERLIN) -> dict[float, int]:
    """So many orders in each hour as it should have by its local time."""
    hours = {
        start: sold(datetime.fromtimestamp(start, ZoneInfo(zone)))
        for start in whole_hours(since, until, ZoneInfo(zone))
    }
    return {start: many for start, many in hours.items() if many}


def profile(
    rate: float = 10.0, *, spread: float = 0.01, day_spread: float = 0.03, level_spread: float = 0.001, days: float = 56
) -> Profile:
    """A shop with as many orders in each hour of the week."""
    return Profile(
        zone=BERLIN, rates=(rate,) * HOURS_OF_WEEK, spreads=(spread,) * HOURS_OF_WEEK, level_spread=level_spread,
        day_spread=day_spread, days=days, orders=int(rate * 24 * days), until=at("2026-06-01 00:00"),
    )  # fmt: skip
