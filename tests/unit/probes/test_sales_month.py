"""A month of a simulated shop: each outage is found, and nobody is woken for nothing.

All figures, for more months and with drops, come from ``tests/bench/month.py``.
"""

from __future__ import annotations

from functools import cache
from math import log

import pytest
from simulated_shop import Month, month
from simulated_watch import Watched, watch

SEEDS = (1, 2, 3)
MINUTE_S = 60.0


@cache
def watched_month(seed: int, orders: float) -> tuple[Month, Watched]:
    shop = month(seed, orders)
    return shop, watch(shop, relearn_days=10)


@pytest.fixture(params=[(seed, orders) for orders in (40, 400) for seed in SEEDS], ids=str)
def kept(request: pytest.FixtureRequest) -> tuple[Month, Watched]:
    return watched_month(*request.param)


def test_an_outage_is_found_by_the_synthetic_order_as_soon_as_p_allows(kept: tuple[Month, Watched]) -> None:
    """Within three more expected orders, which is what not knowing the true rate costs; if it lasts for so long."""
    shop, watched = kept
    for outage in shop.outages:
        quiet = watched.of(outage)
        latest = shop.earliest(outage, log(1000) + 3) + MINUTE_S
        found = quiet.found_by_test if quiet is not None else None
        if latest < outage.until:
            assert found is not None
            assert found <= latest
        if found is not None:
            assert found >= shop.earliest(outage, log(1000) - 3)  # not by mere luck either


def test_the_outage_at_noon_is_long_enough_to_be_found(kept: tuple[Month, Watched]) -> None:
    shop, watched = kept
    quiet = watched.of(shop.outages[1])
    assert quiet is not None
    assert quiet.found_by_test is not None


def test_at_most_one_false_alert_is_given_in_the_month(kept: tuple[Month, Watched]) -> None:
    assert kept[1].false_alerts <= 1


def test_who_alarms_whenever_p_is_below_the_threshold_cries_wolf() -> None:
    """The trap that the correction is for: the same silences, judged one by one."""
    assert sum(watched_month(seed, 400)[1].false_suspicions for seed in SEEDS) > len(SEEDS)


def test_drops_cry_no_wolf_either() -> None:
    assert watch(month(1, 40), relearn_days=30, drops_every_s=3600.0).false_drops == 0
