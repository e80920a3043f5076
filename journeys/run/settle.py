"""Waiting: the only room in which time is allowed to pass by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import TypeVar

from journeys.run.clock import Clock

T = TypeVar("T")

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 1.0


def attempts(clock: Clock, within_s: float) -> Iterator[float]:
    """Yields the seconds gone by, at least once and once more after the deadline, with growing pauses between."""
    began, pause = clock.monotonic(), _FIRST_PAUSE_S
    while True:
        gone = clock.monotonic() - began
        yield gone
        if gone >= within_s:
            return
        time.sleep(max(0.0, min(pause, within_s - (clock.monotonic() - began))))
        pause = min(pause * 1.5, _LONGEST_PAUSE_S)


def beats(over: Event, every_s: float) -> Iterator[None]:
    """Yields again and again, with so much time between, until it is over."""
    while not over.wait(every_s):
        yield


def settle(read: Callable[[], T], settled: Callable[[T], bool], clock: Clock, within_s: float) -> T:
    """The first settled value, or the last one read when the time is over."""
    for _ in attempts(clock, within_s):
        value = read()
        if settled(value):
            break
    return value
