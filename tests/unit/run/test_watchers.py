"""Several watchers of one run: one that cannot write keeps none of the others from being told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from histories import healthy

from journeys.model import Result
from journeys.run.watchers import Silent, Together


class Full(Silent):
    """Writes on a full disk."""

    def ended(self, result: Result, artifacts: Mapping[str, Path]) -> None:
        raise OSError(28, "No space left on device")


class Told(Silent):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.results: list[Result] = []

    def ended(self, result: Result, artifacts: Mapping[str, Path]) -> None:
        self.results.append(result)


def test_all_are_told_of_the_end_before_one_that_could_not_write_says_so() -> None:
    told, result = Told(), Result(history=healthy(), findings=())
    with pytest.raises(OSError, match="No space left"):
        Together((Full(), told)).ended(result, {})
    assert told.results == [result]
