"""From findings to one of seven causes, with the evidence for it, or to an honest unknown."""

from __future__ import annotations

from journeys.checks import agrees
from journeys.model import Cause, Diagnosis, Finding, History, Intervention, Verdict, text_of


def diagnose(history: History, findings: tuple[Finding, ...]) -> tuple[Diagnosis, ...]:
    """One diagnosis per distinct fault among the failed findings, in their order."""
    failed = [finding for finding in findings if finding.verdict is Verdict.FAIL]
    return tuple(dict.fromkeys(_explain(history, finding) for finding in failed))


def proof(history: History, surface: str, fact: str) -> Intervention | None:
    """The intervention that named a layer: old just before it (control), fresh just after it."""
    for tried in history.interventions:
        concerned = tried.surface == surface and tried.fact.key == fact
        if concerned and agrees(history, tried.control) is False and agrees(history, tried.after) is True:
            return tried
    return None


def _explain(history: History, finding: Finding) -> Diagnosis:
    if finding.check in ("freshness", "agreement"):
        return _stale(history, finding)
    if finding.check == "completion":
        return _stuck(history, finding)
    if finding.check == "confirmation" and finding.surface.endswith("mail"):
        return Diagnosis(
            cause=Cause.INTEGRATION,
            surface=finding.surface,
            evidence=(finding.explanation,),
            next_step="look at the store's mail queue and the mail service's log for this order",
        )
    return Diagnosis(
        cause=Cause.PLATFORM,
        surface=finding.surface,
        evidence=(finding.explanation,),
        next_step="the record itself is wrong: look at the store's log of this order",
    )


def _stale(history: History, finding: Finding) -> Diagnosis:
    tried = [each for each in history.interventions if (each.surface, each.fact.key) == (finding.surface, finding.fact)]
    named = proof(history, finding.surface, finding.fact)
    steps = tuple(_in_words(each) for each in tried)
    if named is not None:
        return Diagnosis(
            cause=Cause.CACHE,
            surface=finding.surface,
            layer=named.layer,
            evidence=(finding.explanation, *steps),
            next_step=f"invalidate the {named.layer} when the fact changes, or lower its lifetime ({named.what})",
        )
    path = next(
        (s.path for s in history.heading.surfaces if s.name == finding.surface and finding.fact.startswith(s.fact)), ()
    )
    cleared = {
        each.layer for each in tried if agrees(history, each.control) is False and agrees(history, each.after) is False
    }
    return Diagnosis(
        cause=Cause.UNKNOWN,
        surface=finding.surface,
        suspects=tuple(layer for layer in path if layer not in cleared),
        evidence=(finding.explanation, *steps),
        next_step="no layer could be proved: allow more layers to be cleared, or look at the store's own log",
    )


def _stuck(history: History, finding: Finding) -> Diagnosis:
    return Diagnosis(
        cause=Cause.PLATFORM,
        evidence=(finding.explanation,),
        next_step="look whether the store answers other customers, and at its error log",
    )


def _in_words(tried: Intervention) -> str:
    return (
        f"{tried.layer}: {text_of(tried.control.value)} before clearing {tried.what},"
        f" {text_of(tried.after.value)} after it"
    )
