"""The full sandbox for the tests of this folder: both stores with edges, caches and a replicated database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from journeys import config as configuration
from journeys import stores
from journeys.config import Config
from sandbox import Sandbox


@pytest.fixture(scope="session")
def journeys_config(pytestconfig: pytest.Config) -> Config:
    """The configuration, with the sandbox's full profile."""
    return configuration.load(pytestconfig.getoption("--journeys-config")).in_profile("full")


@pytest.fixture(scope="session")
def box(journeys_config: Config) -> Sandbox:
    """The full sandbox, running."""
    found = stores.sandbox_of(journeys_config, lambda line: None)
    found.up()
    return found


@pytest.fixture
def shop(box: Sandbox) -> Iterator[Any]:
    """The shop's edges, front, wire and replica; healthy before and after the test."""
    box.heal("shop")
    yield box.controls("shop")
    box.heal("shop")
