"""Hypothesis profiles, and a clock that only moves when somebody waits."""

from __future__ import annotations

import os

import pytest
from fakes import FakeClock
from hypothesis import settings

from journeys.run import settle

settings.register_profile("here", deadline=None, max_examples=50, database=None)
settings.register_profile("ci", deadline=None, max_examples=50, database=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """A clock for waiting without passing time: ``settle`` sleeps on it."""
    fake = FakeClock()
    monkeypatch.setattr(settle.time, "sleep", fake.sleep)
    return fake
