"""What the experiments on one stale surface prove: which layers hold the old value, and which only might."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from journeys.checks import agrees
from journeys.model import Bypass, Finding, History, Intervention, WriteOutcome

BY_CLEARING: Final = 0.99
BY_VANTAGE: Final = 0.97
BY_BYPASS: Final = 0.9
WITH_SUSPECTS: Final = 0.8
"""Confidences: a copy known to live on was cleared; another one lived on; read past without clearing; and what is left
of either when further layers could not be excluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The layers that hold the old value, innermost first, those that only might, and the experiments behind it."""

    layers: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    refilled: tuple[str, ...] = ()
    confidence: float = 0.0
    tried: tuple[Intervention, ...] = ()
    bypassed: tuple[Bypass, ...] = ()


def prove(history: History, finding: Finding) -> Proof:
    """What the experiments after a finding's readings say, as far as the next write."""
    tried = tuple(each for each in history.interventions if _concerns(history, finding, each, each.control.asked))
    bypassed = tuple(each for each in history.bypasses if _concerns(history, finding, each, each.before.asked))
    named: dict[str, float] = {}
    suspects: list[str] = []
    refilled: list[str] = []
    for each in tried:
        sure = _sureness(history, each)
        if sure is None:
            continue
        own = True if not named and not refilled and not suspects else _older_than_the_write(history, each)
        if sure and own:
            named[each.layer] = min(sure, named.get(each.layer, 1.0))
        elif own is False:
            refilled.append(each.layer)
        else:
            suspects.append(each.layer)
    for past in bypassed:
        if _passed(history, past):
            named.setdefault(past.layer, BY_BYPASS)
    unsure = tuple(dict.fromkeys(layer for layer in suspects if layer not in named))
    if not named:
        return Proof(suspects=unsure or _untold(history, finding, tried), tried=tried, bypassed=bypassed)
    return Proof(
        layers=tuple(named),
        suspects=unsure,
        refilled=tuple(dict.fromkeys(layer for layer in refilled if layer not in named)),
        confidence=min(named.values()) * (WITH_SUSPECTS if unsure else 1.0),
        tried=tried,
        bypassed=bypassed,
    )


def _concerns(history: History, finding: Finding, tried: Intervention | Bypass, at: float) -> bool:
    """Whether an experiment followed the finding's readings, with no other write between."""
    if (tried.surface, tried.fact.key) != (finding.surface, finding.fact) or not finding.readings:
        return False
    last = finding.readings[-1].asked
    return at >= last and not any(last <= write.began <= at for write in history.writes)


def _sureness(history: History, tried: Intervention) -> float | None:
    """How sure it is that the clearing made the value fresh: 0 if it may have expired by itself, None if it did not."""
    if agrees(history, tried.control) is not False or agrees(history, tried.after) is not True:
        return None
    took = tried.after.received - tried.control.asked
    if tried.left_s is not None and tried.left_s > took:
        return BY_CLEARING
    untouched = tried.vantage is not None and agrees(history, tried.vantage) is False
    return BY_VANTAGE if untouched else 0.0


def _older_than_the_write(history: History, tried: Intervention) -> bool | None:
    """Whether an outer layer's copy is from before the write, and not one filled since from a stale layer inside."""
    acked = [w.acked_at for w in history.writes if w.outcome is WriteOutcome.ACKED and w.ended <= tried.control.asked]
    if not acked or tried.age_s is None:
        return None
    return tried.age_s > tried.control.asked - acked[-1]


def _passed(history: History, tried: Bypass) -> bool:
    """Old through the layer, fresh past it, and old through it again."""
    through = [agrees(history, reading) for reading in (tried.before, tried.again)]
    return through == [False, False] and agrees(history, tried.past) is True


def _untold(history: History, finding: Finding, tried: tuple[Intervention, ...]) -> tuple[str, ...]:
    """The layers of the path that no experiment has cleared of suspicion."""
    surfaces = (s for s in history.heading.surfaces if s.name == finding.surface and finding.fact.startswith(s.fact))
    path = next((surface.path for surface in surfaces), ())
    still_old = {
        each.layer for each in tried if agrees(history, each.control) is False and agrees(history, each.after) is False
    }
    return tuple(layer for layer in path if layer not in still_old)
