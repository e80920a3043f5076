"""A history that an older version filled, opened by this one: nothing is lost, and what is new is known of the old."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
import version_1

from journeys.probes.database import open_database
from journeys.probes.history import History, SurfaceNow
from journeys.probes.outcome import State


@pytest.fixture
def engine(database: str) -> sa.Engine:
    """A database that version 1 filled, opened by this version."""
    old = open_database(database, version_1.VERSION_1)
    version_1.fill(old)
    old.dispose()
    return open_database(database)


def test_all_that_version_1_kept_is_there(engine: sa.Engine) -> None:
    assert version_1.found(engine) == version_1.ROWS
    whole = History(engine).outcome("checkout@600")
    assert whole is not None
    assert (len(whole.steps), len(whole.readings), len(whole.arrivals), len(whole.diagnoses)) == (1, 3, 2, 3)


def test_what_surfaces_show_is_known_from_what_was_read_before(engine: sa.Engine) -> None:
    assert History(engine).surfaces("shop") == (
        SurfaceNow(surface="dashboard", fact="orders", at=620.0, value=None, fresh=None, key="checkout@600"),
        SurfaceNow(
            surface="product page", fact="availability:mug", at=1210.0, value="18", fresh=True, key="checkout@1200",
            cause="cache", layers=("application cache",), suspects=("edge",), confidence=0.99, blamed="checkout@600",
            blamed_at=630.0,
        ),
    )  # fmt: skip
    assert History(engine).surfaces("booking") == ()


def test_the_history_goes_on(engine: sa.Engine) -> None:
    history = History(engine)
    whole = history.outcome("checkout@600")
    assert whole is not None
    assert history.record(whole) is False
    assert [each.key for each in history.latest()] == ["book@900", "checkout@1200"]
    (hour,) = history.hours(probe="checkout", since=0)
    assert hour.states == {State.FAILED: 1, State.PASSED: 1}
