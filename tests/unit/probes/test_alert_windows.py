"""Maintenance windows: once, or by cron in a zone whose clock is put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.model import TesterFault
from journeys.probes.probe import Window
from journeys.probes.windows import under_maintenance

NIGHTLY = Window(cron="30 2 * * *", lasts_s=3600, zone="Europe/Berlin")


def at(label: str) -> float:
    """A moment of UTC."""
    return datetime.fromisoformat(label).replace(tzinfo=UTC).timestamp()


def minutes(window: Window, day: str) -> list[str]:
    """From when to when the window holds on that day of UTC, to the minute."""
    begins = datetime.fromisoformat(day).replace(tzinfo=UTC)
    inside = [begins + timedelta(minutes=n) for n in range(1440)]
    inside = [each for each in inside if under_maintenance([window], each.timestamp())]
    return [f"{each:%H:%M}" for each in (inside[0], inside[-1])] if inside else []


def test_a_window_of_fixed_times_holds_from_the_first_to_before_the_last() -> None:
    window = Window(since=datetime(2026, 11, 24, 2, tzinfo=UTC), until=datetime(2026, 11, 24, 3, tzinfo=UTC))

    assert minutes(window, "2026-11-24") == ["02:00", "02:59"]
    assert under_maintenance([window], at("2026-11-24T02:59:59.9"))
    assert not under_maintenance([window], at("2026-11-24T03:00:00"))


def test_a_time_without_a_zone_is_meant_in_that_of_the_window() -> None:
    window = Window(since=datetime(2026, 11, 24, 2), until=datetime(2026, 11, 24, 3), zone="Europe/Berlin")

    assert minutes(window, "2026-11-24") == ["01:00", "01:59"]


def test_one_with_only_a_beginning_or_an_end_is_open_on_the_other_side() -> None:
    assert under_maintenance([Window(since=datetime(2020, 1, 1))], at("2026-01-01"))
    assert under_maintenance([Window(until=datetime(2030, 1, 1))], at("2026-01-01"))
    assert not under_maintenance([Window(until=datetime(2020, 1, 1))], at("2026-01-01"))


def test_one_of_which_only_the_name_is_given_silences_nobody() -> None:
    assert not under_maintenance([Window()], at("2026-01-01"))
    assert not under_maintenance([], at("2026-01-01"))


def test_cron_is_meant_in_the_time_of_its_zone_in_winter_and_in_summer() -> None:
    assert minutes(NIGHTLY, "2026-11-24") == ["01:30", "02:29"]
    assert minutes(NIGHTLY, "2026-07-24") == ["00:30", "01:29"]


def test_where_the_clock_is_put_forward_over_the_time_it_begins_at_that_moment() -> None:
    assert minutes(NIGHTLY, "2027-03-28") == ["01:00", "01:59"]


def test_where_the_clock_is_put_back_it_begins_each_time_the_clock_shows_it() -> None:
    assert minutes(NIGHTLY, "2026-10-25") == ["00:30", "02:29"]


def test_it_lasts_as_long_on_the_night_that_is_an_hour_shorter() -> None:
    night = Window(cron="0 1 * * *", lasts_s=4 * 3600, zone="Europe/Berlin")

    inside = [under_maintenance([night], at(f"2027-03-28T{time}")) for time in ("00:00", "03:59", "04:00")]

    assert inside == [True, True, False]


def test_a_window_may_last_over_midnight_and_over_days() -> None:
    weekend = Window(cron="0 22 * * FRI", lasts_s=56 * 3600, zone="Europe/Berlin")

    assert [minutes(weekend, f"2026-11-{day}") for day in (20, 21, 22, 23)] == [
        ["21:00", "23:59"],
        ["00:00", "23:59"],
        ["00:00", "23:59"],
        ["00:00", "04:59"],
    ]


@given(st.floats(1.76e9, 1.84e9))
def test_every_moment_of_the_hour_after_a_beginning_is_in_the_window(moment: float) -> None:
    """Judged once more by the clock on the wall: it shows 02:30 to 03:29, or it is one of the two nights of a year."""
    wall = datetime.fromtimestamp(moment, ZoneInfo("Europe/Berlin"))
    shown = wall.hour * 60 + wall.minute
    if wall.month not in (3, 10) or wall.day < 25:
        assert under_maintenance([NIGHTLY], moment) == (150 <= shown < 210)


@pytest.mark.parametrize(
    "window", [Window(cron="61 * * * *"), Window(cron="often"), Window(cron="0 1 * * *", zone="Bonn")]
)
def test_a_window_that_cannot_be_understood_is_said_to_be_so(window: Window) -> None:
    with pytest.raises(TesterFault, match="maintenance window"):
        under_maintenance([window], at("2026-01-01"))
