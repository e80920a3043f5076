"""What Allure is told of a run, whoever writes it down: status, labels, attachments, and the checks as steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from journeys.checks import ALL_CHECKS
from journeys.model import Finding, Result, StepOutcome, Verdict, worst
from reports.delays import delays_page
from reports.page import readings_page
from reports.picture import pictures
from reports.tables import tables
from reports.why import PAGE, why_page
from reports.words import sentence

FAILED: Final = "failed"
BROKEN: Final = "broken"
PASSED: Final = "passed"
SKIPPED: Final = "skipped"
STATUS: Final = {Verdict.FAIL: FAILED, Verdict.UNKNOWN: BROKEN, Verdict.PASS: PASSED}
STEP_STATUS: Final = {
    StepOutcome.PASSED: PASSED,
    StepOutcome.FAILED: FAILED,
    StepOutcome.BROKEN: BROKEN,
    StepOutcome.SKIPPED: SKIPPED,
}
_PROMISES: Final = {check.name: check.promise for check in ALL_CHECKS}
_TYPES: Final = {
    "png": "image/png",
    "ndjson": "text/plain",
    "zip": "application/zip",
    "html": "text/html",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """One attachment: its media type, and its bytes or the file that holds them."""

    name: str
    extension: str
    media_type: str
    content: bytes | Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One step that only tells something, and the steps below it."""

    name: str
    status: str
    message: str = ""
    below: tuple[Told, ...] = field(default=())


def labels(result: Result) -> tuple[tuple[str, str], ...]:
    """Labels beside feature and suite: each cause and layer that was found."""
    told: list[tuple[str, str]] = []
    for diagnosis in result.diagnoses:
        told += [("tag", diagnosis.cause.value), ("cause", diagnosis.cause.value)]
        for layer in diagnosis.layers:
            told += [("tag", layer), ("stale layer", layer)]
    return tuple(dict.fromkeys(told))


def enclosures(result: Result, artifacts: Mapping[str, Path]) -> tuple[Enclosure, ...]:
    """Why it is not well, the pictures of what was isolated, tables of all that was seen, and every other artifact."""
    why = {} if result.verdict is Verdict.PASS else {PAGE: why_page(result)}
    pages = {**why, **pictures(result), "readings.html": readings_page(result.history)}
    told = [
        Enclosure(name=name.removesuffix(".html"), extension="html", media_type="text/html", content=text.encode())
        for name, text in pages.items()
    ]
    told += [
        Enclosure(name=each.title.lower(), extension="csv", media_type="text/csv", content=each.as_csv())
        for each in tables(result.history)
    ]
    for name, path in artifacts.items():
        if path.is_file() and name not in pages:
            stem, _, extension = name.rpartition(".")
            kind = _TYPES.get(extension, "application/octet-stream")
            told.append(Enclosure(name=stem or name, extension=extension, media_type=kind, content=path))
    return tuple(told)


def summary(repetitions: Sequence[Result]) -> tuple[Enclosure, ...]:
    """How long writes took to arrive in these runs of one journey; nothing for a single one."""
    if len(repetitions) < 2:
        return ()
    content = delays_page(repetitions).encode()
    return (Enclosure(name="propagation delay", extension="html", media_type="text/html", content=content),)


def checks(result: Result) -> tuple[Told, ...]:
    """Each check as a step, its findings below it."""
    by_check: dict[str, list[Finding]] = {}
    for finding in result.findings:
        by_check.setdefault(finding.check, []).append(finding)
    return tuple(
        Told(
            name=f"check {name}: {_PROMISES.get(name, '')}".removesuffix(": "),
            status=STATUS[worst(finding.verdict for finding in findings)],
            below=tuple(_finding(finding) for finding in findings),
        )
        for name, findings in by_check.items()
    )


def _finding(finding: Finding) -> Told:
    return Told(name=sentence(finding.explanation), status=STATUS[finding.verdict])


def guilty(result: Result, began: float, ended: float) -> str:
    """The status of one of the tester's own steps: what kept the run from going on while it lasted, if anything did."""
    for trouble in result.history.troubles:
        if began <= trouble.at <= ended:
            return FAILED if trouble.blame == "store" else BROKEN
    return PASSED
