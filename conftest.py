"""Wiring of the tests: which browser they drive, and the sandbox that the store tests run against."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from journeys import stores
from journeys.browser import find
from journeys.config import Config, Profile, load
from sandbox import CATALOGUE, Sandbox, State, Status

_PROFILES: tuple[Profile, ...] = ("embedded", "full")
_FOUND_UP = pytest.StashKey[set[str]]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Remember which of somebody's sandboxes are running, be it in part: they are left running then.

    Where the tests run in the background of a shell, SIGINT is ignored, and would be by every program that is tested.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(session.config, "workerinput"):
        running = {each for each in _PROFILES if _sandbox(each).status().state is not State.DOWN}
        session.config.stash[_FOUND_UP] = running


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End the sandboxes that the tests have started."""
    if not hasattr(session.config, "workerinput"):
        for profile in _PROFILES:
            if profile not in session.config.stash.get(_FOUND_UP, set()):
                _sandbox(profile).down()


def _sandbox(profile: Profile) -> Sandbox:
    return stores.sandbox_of(load(None).in_profile(profile), lambda line: None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Tests that use pytest-playwright's ``page`` drive the same browser as the journeys."""
    path = find(os.environ.get("JOURNEYS_BROWSER"))
    return browser_type_launch_args | ({"executable_path": str(path)} if path else {})


@pytest.fixture(scope="session")
def sandbox(journeys_config: Config) -> Status:
    """Both stores, running, in their seeded state."""
    box = stores.sandbox_of(journeys_config, lambda line: None)
    box.up()
    return box.status()


@pytest.fixture
def planted(sandbox: Status, journeys_config: Config) -> Iterator[Callable[[str], Any]]:
    """``with planted("missing_mail"):`` plants a fault in its store; afterwards the store is as seeded."""

    @contextmanager
    def plant(name: str) -> Iterator[None]:
        fault = next(each for each in CATALOGUE if each.name == name)
        home: Path = sandbox.stores[fault.store].home
        fault.plant(home)
        try:
            yield
        finally:
            fault.mend(home)
            stores.sandbox_of(journeys_config, lambda line: None).reset(fault.store)

    yield plant
