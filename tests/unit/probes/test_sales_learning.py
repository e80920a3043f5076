"""What is learnt from a store's orders: rates by hour and weekday, how sure they are, and what must not be learnt."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from steady import BERLIN, WEEK_S, at, counts

from journeys.model import TesterFault
from journeys.probes.sales import Profile, Span, counts_of, learn
from journeys.probes.sales.hours import HOUR_S, hour_at, hour_of_week, merged, parts, whole_hours

SINCE = at("2026-03-02 00:00")  # a Monday
UNTIL = at("2026-04-27 00:00")  # eight weeks later; the clocks go forward on the 29th of March
SUNDAY = 6 * 24


def by_hour(local: datetime) -> int:
    """Two an hour by night, ten by day, half of that on Sundays."""
    return (10 if 8 <= local.hour < 22 else 2) // (2 if local.weekday() == 6 else 1)


def flat(local: datetime) -> int:
    return 8


def closed_on_sundays(local: datetime) -> int:
    return 0 if local.weekday() == 6 else 8


def learnt(of: dict[float, int], *incidents: Span, since: float = SINCE, until: float = UNTIL) -> Profile:
    return learn(of, since, until, BERLIN, incidents=incidents)


def test_each_hour_of_the_week_has_the_rate_that_it_had() -> None:
    profile = learnt(counts(SINCE, UNTIL, by_hour))
    assert [round(profile.rates[hour]) for hour in (3, 12, SUNDAY + 3, SUNDAY + 12)] == [2, 10, 1, 5]


def test_times_are_counted_in_the_hour_that_they_lie_in() -> None:
    ten = at("2026-03-02 10:00")
    assert counts_of([ten, ten + 1, ten + HOUR_S - 1, ten + HOUR_S], ZoneInfo(BERLIN)) == {ten: 3, ten + HOUR_S: 1}


def test_the_second_two_o_clock_of_a_night_in_october_is_two_o_clock_as_well() -> None:
    first, second = at("2026-10-25 02:30"), at("2026-10-25 02:30+")
    assert second - first == HOUR_S
    assert [hour_of_week(hour_at(each, ZoneInfo(BERLIN)), ZoneInfo(BERLIN)) for each in (first, second)] == [
        SUNDAY + 2
    ] * 2


def test_a_day_with_25_hours_raises_no_rate() -> None:
    since, until = at("2026-10-05 00:00"), at("2026-11-16 00:00")
    profile = learnt(counts(since, until, flat), since=since, until=until)
    assert profile.days == 42 + 1 / 24
    assert max(profile.rates) == pytest.approx(min(profile.rates), rel=0.01)


def test_a_day_with_23_hours_lowers_no_rate() -> None:
    profile = learnt(counts(SINCE, UNTIL, flat))
    assert profile.days == 56 - 1 / 24
    assert max(profile.rates) == pytest.approx(min(profile.rates), rel=0.01)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "UTC"])
def test_hours_begin_where_the_clocks_of_the_store_say(zone: str) -> None:
    noon = at("2026-01-15 12:00", zone)
    assert hour_at(noon + 1, ZoneInfo(zone)) == noon
    assert hour_of_week(noon, ZoneInfo(zone)) == 3 * 24 + 12


def test_a_time_zone_that_nobody_knows_is_told() -> None:
    with pytest.raises(TesterFault, match="no time zone 'Europe/Atlantis'"):
        learn({}, SINCE, UNTIL, "Europe/Atlantis")


def test_recent_weeks_count_more() -> None:
    change = UNTIL - 4 * WEEK_S
    sold = counts(SINCE, change, lambda _: 4) | counts(change, UNTIL, lambda _: 8)
    # Four weeks of 8 count twice as much as the four of 4 before them.
    assert learnt(sold).rates[12] == pytest.approx((2 * 8 + 4) / 3, rel=0.02)


def test_a_cell_with_little_history_is_mostly_what_its_hour_and_its_weekday_say() -> None:
    """Last Monday nothing came between 12 and 13 o'clock. Those hours alone would say 0.73; the others all say 1."""
    since, odd = UNTIL - 5 * WEEK_S, at("2026-04-20 12:00")
    sold = {start: many for start, many in counts(since, UNTIL, lambda _: 1).items() if start != odd}
    assert 0.9 < learnt(sold, since=since).rates[12] < 1


def test_days_that_differ_make_the_rates_less_sure() -> None:
    steady = learnt(counts(SINCE, UNTIL, lambda _: 10))
    moody = learnt(counts(SINCE, UNTIL, lambda local: 14 if local.day % 2 else 6))
    assert moody.day_spread == pytest.approx(0.16, abs=0.08)  # (4 / 10)²
    assert steady.day_spread < 0.01
    assert min(moody.spreads) > max(steady.spreads)


