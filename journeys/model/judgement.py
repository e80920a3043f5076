"""What is said about a history: findings, the diagnosis and the result of a run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from journeys.model.events import Reading
from journeys.model.history import History
from journeys.model.verdict import Verdict, worst


class Cause(StrEnum):
    """The seven causes, and the honest eighth."""

    PLATFORM = "platform"
    CACHE = "cache"
    INTEGRATION = "integration"
    DATABASE = "database"
    CONFIGURATION = "configuration"
    THIRD_PARTY = "third-party"
    NETWORK = "network"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check says, and the readings it rests on."""

    check: str
    verdict: Verdict
    explanation: str
    surface: str = ""
    fact: str = ""
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Why something is wrong: the cause, the layers and surface, the evidence, and what to do next.

    ``layers`` are named only when an experiment proved them, the innermost first; ``suspects`` could not be excluded.
    ``refilled`` are those outside of them that filled themselves from there after the write, and only passed it on.
    ``confidence`` is how sure that is, from 0 to 1.
    """

    cause: Cause
    surface: str = ""
    layers: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    refilled: tuple[str, ...] = ()
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One judged run."""

    history: History
    findings: tuple[Finding, ...]
    diagnoses: tuple[Diagnosis, ...] = ()
    duration_s: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """The worst of the findings; UNKNOWN without any."""
        return worst(finding.verdict for finding in self.findings)

    def failures(self) -> tuple[Finding, ...]:
        """The findings that are not PASS, the worst first."""
        bad = (finding for finding in self.findings if finding.verdict is not Verdict.PASS)
        return tuple(sorted(bad, key=lambda finding: -finding.verdict.rank))
