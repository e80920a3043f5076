"""Watchers of runs that need no report: nobody at all, and several together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from journeys.model import Heading, Result, Step
from journeys.run.ports import Watcher


class Silent:
    """A watcher that tells nobody."""

    def began(self, heading: Heading) -> None:
        """A run begins."""

    def step_began(self, name: str) -> None:
        """A step begins."""

    def step_ended(self, step: Step) -> None:
        """A step has ended."""

    def ended(self, result: Result, artifacts: Mapping[str, Path]) -> None:
        """The run is judged."""


class Together:
    """Several watchers, told one after the other."""

    def __init__(self, watchers: Sequence[Watcher]) -> None:
        self._watchers = watchers

    def began(self, heading: Heading) -> None:
        """A run begins."""
        for watcher in self._watchers:
            watcher.began(heading)

    def step_began(self, name: str) -> None:
        """A step begins."""
        for watcher in self._watchers:
            watcher.step_began(name)

    def step_ended(self, step: Step) -> None:
        """A step has ended."""
        for watcher in self._watchers:
            watcher.step_ended(step)

    def ended(self, result: Result, artifacts: Mapping[str, Path]) -> None:
        """The run is judged; the first that could not write it down says so once all the others were told."""
        failed: list[OSError] = []
        for watcher in self._watchers:
            try:
                watcher.ended(result, artifacts)
            except OSError as error:
                failed.append(error)
        if failed:
            raise failed[0]