@given(weeks=st.integers(3, 8), more=st.integers(1, 6), rate=st.integers(1, 20))
@settings(max_examples=20)
def test_more_history_narrows(weeks: int, more: int, rate: int) -> None:
    short, long = (
        learnt(counts(UNTIL - each * WEEK_S, UNTIL, lambda _: rate), since=UNTIL - each * WEEK_S)
        for each in (weeks, weeks + more)
    )
    assert max(long.spreads) < max(short.spreads)
    assert long.level_spread < short.level_spread
    assert long.day_spread < short.day_spread


@given(factor=st.integers(2, 10))
@settings(max_examples=10)
def test_a_store_of_many_times_the_size_has_as_many_times_the_rates(factor: int) -> None:
    small = learnt(counts(SINCE, UNTIL, by_hour))
    large = learnt(counts(SINCE, UNTIL, lambda local: factor * by_hour(local)))
    assert [each / factor for each in large.rates] == pytest.approx(small.rates, rel=0.1)


def test_with_less_than_two_weeks_nothing_is_known() -> None:
    since = UNTIL - 13 * 24 * HOUR_S
    profile = learnt(counts(since, UNTIL, flat), since=since)
    assert not profile.enough
    assert profile.lacks == "not enough history: 13 of at least 14 days are known"


def test_with_hardly_an_order_nothing_is_known() -> None:
    profile = learnt({SINCE + HOUR_S: 3})
    assert profile.lacks == "not enough history: 3 of at least 50 orders are known"


def test_without_any_history_nothing_is_known() -> None:
    assert not learnt({}, since=UNTIL).enough


def outage(sold: dict[float, int], since: float, until: float) -> dict[float, int]:
    return {start: many for start, many in sold.items() if not since <= start < until}


def test_a_known_incident_does_not_teach_that_silence_is_normal() -> None:
    span = Span(since=at("2026-04-21 12:20"), until=at("2026-04-21 13:40"))
    sold = outage(counts(SINCE, UNTIL, by_hour), at("2026-04-21 12:00"), at("2026-04-21 14:00"))
    assert learnt(sold, span).rates[24 + 12] == pytest.approx(10, rel=0.01)


def test_a_silence_that_was_too_unlikely_is_left_out_by_itself() -> None:
    sold = outage(counts(SINCE, UNTIL, by_hour), at("2026-04-21 12:00"), at("2026-04-21 16:00"))
    profile = learnt(sold)
    assert profile.rates[24 + 13] == pytest.approx(10, rel=0.01)
    assert profile.left_out == (Span(since=at("2026-04-21 11:00"), until=at("2026-04-21 17:00")),)


def test_a_silence_that_comes_each_week_is_a_habit_and_is_learnt() -> None:
    one, two = (
        learnt(counts(SINCE, UNTIL - weeks * WEEK_S, flat) | counts(UNTIL - weeks * WEEK_S, UNTIL, closed_on_sundays))
        for weeks in (1, 2)
    )
    assert [span.until - span.since for span in one.left_out] == [25 * HOUR_S]  # the hour before it as well
    assert one.rates[SUNDAY + 12] == pytest.approx(8, rel=0.01)
    assert two.left_out == ()
    assert two.rates[SUNDAY + 12] < 6


def test_a_promotion_does_not_teach_that_every_such_day_is_one() -> None:
    promotion = at("2026-04-22 00:00")
    sold = counts(SINCE, UNTIL, by_hour)
    sold |= {start: 4 * many for start, many in sold.items() if promotion <= start < promotion + 24 * HOUR_S}
    profile = learnt(sold)
    assert profile.rates[2 * 24 + 12] == pytest.approx(10, rel=0.02)
    assert profile.left_out == (Span(since=promotion, until=promotion + 24 * HOUR_S),)


spans = st.lists(st.tuples(st.floats(0, 1e5), st.floats(1, 2e4)).map(lambda each: Span(since=each[0], until=sum(each))))


@given(spans)
def test_merged_spans_cover_the_same_time_once(given_spans: list[Span]) -> None:
    joined = merged(given_spans)
    assert all(a.until < b.since for a, b in pairwise(joined))
    for each in given_spans:
        assert any(one.since <= each.since and each.until <= one.until for one in joined)


@given(since=st.floats(1.7e9, 1.8e9), lasts=st.floats(0, 1e6), left_out=spans)
def test_the_parts_of_a_time_are_as_long_as_what_of_it_is_not_left_out(
    since: float, lasts: float, left_out: list[Span]
) -> None:
    moved = merged(Span(since=since + each.since, until=since + each.until) for each in left_out)
    covered = sum(max(0.0, min(since + lasts, each.until) - each.since) for each in moved)
    long = sum(seconds for _, seconds in parts(since, since + lasts, ZoneInfo(BERLIN), moved))
    assert long == pytest.approx(lasts - covered, abs=0.01)


@given(since=st.floats(1.7e9, 1.8e9), hours=st.floats(0, 400))
def test_whole_hours_lie_within_the_time(since: float, hours: float) -> None:
    starts = list(whole_hours(since, since + hours * HOUR_S, ZoneInfo(BERLIN)))
    assert int(hours) - 1 <= len(starts) <= hours + 1e-6
    assert all(since <= each and each + HOUR_S <= since + hours * HOUR_S for each in starts)
