"""What is measured: gauges from the newest runs, and counters that only grow, with questions that do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from watched import NOW, Hour, MemoryHistory, outcome, probe, troubled, well

from journeys.probes.outcome import State
from journeys.serving import Sources
from journeys.serving.measure import Measurer, Running

HOUR = 3600.0


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Listening(MemoryHistory):
    """Remembers from when on hours were asked for."""

    since: list[float] = field(default_factory=list)

    def hours(self, *, probe: str, since: float) -> tuple[Hour, ...]:
        self.since.append(since)
        return MemoryHistory.hours(self, probe=probe, since=since)


@given(st.lists(st.tuples(st.integers(0, 4 * 3600), st.booleans()), max_size=40))
def test_a_running_count_is_that_of_all_hours_however_often_it_is_asked(steps: list[tuple[int, bool]]) -> None:
    """Time goes on and runs are recorded; each time the count is what counting all from the beginning gives."""
    running: Running[State] = Running(0.0)
    hours: Counter[float] = Counter()
    now, before = 0.0, 0
    for gone, recorded in steps:
        now += gone
        if recorded:
            hours[now // HOUR * HOUR] += 1
        asked = [(start, {State.PASSED: many}) for start, many in sorted(hours.items()) if start >= running.since]
        total = running.add(asked, now)[State.PASSED]
        assert total == sum(hours.values())
        assert total >= before
        before = total


def test_counters_do_not_ask_for_hours_that_were_counted_for_good() -> None:
    clock, history = Clock(), Listening()
    history.record(*(outcome(due=NOW - HOUR * hour) for hour in range(100)))
    measurer = Measurer(Sources(history=history, probes=(probe(),)), clock)
    first = measurer.measured().probes[0].states
    history.record(outcome(due=NOW + 1))
    assert (first, measurer.measured().probes[0].states) == ({State.PASSED: 100}, {State.PASSED: 101})
    assert (history.since[0] <= NOW - 7 * 86400 + HOUR, history.since[1] > NOW - 8 * HOUR) == (True, True)


def test_what_has_not_changed_is_not_counted_again() -> None:
    sources = troubled()
    measurer = Measurer(sources, Clock())
    first = measurer.measured()
    history = sources.history
    assert isinstance(history, MemoryHistory)
    history.asked.clear()
    assert measurer.measured() == first
    assert set(history.asked) == {"latest", "surfaces"}


def test_the_newest_run_that_was_begun_and_the_newest_that_tells_are_measured() -> None:
    history = MemoryHistory()
    passed, broken = outcome(due=NOW - 900), outcome(due=NOW - 600, state=State.BROKEN)
    history.record(passed, broken, outcome(due=NOW - 300, state=State.SKIPPED))
    (gauged,) = Measurer(Sources(history=history), Clock()).measured().probes
    assert (gauged.newest, gauged.judged) == (broken, passed)


@pytest.mark.parametrize(
    ("told", "failures"), [("pff", 0), ("ffp", 2), ("fupf", 1), ("bfsfp", 2), ("ffffffff", 5), ("b", 0)]
)
def test_failures_one_after_the_other_are_counted_up_to_a_few(told: str, failures: int) -> None:
    states = {"p": State.PASSED, "f": State.FAILED, "u": State.UNKNOWN, "b": State.BROKEN, "s": State.SKIPPED}
    history = MemoryHistory()
    history.record(*(outcome(due=NOW - 300 * place, state=states[letter]) for place, letter in enumerate(told)))
    assert Measurer(Sources(history=history), Clock()).measured().probes[0].failures == failures


def test_delays_are_counted_by_bucket_and_those_not_seen_to_end_apart() -> None:
    sources = troubled()
    measured = Measurer(sources, Clock()).measured()
    spread = next(each for each in measured.spreads if each.surface == "product page")
    history = sources.history
    assert isinstance(history, MemoryHistory)
    arrivals = history.arrivals(store="shop", surface="product page", limit=10**6)
    assert spread.censored == sum(each.high_s is None for each in arrivals) > 0
    assert spread.within[2.0] == sum(1.0 < (each.high_s or inf) <= 2.0 for each in arrivals)
    assert sum(spread.within.values()) + spread.censored == len(arrivals)
    assert spread.fact == "availability"


def test_how_often_a_probe_runs_is_asked_once_for_each_new_run() -> None:
    history = MemoryHistory()
    history.record(*(outcome(due=NOW - 60 * place) for place in range(10)))
    measurer = Measurer(Sources(history=history), Clock())
    assert measurer.measured().probes[0].every_s == 60.0
    history.asked.clear()
    assert measurer.measured().probes[0].every_s == 60.0
    assert history.asked["outcomes"] == 0


def test_all_that_is_beside_the_probes_is_measured_as_well() -> None:
    sources = Sources(history=well().history, levels=well().levels, heartbeat=lambda: NOW - 3)
    measured = Measurer(sources, Clock()).measured()
    assert (measured.heartbeat, len(measured.levels), {store for store, _ in measured.surfaces}) == (
        NOW - 3,
        2,
        {"shop"},
    )
