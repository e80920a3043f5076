"""When a probe is due."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from journeys.probes.probe import Probe
from journeys.probes.schedule import begins, interval_s, key_of, stale_after_s, ticks

HOUR = 3600.0
MOMENTS = st.floats(min_value=0, max_value=4e9)


def probe(**named: object) -> Probe:
    return Probe(name="buy", store="shop", journey="guest_checkout", **named)  # type: ignore[arg-type]


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def in_words(moments: object) -> list[str]:
    return [datetime.fromtimestamp(each, UTC).isoformat() for each in moments]  # type: ignore[attr-defined]


def test_an_interval_counts_from_the_same_moment_in_every_process() -> None:
    early = list(ticks(probe(every_s=45.0), after=at("2026-11-24T10:00:01Z"), until=at("2026-11-24T10:03:00Z")))
    late = list(ticks(probe(every_s=45.0), after=at("2026-11-24T10:01:40Z"), until=at("2026-11-24T10:03:00Z")))
    assert early == [at(f"2026-11-24T{time}Z") for time in ("10:00:45", "10:01:30", "10:02:15", "10:03:00")]
    assert late == early[2:]


def test_cron_counts_in_the_clock_of_its_zone() -> None:
    daily = probe(cron="30 9 * * *", zone="Europe/Berlin")
    found = ticks(daily, after=at("2026-10-24T00:00:00Z"), until=at("2026-10-26T23:00:00Z"))
    assert in_words(found) == [
        "2026-10-24T07:30:00+00:00",
        "2026-10-25T08:30:00+00:00",  # the clock went back in the night
        "2026-10-26T08:30:00+00:00",
    ]


def test_each_moment_of_cron_comes_once_when_the_clock_goes_back_and_none_is_invented_when_it_goes_on() -> None:
    each_quarter = probe(cron="*/15 * * * *", zone="Europe/Berlin")
    for night in ("2026-10-24T22:00:00Z", "2026-03-28T22:00:00Z"):
        found = list(ticks(each_quarter, after=at(night), until=at(night) + 8 * HOUR))
        assert found == sorted(set(found))
        assert len(found) == 8 * 4


def test_cron_can_count_seconds() -> None:
    found = ticks(probe(cron="* * * * * */20"), after=at("2026-11-24T10:00:00Z"), until=at("2026-11-24T10:01:00Z"))
    assert in_words(found) == [f"2026-11-24T10:{time}+00:00" for time in ("00:20", "00:40", "01:00")]


@given(after=MOMENTS, every=st.integers(1, 100_000), long=st.integers(0, 50))
def test_ticks_are_as_many_as_intervals_fit_in(after: float, every: int, long: int) -> None:
    found = list(ticks(probe(every_s=float(every)), after=after, until=after + long * every))
    assert abs(len(found) - long) <= 1
    assert all(after < each <= after + long * every for each in found)


@given(after=MOMENTS, between=MOMENTS, until=MOMENTS)
def test_nothing_is_due_twice_or_left_out_wherever_one_stops_to_look(
    after: float, between: float, until: float
) -> None:
    after, between, until = sorted((after, between, min(until, after + 1e6)))
    every = probe(every_s=max(1.0, (until - after) / 20))
    halves = [*ticks(every, after=after, until=between), *ticks(every, after=between, until=until)]
    assert halves == list(ticks(every, after=after, until=until))


@given(due=st.integers(0, 4_000_000_000), jitter=st.floats(0, 600))
def test_a_tick_has_the_same_jitter_for_everybody_and_never_more_than_allowed(due: int, jitter: float) -> None:
    late = begins(probe(every_s=60.0, jitter_s=jitter), float(due)) - due
    assert 0 <= late <= jitter + 1e-6
    assert begins(probe(every_s=60.0, jitter_s=jitter), float(due)) - due == late


def test_probes_that_are_due_together_do_not_begin_together() -> None:
    begun = {begins(Probe(name=f"p{i}", store="s", journey="j", every_s=60.0, jitter_s=10.0), 60.0) for i in range(50)}
    assert len(begun) == 50


def test_a_run_that_waited_a_whole_interval_is_left_out_but_never_within_a_minute() -> None:
    assert stale_after_s(probe(every_s=20.0), 40.0) == 60.0
    assert stale_after_s(probe(every_s=300.0, jitter_s=5.0), 600.0) == 305.0
    assert interval_s(probe(cron="0 0 * * *", zone="Europe/Berlin"), at("2026-10-24T22:00:00Z")) == 25 * HOUR


def test_a_tick_is_called_by_its_probe_and_moment() -> None:
    assert key_of("buy", at("2026-11-24T10:00:20Z")) == "buy@2026-11-24T10:00:20.000Z"
