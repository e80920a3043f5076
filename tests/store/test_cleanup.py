"""Killed at any moment, nothing is left once ``journeys cleanup`` has run."""

from __future__ import annotations

import os
import random
import signal
import threading

import pytest
from commands import ended, journeys, start

from journeys import stores
from journeys.config import Config
from sandbox import Status

KILLS = 10


def seeded(config: Config, name: str) -> dict[str, object]:
    """What is left of every subject, and the orders that stand."""
    with stores.opened(config, name) as store:
        subjects = {subject.key: subject for role in store.subjects.values() for subject in role}
        left: dict[str, object] = {key: store.record.about(each)["availability"] for key, each in subjects.items()}
        return left | {"open": sorted(order.number for order in store.record.orders() if order.open)}


@pytest.mark.parametrize(
    ("store", "journey", "longest_s"),
    [
        pytest.param("shop", "guest_checkout", 5.0, marks=pytest.mark.xdist_group("shop")),
        pytest.param("booking", "book_paid_slot", 9.0, marks=pytest.mark.xdist_group("booking")),
    ],
)
def test_a_killed_run_leaves_nothing_after_cleanup(
    sandbox: Status, journeys_config: Config, store: str, journey: str, longest_s: float
) -> None:
    before = seeded(journeys_config, store)
    moments = random.Random(store)
    for _ in range(KILLS // 2):
        process = start("run", journey, "--store", store)
        timer = threading.Timer(moments.uniform(1.0, longest_s), os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        ended(process)
        timer.cancel()
    cleaned = journeys("cleanup", "--store", store)
    assert cleaned.code == 0, cleaned.out + cleaned.err
    assert before == seeded(journeys_config, store)
