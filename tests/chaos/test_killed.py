"""Probers that are killed, frozen, and left without their database: nothing is lost, twice, or left in the stores.

These are short; ``embedded.py`` and ``shared.py`` beside them go on for as long as one likes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import embedded
import pytest
import shared
from counting import Told
from server import running

from sandbox import Sandbox

pytestmark = pytest.mark.xdist_group("chaos")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A sandbox that nobody else buys in meanwhile."""
    folder = tmp_path_factory.mktemp("chaos") / "sandbox"
    box = Sandbox(folder, say=lambda line: None)
    box.up()
    yield folder
    box.down()


def nothing_is_wrong(told: Told) -> Told:
    """The same, with nothing lost, twice or left."""
    return Told(
        ticks=told.ticks,
        states=told.states,
        kills=told.kills,
        lost=(),
        twice=(),
        open_orders=(),
        promised=0,
        moved=(),
        processes=0,
        failed=told.failed,
    )


def test_a_prober_that_is_killed_again_and_again_loses_nothing_and_leaves_nothing(tmp_path: Path, home: Path) -> None:
    told = embedded.chaos(tmp_path, home=home, seconds=45, kills=4, probes=2, every_s=10, seed=1)
    assert told == nothing_is_wrong(told)
    assert told.ticks >= 2


def test_workers_that_die_freeze_and_lose_their_database_lose_nothing_and_leave_nothing(
    tmp_path: Path, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running(tmp_path_factory.mktemp("postgresql")) as server:
        told, _ = shared.chaos(tmp_path, server, home=home, seconds=100, probes=4, every_s=20, seed=1)
    assert told == nothing_is_wrong(told)
    assert told.ticks >= 4
