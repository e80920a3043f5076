"""Waiting: at least one try, growing pauses, one more try at the deadline."""

from __future__ import annotations

import pytest
from fakes import FakeClock

from journeys.run.settle import attempts, settle


def test_without_time_there_is_one_attempt(clock: FakeClock) -> None:
    assert (list(attempts(clock, 0.0)), clock.slept) == ([0.0], [])


def test_the_last_attempt_is_at_the_deadline(clock: FakeClock) -> None:
    assert pytest.approx(5.0) == list(attempts(clock, 5.0))[-1]


def test_pauses_grow_up_to_a_second(clock: FakeClock) -> None:
    list(attempts(clock, 10.0))

    assert clock.slept[:-1] == sorted(clock.slept[:-1])
    assert (clock.slept[0], max(clock.slept)) == (0.05, 1.0)


def test_what_an_attempt_takes_counts(clock: FakeClock) -> None:
    tries = 0
    for _ in attempts(clock, 5.0):
        tries += 1
        clock.now += 3.0

    assert tries == 3


def test_a_settled_value_ends_the_waiting(clock: FakeClock) -> None:
    values = iter([None, None, "A1", "A2"])

    assert settle(lambda: next(values), lambda value: value is not None, clock, 5.0) == "A1"
    assert len(clock.slept) == 2


def test_a_value_that_never_settles_is_the_last_one_read(clock: FakeClock) -> None:
    began = clock.now

    assert pytest.approx(5.0) == settle(lambda: clock.now - began, lambda gone: gone > 60, clock, 5.0)
