"""The probes' database for tests that need one: SQLite in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from journeys.probes.database import open_database
from journeys.probes.history import History


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a database that is not there yet."""
    return f"sqlite:///{tmp_path}/probes.sqlite3"


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
