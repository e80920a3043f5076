"""Why a surface shows what the record does not say: the layers that experiments proved, or the store itself."""

from __future__ import annotations

from typing import Final

from journeys.checks import agrees
from journeys.diagnosis.reason import Reason
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
    Finding,
    History,
    Intervention,
    Reading,
    text_of,
)

_ADVICE: Final = {
    SERVICE_WORKER: "let the service worker ask the network first for pages that show the fact",
    BROWSER_HTTP_CACHE: "send Cache-Control: no-cache with pages that show the fact, so that browsers ask each time",
    EDGE: "purge every edge when the fact changes, or lower its lifetime there",
    APPLICATION_CACHE: "invalidate the key after the commit that changes the fact, or lower its lifetime",
    SEARCH_INDEX: "update the index after the commit that changes the fact",
    DATABASE_REPLICA: "look at the replication lag, or read the fact from the primary after a write",
}
NEVER_SO: Final = 0.9
NO_LAYER_LEFT: Final = 0.6
"""How sure it is that the store itself is wrong: the value was never true; it was, and an unknown cache may hold it."""


def stale(history: History, finding: Finding) -> Reason:
    """The layers that hold the old value; the store itself where no layer is left and the value was never true."""
    proof = prove(history, finding)
    experiments = (*map(_in_words, proof.tried), *map(_past_in_words, proof.bypassed))
    evidence = (finding.explanation, *experiments, *_aside(proof))
    if proof.layers:
        return Reason(
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
    if not proof.suspects:
        return _of_the_store(history, finding, evidence)
    return Reason(
        cause=Cause.UNKNOWN,
        surface=finding.surface,
        suspects=proof.suspects,
        evidence=evidence,
        next_step="no layer could be proved: allow more layers to be cleared, or look at the store's own log",
    )


def _of_the_store(history: History, finding: Finding, evidence: tuple[str, ...]) -> Reason:
    """No layer before the store holds the value: the store works it out wrong, or keeps it where nobody knows."""
    last = next((each for each in reversed(finding.readings) if agrees(history, each) is False), None)
    never = last is not None and _never_so(history, last)
    said = f"the record never said {text_of(last.value)}, and " if never and last is not None else ""
    return Reason(
        cause=Cause.PLATFORM,
        surface=finding.surface,
        confidence=NEVER_SO if never else NO_LAYER_LEFT,
        evidence=(*evidence, f"{said}no layer before the store holds it"),
        next_step=f"look at how the store works out what {finding.surface} shows",
    )


def _never_so(history: History, reading: Reading) -> bool:
    """Whether the record said this at no sample: an old copy would hold what was true once."""
    surface = history.surface(reading.surface, reading.fact)
    return all(surface.shows.of(value) != reading.value for _, value in history.record(reading.fact))


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
