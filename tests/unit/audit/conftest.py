"""One small database for all audits of a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.audit.engine import Engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database that keeps little in memory."""
    folder: Path = tmp_path_factory.mktemp("audit")
    with Engine(folder=folder, memory_mb=200, threads=2) as opened:
        yield opened
