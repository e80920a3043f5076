"""Attempts to book that fail: how many are usual, and when they are too many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steady import BERLIN, at

from journeys.probes.sales import Attempts, Span, UsualFailures, by_day, failures, learn_failures, usual_failures
from journeys.probes.sales.hours import DAY_S, HOUR_S, whole_hours, zone_of

HOUR = Span(since=0.0, until=3600.0)
STEADY = usual_failures([Attempts(tried=100, failed=2)] * 30)
MOODY = usual_failures([Attempts(tried=100, failed=0 if day % 5 else 10) for day in range(30)])


def chance(of: UsualFailures, failed: int, tried: int) -> float:
    said = failures(of, Attempts(tried=tried, failed=failed), HOUR)
    assert said.probability is not None
    return said.probability


def test_the_usual_share_is_that_of_the_past() -> None:
    assert STEADY.share == pytest.approx(0.02, rel=0.05)


def test_recent_days_count_more() -> None:
    worse = usual_failures([Attempts(tried=100, failed=0)] * 28 + [Attempts(tried=100, failed=10)] * 28)
    assert worse.share == pytest.approx(10 * 2 / 3 / 100, rel=0.02)


def test_many_failures_alarm() -> None:
    said = failures(STEADY, Attempts(tried=9, failed=7), HOUR)
    assert said.alarming
    assert said.words == (
        "7 of 9 attempts at a booking failed, where 0.2 would be usual; by chance that comes once in over 1,000,000"
        " days"
    )


def test_as_many_as_usual_are_nothing_unusual() -> None:
    said = failures(STEADY, Attempts(tried=50, failed=1), HOUR)
    assert not said.suspicious
    assert said.words.endswith("that is nothing unusual")


def test_where_some_days_have_many_failures_many_tell_less() -> None:
    assert MOODY.share == pytest.approx(STEADY.share, rel=0.3)
    assert chance(MOODY, 6, 40) > 100 * chance(STEADY, 6, 40)


@pytest.mark.parametrize("days", [[], [Attempts(tried=100, failed=2)] * 13, [Attempts(tried=1, failed=0)] * 49])
def test_with_little_history_nothing_is_said(days: list[Attempts]) -> None:
    said = failures(usual_failures(days), Attempts(tried=9, failed=9), HOUR)
    assert (said.known, said.alarming) == (False, False)
    assert said.words.startswith("not enough history: ")


GOOD, OUTAGE = Attempts(tried=100, failed=2), Attempts(tried=100, failed=60)


def test_days_of_an_outage_teach_nothing() -> None:
    days = [GOOD] * 20 + [OUTAGE, OUTAGE] + [GOOD] * 8
    assert learn_failures(days) == usual_failures([GOOD] * 28)


def test_what_fails_day_after_day_is_a_habit_and_is_learnt() -> None:
    days = [GOOD] * 20 + [OUTAGE] * 20
    assert learn_failures(days) == usual_failures(days)


def test_an_ordinary_day_that_is_worse_than_others_is_learnt() -> None:
    days = [Attempts(tried=100, failed=(0, 2, 1, 5)[day % 4]) for day in range(28)]
    assert learn_failures(days, noun="order") == usual_failures(days, noun="order")


@pytest.mark.parametrize("days", [[], [OUTAGE], [GOOD] * 13])
def test_of_little_history_nothing_is_left_out(days: list[Attempts]) -> None:
    assert learn_failures(days) == usual_failures(days)


MONDAY = at("2026-03-23 00:00")  # clocks are put forward on Sunday


def hourly(many: int, since: float = MONDAY, until: float = at("2026-03-30 00:00")) -> dict[float, int]:
    return dict.fromkeys(whole_hours(since, until, zone_of(BERLIN)), many)


def test_days_are_those_of_the_store_also_when_clocks_change() -> None:
    assert by_day(hourly(2), hourly(1), BERLIN) == (*[Attempts(tried=48, failed=24)] * 6, Attempts(tried=46, failed=23))


def test_days_that_are_not_wholly_known_teach_nothing() -> None:
    begins = MONDAY + 5 * HOUR_S
    assert len(by_day(hourly(2, begins, begins + 3 * DAY_S), hourly(0), BERLIN)) == 2


def test_hours_of_maintenance_are_taken_out_of_their_days_and_long_incidents_take_them_all() -> None:
    nightly = [Span(since=MONDAY + day * DAY_S + 1800, until=MONDAY + day * DAY_S + 5400) for day in range(3)]
    outage = Span(since=MONDAY + 3 * DAY_S, until=MONDAY + 3 * DAY_S + 13 * HOUR_S)
    told = by_day(hourly(2), hourly(1), BERLIN, [*nightly, outage])
    assert [each.tried for each in told] == [44, 44, 44, 48, 48, 46]


usual = st.builds(
    usual_failures,
    st.lists(
        st.tuples(st.integers(4, 200), st.integers(0, 200)).map(lambda of: Attempts(tried=of[0], failed=min(of))),
        min_size=14,
        max_size=40,
    ),
)  # fmt: skip


@given(usual, st.integers(0, 100), st.data())
def test_more_failures_are_less_likely_and_more_attempts_make_as_many_likelier(
    of: UsualFailures, tried: int, data: st.DataObject
) -> None:
    failed = data.draw(st.integers(0, tried))
    here = chance(of, failed, tried)
    assert 0 <= here <= 1
    assert chance(of, failed + 1, tried + 1) <= here * (1 + 1e-6) + 1e-9
    assert chance(of, failed, tried + 1) >= here * (1 - 1e-6) - 1e-9
    assert chance(of, 0, tried) == pytest.approx(1.0)
