"""Allure results of runs that are performed outside pytest: one test result a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from allure_commons import model2, utils
from allure_commons.logger import AllureFileLogger

from journeys.model import Heading, History, Result, Step, Verdict
from reports.allure_story import STATUS, STEP_STATUS, Told, checks, enclosures, guilty, labels, summary
from reports.page import description
from reports.words import caches_in_words, message, what_ran

_open_folder: Final[Callable[[str], Any]] = AllureFileLogger
_digest: Final[Callable[..., str]] = utils.md5
_host: Final[Callable[[], str]] = utils.host_tag
_language: Final[Callable[[], str]] = utils.platform_label


@dataclass(slots=True, kw_only=True)
class _Part:
    """A step as it was watched; ``step`` is what the journey says of it, None for the tester's own."""

    name: str
    began: datetime
    ended: datetime | None = None
    step: Step | None = None


class AllureWatcher:
    """A watcher that leaves an Allure result of each run in ``folder``.

    A second run of the same journey, store and caches is a test of its own and no retry: it would hide the first.
    ``now`` gives the time in UTC.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._folder = _open_folder(str(folder))
        self._now = now
        self._parts: list[_Part] = []
        self._results: dict[tuple[str, str, str], list[Result]] = {}

    def began(self, heading: Heading) -> None:
        """A run begins."""
        self._parts = []

    def step_began(self, name: str) -> None:
        """A step begins; it ends one of the tester's own that is still open."""
        self._close()
        self._parts.append(_Part(name=name, began=self._now()))

    def step_ended(self, step: Step) -> None:
        """A step of the journey has ended."""
        if not self._parts or self._parts[-1].name != step.name:
            self._parts.append(_Part(name=step.name, began=self._now()))
        self._parts[-1].step = step
        self._parts[-1].ended = self._now()

    def ended(self, result: Result, artifacts: Mapping[str, Path]) -> None:
        """The run is judged: write its result and attachments."""
        self._close()
        repetitions = self._repetitions(result)
        test = _test(result, len(repetitions))
        parts = [_part(result, part) for part in self._parts]
        test.steps = parts or [_step(result.history, step) for step in result.history.steps]
        judged = _milliseconds(self._now())
        test.steps += [_told(each, judged) for each in checks(result)]
        for enclosure in (*enclosures(result, artifacts), *summary(repetitions)):
            name = model2.ATTACHMENT_PATTERN.format(prefix=uuid4(), ext=enclosure.extension)
            if isinstance(enclosure.content, Path):
                self._folder.report_attached_file(enclosure.content, name)
            else:
                self._folder.report_attached_data(enclosure.content, name)
            test.attachments.append(model2.Attachment(name=enclosure.name, source=name, type=enclosure.media_type))
        self._folder.report_result(test)
        self._parts = []

    def _close(self) -> None:
        if self._parts and self._parts[-1].ended is None:
            self._parts[-1].ended = self._now()

    def _repetitions(self, result: Result) -> list[Result]:
        """The runs of the same journey, store and caches so far, this one included."""
        heading = result.history.heading
        repetitions = self._results.setdefault((heading.store, heading.journey, heading.caches), [])
        repetitions.append(result)
        return repetitions


def _test(result: Result, time: int) -> Any:
    heading, history = result.history.heading, result.history
    case = (heading.store, heading.journey)
    again = (str(time),) if time > 1 else ()
    test = model2.TestResult(
        uuid=str(uuid4()),
        name=what_ran(heading) + (f", repetition {time}" if again else ""),
        fullName=f"{heading.store}: {heading.journey}",
        testCaseId=_digest("/".join(case)),
        historyId=_digest("/".join((*case, heading.caches, *again))),
        titlePath=[heading.store, heading.title or heading.journey],
        status=STATUS[result.verdict],
        stage="finished",
        start=_milliseconds(heading.began),
        stop=_milliseconds(history.at(result.duration_s)),
        descriptionHtml=description(result) or None,
    )
    if result.verdict is not Verdict.PASS:
        test.statusDetails = model2.StatusDetails(message=message(result))
    test.parameters = [_parameter("store", heading.store), _parameter("caches", heading.caches)]
    test.parameters += [_parameter("repetition", each) for each in again]
    each_time = {"seed": str(heading.seed), "run": heading.run}
    test.parameters += [_parameter(name, value, excluded=True) for name, value in each_time.items()]
    test.labels = [model2.Label(name=name, value=value) for name, value in (*_places(heading), *labels(result))]
    return test


def _places(heading: Heading) -> tuple[tuple[str, str], ...]:
    return (
        ("suite", heading.store),
        ("feature", heading.title or heading.journey),
        ("story", caches_in_words(heading.caches)),
        ("framework", "journeys"),
        ("language", _language()),
        ("host", _host()),
        ("thread", heading.store),
    )


def _parameter(name: str, value: str, *, excluded: bool | None = None) -> Any:
    return model2.Parameter(name=name, value=value, excluded=excluded)


def _part(result: Result, part: _Part) -> Any:
    history = result.history
    if part.step is not None:
        return _step(history, part.step)
    ended = part.ended or part.began
    began_s, ended_s = ((each - history.heading.began).total_seconds() for each in (part.began, ended))
    return model2.TestStepResult(
        name=part.name,
        status=guilty(result, began_s, ended_s),
        stage="finished",
        start=_milliseconds(part.began),
        stop=_milliseconds(ended),
    )


def _step(history: History, step: Step) -> Any:
    return model2.TestStepResult(
        name=step.name,
        status=STEP_STATUS[step.outcome],
        statusDetails=model2.StatusDetails(message=step.error) if step.error else None,
        stage="finished",
        start=_milliseconds(history.at(step.began)),
        stop=_milliseconds(history.at(step.ended)),
    )


def _told(told: Told, at: int) -> Any:
    return model2.TestStepResult(
        name=told.name,
        status=told.status,
        stage="finished",
        start=at,
        stop=at,
        steps=[_told(each, at) for each in told.below],
    )


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
