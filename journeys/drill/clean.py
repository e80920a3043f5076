"""Runs in healthy stores, and whether anybody was alarmed without a reason; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from journeys.drill.booking_faults import OWN_CACHES
from journeys.model import APPLICATION_CACHE, Finding, Result, Verdict

_OF_STALENESS: Final = ("freshness", "agreement", "monotonic_reads", "own_writes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One run in a healthy store: its alarms, true and false, and how many orders other customers placed meanwhile."""

    run: str
    journey: str
    store: str
    seed: int
    seconds: float
    others: int
    alarms: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    def in_words(self) -> str:
        """What came of it, in a line."""
        if self.alarms:
            return "FALSE ALARM: " + "; ".join(self.alarms)
        said = f"no false alarm in {self.seconds:.1f} s, {self.others} orders of others"
        if self.known:
            said += f"; the store's own stale caches: {', '.join(self.known)}"
        return said + (f"; not known: {'; '.join(self.unknown)}" if self.unknown else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """All the clean runs together."""

    runs: tuple[Passed, ...] = ()

    @property
    def alarms(self) -> int:
        """How many findings were false."""
        return sum(len(each.alarms) for each in self.runs)

    @property
    def others(self) -> int:
        """How many orders other customers placed during the runs."""
        return sum(each.others for each in self.runs)


def passed(result: Result, *, others: int) -> Passed:
    """One clean run; what pretix's own caches hold back is a true finding, whatever else is found is false."""
    heading = result.history.heading
    failed = [each for each in result.findings if each.verdict is Verdict.FAIL]
    known = [each for each in failed if _known(result, each)]
    return Passed(
        run=heading.run,
        journey=heading.journey,
        store=heading.store,
        seed=heading.seed,
        seconds=result.duration_s,
        others=others,
        alarms=tuple(_words([each for each in failed if each not in known])),
        known=tuple(dict.fromkeys(each.surface for each in known)),
        unknown=tuple(_words([each for each in result.findings if each.verdict is Verdict.UNKNOWN])),
        left=tuple(each.what for each in result.history.residue if not each.benign),
    )


def _known(result: Result, finding: Finding) -> bool:
    """A stale surface that the store's own cache makes, with no other layer named."""
    if finding.check not in _OF_STALENESS or finding.surface not in OWN_CACHES:
        return False
    named = {layer for each in result.diagnoses if each.surface == finding.surface for layer in each.layers}
    return named <= {APPLICATION_CACHE}


def _words(findings: Iterable[Finding]) -> Iterable[str]:
    return (f"{each.check}: {each.explanation}" for each in findings)
