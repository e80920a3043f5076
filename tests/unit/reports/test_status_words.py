"""What the status page says: moments, durations, shares and states."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from watched import NOW, outcome

from journeys.model.delay import Delay, Delays
from journeys.probes.outcome import State
from reports.status.overview import Level, Silence, SurfaceShown
from reports.status.words import Words, brief, budget, lasting, quantile, share

WORDS = Words(at=NOW)


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (0, "14:02"),
        (3 * 3600, "11:02"),
        (86400, "Tue 3 Nov, 14:02"),
        (400 * 86400, "30 Sep 2025, 14:02"),
    ],
)
def test_a_moment_is_told_as_shortly_as_it_is_clear(before: float, told: str) -> None:
    assert WORDS.moment(NOW - before) == told


def test_times_are_those_of_the_zone() -> None:
    berlin = Words(at=NOW, zone=ZoneInfo("Europe/Berlin"))
    assert (berlin.moment(NOW), berlin.exactly(NOW), berlin.zone_name) == (
        "15:02",
        "2026-11-04 15:02:05 CET",
        "Europe/Berlin",
    )
    assert (WORDS.iso(NOW), berlin.iso(NOW)) == ("2026-11-04T14:02:05Z", "2026-11-04T14:02:05Z")


def test_a_moment_late_at_night_has_the_date_that_it_has_there() -> None:
    auckland = Words(at=NOW, zone=ZoneInfo("Pacific/Auckland"))
    assert auckland.moment(NOW - 4 * 3600) == "Wed 4 Nov, 23:02"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (3 * 3600 + 300, "3 h 5 min"),
        (86400, "1 day"),
        (2e5, "2 days"),
    ],
)
def test_a_long_time_is_told_in_its_largest_units(seconds: float, told: str) -> None:
    assert lasting(seconds) == told


def test_how_long_ago_something_was_is_told_by_the_minute() -> None:
    assert [WORDS.ago(NOW - gone) for gone in (-20, 0, 59, 60, 7300, -300)] == [
        "just now", "just now", "just now", "1 min ago", "2 h 1 min ago", "in 5 min",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (0, "0 %"),
        (0.371, "37 %"),
        (0.9, "90 %"),
        (0.995, "99.5 %"),
        (0.9995, "99.95 %"),
        (0.99999, "> 99.99 %"),
        (1, "100 %"),
    ],
)
def test_a_share_is_told_finer_the_nearer_it_is_to_all(part: float, told: str) -> None:
    assert share(part) == told


@given(st.floats(0, 1))
def test_only_everything_is_all(part: float) -> None:
    assert (share(part) == "100 %") == (part == 1)


def test_a_quantile_whose_end_was_not_seen_is_longer_than_what_was_seen() -> None:
    seen = Delays(
        store="shop", fact="price", surface="page", each=(Delay(low=0.2, high=0.44), Delay(low=60.0, high=None))
    )
    assert [quantile(each, part) for each, part in ((seen, 0.5), (seen, 0.95), (None, 0.5))] == ["0.4 s", "> 60 s", "–"]
    assert [brief(12.3), brief(119), brief(121)] == ["12 s", "119 s", "2 min"]


def test_a_run_is_told_with_its_cause_or_its_reason() -> None:
    assert WORDS.run(outcome(due=NOW - 3600)) == "13:02, passed"
    skipped = outcome(due=NOW - 60, state=State.SKIPPED, reason="the run before it was still on")
    assert WORDS.run(skipped) == "14:01, skipped: the run before it was still on"


def test_silence_says_since_when_and_what_may_be_the_matter() -> None:
    whole = Silence(since=NOW - 2160, probes=("checkout", "card"), whole=True)
    assert WORDS.silence(whole) == (
        "No run since 13:26 (36 min ago): the prober may be down. All below is as it was then."
    )
    some = Silence(since=NOW - 2160, probes=("checkout", "card"), whole=False)
    assert WORDS.silence(some) == "checkout and card have not run since 13:26 (36 min ago): their worker may be down."


def surface(**more: object) -> SurfaceShown:
    return SurfaceShown(**{"surface": "page", "fact": "price", "at": NOW - 60, "value": "3", "fresh": True, **more})  # type: ignore[arg-type]


def test_a_surface_is_fresh_or_stale_since_a_moment_and_only_was_so_when_nobody_looks_any_more() -> None:
    assert [
        WORDS.freshness(each)
        for each in (
            surface(),
            surface(fresh=False, since=NOW - 3600),
            surface(fresh=None),
            surface(current=False),
            surface(fresh=False, current=False),
        )
    ] == ["fresh, seen 14:01", "stale since 13:02", "not known", "was fresh at 14:01", "was stale at 14:01"]


@pytest.mark.parametrize(
    ("left", "told"), [(None, "nothing counted yet"), (0.64, "64 % left"), (-0.4, "overdrawn by 40 %")]
)
def test_a_budget_is_left_or_overdrawn(left: float | None, told: str) -> None:
    level = Level(store="shop", name="n", words="w", promised=0.99, kept=None, left=left, window_s=1.0)
    assert budget(level) == told
