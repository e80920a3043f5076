"""How unlikely a silence or a drop is: the laws that hold for every profile, and the arithmetic of looking often."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import nbinom
from steady import at, profile

from journeys.probes.sales import Looking, Pace, Profile, Span, Unlikely, drop, pace_of, silence, unusual
from journeys.probes.sales.hours import HOUR_S, HOURS_OF_WEEK

NOON = at("2026-06-10 12:00")
CERTAIN = profile(10.0, spread=0.0, day_spread=0.0, level_spread=0.0)

spreads = st.floats(0.0, 1.0)
hours = st.floats(0.0, 60.0)
profiles = st.builds(
    lambda rates, own, level, day: replace(
        profile(level_spread=level, day_spread=day), rates=tuple(rates), spreads=tuple(own)
    ),
    st.lists(st.floats(0.0, 500.0), min_size=HOURS_OF_WEEK, max_size=HOURS_OF_WEEK),
    st.lists(spreads, min_size=HOURS_OF_WEEK, max_size=HOURS_OF_WEEK),
    spreads,
    spreads,
)  # fmt: skip
paces = st.none() | st.builds(
    Pace, today=st.floats(0.01, 1.0), spread=st.floats(1e-6, 1.0), later=st.floats(0.01, 1.0), later_spread=spreads
)


def quiet(of: Profile, after_h: float, pace: Pace | None = None) -> Unlikely:
    return silence(of, NOON, NOON + after_h * HOUR_S, pace=pace)


def sold(of: Profile, many: int, in_h: float, pace: Pace | None = None) -> Unlikely:
    return drop(of, many, Span(since=NOON, until=NOON + in_h * HOUR_S), pace=pace)


def chance(unlikely: Unlikely) -> float:
    assert unlikely.probability is not None
    return unlikely.probability


@given(profiles, hours, paces, st.integers(0, 1000))
def test_probabilities_are_probabilities(of: Profile, lasts_h: float, pace: Pace | None, many: int) -> None:
    for each in (quiet(of, lasts_h, pace), sold(of, many, lasts_h, pace)):
        assert each.per_day is not None
        assert 0 <= chance(each) <= 1
        assert chance(each) * (1 - 1e-9) <= each.per_day + chance(each) ** 2 / 2  # looking often makes nothing rarer
        assert 0 <= each.per_day <= 1


@given(profiles, hours, hours, paces)
def test_the_longer_the_silence_the_less_likely_it_is(of: Profile, a: float, b: float, pace: Pace | None) -> None:
    shorter, longer = quiet(of, min(a, b), pace), quiet(of, max(a, b), pace)
    assert chance(longer) <= chance(shorter)
    assert not (shorter.alarming and not longer.alarming)


@given(profiles, st.integers(0, 200), st.integers(0, 200), hours, paces)
def test_the_fewer_are_sold_the_less_likely_it_is(of: Profile, a: int, b: int, in_h: float, pace: Pace | None) -> None:
    assert chance(sold(of, min(a, b), in_h, pace)) <= chance(sold(of, max(a, b), in_h, pace)) + 1e-9


@given(st.floats(0.1, 50), st.floats(1.01, 10), st.floats(0.2, 11))
def test_a_busier_store_needs_less_time_for_the_same_silence(rate: float, times: float, lasts_h: float) -> None:
    """Scaling: as many times the rate for a fraction of the time is the same; so expected orders are what counts."""
    slow, quick = (quiet(profile(each * rate, spread=0.0), lasts_h / each) for each in (1, times))
    assert slow.expected == pytest.approx(quick.expected)
    assert chance(slow) == pytest.approx(chance(quick), rel=1e-4)


@given(st.floats(0, 0.5), st.floats(0.001, 0.5), st.floats(0.7, 12))
def test_what_is_known_less_surely_is_sooner_called_chance(spread: float, more: float, lasts_h: float) -> None:
    surer, vaguer = profile(10, day_spread=spread), profile(10, day_spread=spread + more)
    assert chance(quiet(surer, lasts_h)) <= chance(quiet(vaguer, lasts_h)) * (1 + 1e-6)


@given(st.floats(0.01, 11.9))
def test_a_store_that_is_known_for_certain_is_poisson(lasts_h: float) -> None:
    assert chance(quiet(CERTAIN, lasts_h)) == pytest.approx(exp(-10 * lasts_h), rel=0.01)


@given(st.integers(0, 60), st.floats(0.5, 11.9), st.floats(0.01, 0.5))
def test_days_that_differ_make_counts_negative_binomial(many: int, lasts_h: float, day_spread: float) -> None:
    of = profile(10.0, spread=0.0, day_spread=day_spread, level_spread=0.0)
    assume(nbinom.cdf(many, 1 / day_spread, 1 / (1 + 10 * lasts_h * day_spread)) > 1e-7)
    wanted = nbinom.cdf(many, 1 / day_spread, 1 / (1 + 10 * lasts_h * day_spread))
    assert chance(sold(of, many, lasts_h)) == pytest.approx(wanted, rel=0.02)


def test_without_enough_history_nothing_is_said_and_nobody_alarmed() -> None:
    said = quiet(profile(days=13), 1000)
    assert (said.known, said.suspicious, said.alarming) == (False, False, False)
    assert said.words == "not enough history: 13 of at least 14 days are known"


def test_a_silence_is_suspicious_after_seven_expected_orders_and_alarming_only_later() -> None:
    """e⁻⁶·⁹ is 0.1 %. At 10 an hour there are 240 chances a day, and ln 240 = 5.5 more orders are waited for."""
    first = {
        what: next(k for k in range(200) if getattr(quiet(CERTAIN, k / 100), what))
        for what in ("suspicious", "alarming")
    }
    assert first == {"suspicious": 70, "alarming": 124}
    assert first["alarming"] / 10 == pytest.approx(log(1000) + log(240), abs=0.1)


def test_what_counts_are_the_chances_a_day_at_the_pace_of_the_hour_in_which_it_began() -> None:
    night = replace(CERTAIN, rates=tuple(0.5 if hour % 24 < 6 else 10.0 for hour in range(HOURS_OF_WEEK)))
    by_night = silence(night, at("2026-06-10 01:00"), at("2026-06-10 05:00"))
    assert by_night.per_day == pytest.approx(1 - exp(-12 * exp(-2)), rel=0.01)


def test_who_looks_seldom_has_fewer_chances_to_be_wrong() -> None:
    seldom = silence(CERTAIN, NOON, NOON + HOUR_S / 2, looking=Looking(every_s=3600))
    assert seldom.per_day == pytest.approx(1 - exp(-24 * exp(-5)), rel=0.01)


def test_windows_share_the_threshold() -> None:
    window = Span(since=NOON, until=NOON + HOUR_S)
    alone, one_of_four = (
        drop(CERTAIN, 1, window, looking=Looking(windows_s=(HOUR_S,) * many)).per_day for many in (1, 4)
    )
    assert alone is not None
    assert one_of_four == pytest.approx(1 - (1 - alone) ** 4)


def test_nothing_is_expected_of_maintenance() -> None:
    said = silence(CERTAIN, NOON, NOON + 3 * HOUR_S, left_out=[Span(since=NOON + 60, until=NOON + 3 * HOUR_S)])
    assert said.expected == pytest.approx(10 / 60)
    assert not said.suspicious


def test_a_slack_day_so_far_makes_a_silence_less_telling() -> None:
    of = profile(10.0, day_spread=0.04)
    assert pace_of(of, today=(60, 120.0)).today == pytest.approx((25 + 60) / (25 + 120))
    assert chance(quiet(of, 1, pace_of(of, today=(60, 120.0)))) > chance(quiet(of, 1, pace_of(of, today=(120, 120.0))))


def test_a_promotion_does_not_raise_what_is_expected_of_the_hours_after_it() -> None:
    assert pace_of(profile(), today=(400, 120.0)).today == 1.0


def test_a_slack_week_lowers_what_is_expected_of_today() -> None:
    of = profile(10.0, day_spread=0.04)
    assert pace_of(of, week=(840, 1680.0)).today == pytest.approx((25 + 840) / (25 + 1680))


def test_what_today_was_like_says_nothing_of_tomorrow() -> None:
    of = profile(10.0, day_spread=0.04)
    good = pace_of(of, today=(1000, 1000.0))
    midnight = at("2026-06-11 00:00")
    one_sided = silence(of, midnight, midnight + HOUR_S)
    across = silence(of, midnight - 1, midnight + HOUR_S, pace=good)
    assert across.probability == pytest.approx(chance(one_sided), rel=0.01)


def every(seconds: float, since: float, until: float) -> list[float]:
    return [since + k * seconds for k in range(int((until - since) / seconds))]


def test_a_store_that_sells_as_usual_has_nothing_unusual() -> None:
    said = unusual(profile(10.0), every(360, NOON - 8 * 24 * HOUR_S, NOON), NOON)
    assert [each.kind for each in said] == ["silence", "drop", "drop", "drop", "drop"]
    assert not any(each.suspicious for each in said)
    assert [each.seen for each in said] == [0, 10, 30, 60, 240]


def test_half_the_usual_orders_are_noticed_in_the_long_windows_first() -> None:
    times = every(360, NOON - 8 * 24 * HOUR_S, NOON - 6 * HOUR_S) + every(1200, NOON - 6 * HOUR_S, NOON)
    said = unusual(profile(10.0, day_spread=0.005), times, NOON)
    assert [each.alarming for each in said] == [False, False, False, True, False]
    assert said[3].words == ("18 orders in 6 h, where 60 would be usual; by chance that comes once in 60,000 days")


def test_an_outage_is_not_found_again_in_each_window_after_it() -> None:
    """It lasted from 9 to 11; at 12 all windows are as they should be."""
    times = every(360, NOON - 8 * 24 * HOUR_S, NOON - 3 * HOUR_S) + every(360, NOON - HOUR_S, NOON)
    said = unusual(profile(10.0), times, NOON)
    assert not any(each.suspicious for each in said)
    assert [each.seen for each in said] == [0, 10, 10, 40, 220]


def test_while_a_silence_alarms_no_window_does() -> None:
    times = every(360, NOON - 8 * 24 * HOUR_S, NOON - 3 * HOUR_S)
    said = unusual(profile(10.0), times, NOON)
    assert [each.alarming for each in said] == [True, False, False, False, False]


def test_words_tell_what_how_long_and_how_often_by_chance() -> None:
    assert (
        quiet(CERTAIN, 1.0).words == "no order for 1 h, where 10 would be usual; by chance that comes once in 92 days"
    )
    assert quiet(CERTAIN, 0.05).words == "no order for 3 min, where 0.5 would be usual; that is nothing unusual"
    assert sold(replace(CERTAIN, noun="booking"), 1, 1.5).words.startswith("1 booking in 1 h 30 min, where 15 would be")
    assert (
        quiet(CERTAIN, 0.5).words
        == "no order for 30 min, where 5.0 would be usual; by chance that comes about every day"
    )
    assert quiet(CERTAIN, 10).words.endswith("once in over 1,000,000 days")


def test_a_store_that_all_but_never_sells_is_not_unusual_when_it_does_not() -> None:
    never = replace(CERTAIN, rates=(4.6e-295,) * HOURS_OF_WEEK)
    assert [chance(each) for each in (quiet(never, 5.0), sold(never, 1, 5.0))] == [1.0, 1.0]
