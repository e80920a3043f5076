"""A service to be asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from service import Service, answering


@pytest.fixture
def service() -> Iterator[Service]:
    with answering() as told:
        yield told
