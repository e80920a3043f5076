"""Waiting for a thing itself: a process that ends, an answer that comes; the only place with a backoff."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack

FIRST_PAUSE = 0.01
LONGEST_PAUSE = 0.25


def for_exit(pids: Iterable[int], *, seconds: float) -> bool:
    """Whether all these processes ended within the seconds; wakes at once when they do."""
    deadline = time.monotonic() + seconds
    with ExitStack() as open_files:
        poller = select.poll()
        waiting: set[int] = set()
        for pid in pids:
            descriptor = _pidfd(pid)
            if descriptor is not None:
                open_files.callback(os.close, descriptor)
                poller.register(descriptor, select.POLLIN)
                waiting.add(descriptor)
        while waiting:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            for descriptor, _ in poller.poll(left * 1000):
                poller.unregister(descriptor)
                waiting.discard(descriptor)
    return True


def for_answer(answers: Callable[[], bool], *, pid: int, seconds: float) -> bool:
    """Whether `answers` became true within the seconds; gives up at once when the process ends."""
    deadline = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while not answers():
        if time.monotonic() + pause > deadline or for_exit([pid], seconds=pause):
            return False
        pause = min(pause * 1.5, LONGEST_PAUSE)
    return True


def until(true: Callable[[], bool], *, seconds: float) -> bool:
    """Whether it became true within the seconds; for what no process of ours stands behind."""
    deadline = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while not true():
        if time.monotonic() + pause > deadline:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
    return True


def _pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None
