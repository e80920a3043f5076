"""Allure steps of runs that are performed inside pytest, opened while allure-pytest listens."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

import allure
import pytest

from journeys.model import Heading, Result, Step
from reports.allure_story import BROKEN, FAILED, SKIPPED, STATUS, STEP_STATUS, Told, checks, enclosures, labels
from reports.page import description
from reports.words import message, what_ran

# allure-pytest declares no types.
_test: Final[Any] = allure.dynamic
_attach: Final[Any] = allure.attach
_KINDS: Final[dict[str, type[BaseException]]] = {
    FAILED: AssertionError,
    BROKEN: RuntimeError,
    SKIPPED: pytest.skip.Exception,
}


class AllureSteps:
    """A watcher for one test: each run is a step of it, with the steps, checks and attachments of the run below.

    Without ``--alluredir`` it does nothing. Call ``close`` when the test ends, so that no step stays open after an
    interruption.
    """

    def __init__(self) -> None:
        self._open: list[Any] = []
        self._labels: set[tuple[str, str]] = set()
        self._description = ""

    def began(self, heading: Heading) -> None:
        """A run begins."""
        self.close()
        self._label("feature", heading.title or heading.journey)
        self._label("suite", heading.store)
        _test.parameter("seed", heading.seed, excluded=True)
        self._enter(what_ran(heading))

    def step_began(self, name: str) -> None:
        """A step begins; it ends one of the tester's own that is still open."""
        self._back_to(1)
        self._enter(name)

    def step_ended(self, step: Step) -> None:
        """A step of the journey has ended."""
        if len(self._open) > 1:
            self._leave(STEP_STATUS[step.outcome], step.error or step.outcome)

    def ended(self, result: Result, artifacts: Mapping[str, Path]) -> None:
        """The run is judged: tell the findings, attach the evidence, and label the test with the causes."""
        self._back_to(1)
        for check in checks(result):
            self._tell(check)
        for enclosure in enclosures(result, artifacts):
            attach = _attach.file if isinstance(enclosure.content, Path) else _attach
            attach(
                enclosure.content,
                name=enclosure.name,
                attachment_type=enclosure.media_type,
                extension=enclosure.extension,
            )
        for name, value in labels(result):
            self._label(name, value)
        self._describe(result)
        self._leave(STATUS[result.verdict], message(result).partition("\n")[0])

    def close(self) -> None:
        """End every step that is still open."""
        self._back_to(0)

    def _label(self, name: str, value: str) -> None:
        """Label the test, once only when several runs have the same label."""
        if (name, value) not in self._labels:
            self._labels.add((name, value))
            _test.label(name, value)

    def _describe(self, result: Result) -> None:
        told = description(result)
        if told:
            self._description += f"<p><b>{escape(what_ran(result.history.heading))}</b></p>{told}"
            _test.description_html(self._description)

    def _back_to(self, depth: int) -> None:
        while len(self._open) > depth:
            self._leave()

    def _tell(self, told: Told) -> None:
        self._enter(told.name)
        for each in told.below:
            self._tell(each)
        self._leave(told.status, told.name)

    def _enter(self, name: str) -> None:
        step: Any = allure.step(name)
        step.__enter__()
        self._open.append(step)

    def _leave(self, status: str = "", said: str = "") -> None:
        """End the innermost step; allure-pytest reads its status off an exception."""
        if self._open:
            error = _raised(status, said)
            self._open.pop().__exit__(type(error) if error else None, error, None)


def _raised(status: str, said: str) -> BaseException | None:
    kind = _KINDS.get(status)
    return kind(said) if kind else None
