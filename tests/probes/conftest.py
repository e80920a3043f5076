"""A PostgreSQL of the tests' own, and databases in it; what is asked of SQLite is asked of them as well."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from server import Server, running

from journeys.probes.database import open_database
from journeys.probes.history import History

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "probes"))  # the outcomes and promises to be kept here too


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests."""
    with running(tmp_path_factory.mktemp("postgresql")) as server:
        yield server


@pytest.fixture
def database(server: Server) -> str:
    """The address of a new database with nothing in it."""
    return server.database()


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    """A new database, open."""
    engine = open_database(database)
    yield engine
    engine.dispose()


@pytest.fixture
def history(engine: sa.Engine) -> History:
    """A history with nothing in it."""
    return History(engine)
