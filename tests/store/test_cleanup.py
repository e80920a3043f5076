"""Killed at any moment, nothing is left once ``journeys cleanup`` has run."""

from __future__ import annotations

import os
import random
import signal
import threading

import pytest
from commands import ended, journeys, reached, seeded, start

from journeys.config import Config
from sandbox import Status

# Seconds after a step began; undoing, the last step, is over soonest.
LONGEST_S = 0.3
LONGEST_IN_UNDO_S = 0.1


AROUND_THE_SHOPS_WRITE = ("put it into the basket", "check out", "place the order", "verify every surface", "undo")
AROUND_THE_BOOKINGS_WRITE = ("take a place", "check out", "book", "verify every surface", "undo")


@pytest.mark.parametrize(
    ("store", "journey", "steps"),
    [
        pytest.param("shop", "guest_checkout", AROUND_THE_SHOPS_WRITE, marks=pytest.mark.xdist_group("shop")),
        pytest.param("booking", "book_paid_slot", AROUND_THE_BOOKINGS_WRITE, marks=pytest.mark.xdist_group("booking")),
    ],
)
def test_a_killed_run_leaves_nothing_after_cleanup(
    sandbox: Status, journeys_config: Config, store: str, journey: str, steps: tuple[str, ...]
) -> None:
    before = seeded(journeys_config, store)
    moments = random.Random(store)
    for step in steps:
        process = start("run", journey, "--store", store)
        reached(process, step)
        longest = LONGEST_IN_UNDO_S if step == "undo" else LONGEST_S
        timer = threading.Timer(moments.uniform(0.0, longest), os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        assert ended(process).code == -signal.SIGKILL, f"the run ended before it could be killed at {step!r}"
        cleaned = journeys("cleanup", "--store", store)
        assert cleaned.code == 0, cleaned.out + cleaned.err
        assert before == seeded(journeys_config, store), f"killed at {step!r}"
