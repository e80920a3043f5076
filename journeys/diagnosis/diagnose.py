"""From findings to one of seven causes, with the evidence for it, or to an honest unknown."""

from __future__ import annotations

from typing import Final

from journeys.diagnosis.stale import Proof, prove
from journeys.model import (
    APPLICATION_CACHE,
    BROWSER_HTTP_CACHE,
    DATABASE_REPLICA,
    EDGE,
    SEARCH_INDEX,
    SERVICE_WORKER,
    Bypass,
    Cause,
    Diagnosis,
    Finding,
    History,
    Intervention,
    Verdict,
    text_of,
)

_STALE: Final = ("freshness", "agreement", "monotonic_reads", "own_writes")
_ADVICE: Final = {
    SERVICE_WORKER: "let the service worker ask the network first for pages that show the fact",
    BROWSER_HTTP_CACHE: "send Cache-Control: no-cache with pages that show the fact, so that browsers ask each time",
    EDGE: "purge every edge when the fact changes, or lower its lifetime there",
    APPLICATION_CACHE: "invalidate the key after the commit that changes the fact, or lower its lifetime",
    SEARCH_INDEX: "update the index after the commit that changes the fact",
    DATABASE_REPLICA: "look at the replication lag, or read the fact from the primary after a write",
}


def diagnose(history: History, findings: tuple[Finding, ...]) -> tuple[Diagnosis, ...]:
    """One diagnosis per distinct fault among the failed findings, in their order."""
    distinct: dict[tuple[object, ...], Diagnosis] = {}
    for finding in findings:
        if finding.verdict is Verdict.FAIL:
            said = _explain(history, finding)
            # A surface that is stale fails more than one check; its evidence differs in words alone.
            stale = finding.check in _STALE
            distinct.setdefault((said.surface, said.layers, said.suspects) if stale else (said,), said)
    return tuple(distinct.values())


def _explain(history: History, finding: Finding) -> Diagnosis:
    if finding.check in _STALE:
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
    proof = prove(history, finding)
    experiments = (*map(_in_words, proof.tried), *map(_past_in_words, proof.bypassed))
    evidence = (finding.explanation, *experiments, *_aside(proof))
    if not proof.layers:
        return Diagnosis(
            cause=Cause.UNKNOWN,
            surface=finding.surface,
            suspects=proof.suspects,
            evidence=evidence,
            next_step="no layer could be proved: allow more layers to be cleared, or look at the store's own log",
        )
    return Diagnosis(
        cause=Cause.DATABASE if proof.layers[0] == DATABASE_REPLICA else Cause.CACHE,
        surface=finding.surface,
        layers=proof.layers,
        suspects=proof.suspects,
        refilled=proof.refilled,
        confidence=proof.confidence,
        evidence=evidence,
        next_step="; ".join(
            _ADVICE.get(layer, f"look at what the {layer} does when the fact changes") for layer in proof.layers
        ),
    )


def _aside(proof: Proof) -> list[str]:
    """What else is worth telling of the layers that were not named."""
    filled = [
        f"the {layer} had filled itself from there after the write, and only passed it on" for layer in proof.refilled
    ]
    doubt = [
        f"the {layer} turned fresh too, but that could not be told from chance"
        for layer in proof.suspects
        if proof.tried
    ]
    return filled + doubt


def _stuck(history: History, finding: Finding) -> Diagnosis:
    return Diagnosis(
        cause=Cause.PLATFORM,
        evidence=(finding.explanation,),
        next_step="look whether the store answers other customers, and at its error log",
    )


def _in_words(tried: Intervention) -> str:
    where = f"{tried.layer} ({tried.instance})" if tried.instance else tried.layer
    left = f"; the copy would have lived for {_seconds(tried.left_s)}" if tried.left_s is not None else ""
    return (
        f"{where}: {text_of(tried.control.value)} before clearing {tried.what},"
        f" {text_of(tried.after.value)} after it{left}"
    )


def _past_in_words(tried: Bypass) -> str:
    where = f"{tried.layer} ({tried.instance})" if tried.instance else tried.layer
    return (
        f"{where}, not cleared: {text_of(tried.before.value)} through it, {text_of(tried.past.value)} past it,"
        f" {text_of(tried.again.value)} through it again"
    )


def _seconds(left: float) -> str:
    return "as long as nothing replaced it" if left == float("inf") else f"{left:.0f} s more"
