"""Which diagnosis explains which findings, so that what has one reason is told once."""

from __future__ import annotations

from dataclasses import dataclass

from journeys.diagnosis import diagnose
from journeys.model import Diagnosis, Finding, Result, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One diagnosis, and the findings that it explains, in their order."""

    diagnosis: Diagnosis
    findings: tuple[Finding, ...]


def explained(result: Result) -> tuple[tuple[Explained, ...], tuple[Finding, ...]]:
    """The diagnoses of a run with their findings, the surest first; and the findings that none explains."""
    failures = result.failures()
    reasons = [(finding, diagnosis_of(result, finding)) for finding in failures]
    known = tuple(
        Explained(diagnosis=each, findings=tuple(finding for finding, why in reasons if why is each))
        for each in result.diagnoses
    )
    return known, tuple(finding for finding, why in reasons if why is None)


def diagnosis_of(result: Result, finding: Finding) -> Diagnosis | None:
    """The diagnosis that explains this finding, if there is one."""
    if finding.verdict is not Verdict.FAIL:
        return None
    same = {_about(each): each for each in reversed(result.diagnoses)}
    for alone in diagnose(result.history, (finding,)):
        if _about(alone) in same:
            return same[_about(alone)]
    for diagnosis in result.diagnoses:
        if any(each and finding.explanation.startswith(each) for each in diagnosis.evidence):
            return diagnosis
    return next((each for each in result.diagnoses if each.surface and each.surface == finding.surface), None)


def _about(diagnosis: Diagnosis) -> tuple[object, ...]:
    """What it blames: findings that blame the same have one diagnosis."""
    return diagnosis.cause, diagnosis.surface, diagnosis.layers, diagnosis.suspects
