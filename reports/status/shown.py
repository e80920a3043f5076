"""What the pages of one probe, one run and one incident tell beside the overview; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil

from journeys.probes.outcome import Outcome
from reports.status.overview import Incident, ProbeNow, Silence
from reports.status.paths import PathShown


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """One step over several runs: how long it took last, usually and in the slow ones; failed in so many of them."""

    name: str
    last_s: float | None
    median_s: float
    slow_s: float
    failed: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbePage:
    """One probe and a page of its runs: those in ``state`` (a word, empty for all) that were due before ``before``.

    ``older`` is before when the next page begins, None on the last one.
    """

    at: float
    probe: ProbeNow
    runs: tuple[Outcome, ...] = ()
    state: str = ""
    before: float | None = None
    older: float | None = None
    silence: Silence | None = None

    @property
    def steps(self) -> tuple[StepShown, ...]:
        """The steps of the runs in the timeline, in the order of the newest."""
        return steps_of(self.probe.runs)

    @property
    def longest_s(self) -> float:
        """How long the longest step usually takes; never 0, so that others can be measured by it."""
        return max((step.median_s for step in self.steps), default=0.0) or 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """One run, its paths as far as they are known, and the names of the pages that it left on this machine."""

    at: float
    outcome: Outcome
    paths: tuple[PathShown, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """One incident, the run that told most of it, and the runs of each probe around it, newest first."""

    at: float
    incident: Incident
    outcome: Outcome | None = None
    paths: tuple[PathShown, ...] = ()
    runs: Mapping[str, tuple[Outcome, ...]] = field(default_factory=dict)


def steps_of(runs: Iterable[Outcome]) -> tuple[StepShown, ...]:
    """How long each step takes; a step that was skipped is not counted."""
    took: dict[str, list[float]] = {}
    last: dict[str, float] = {}
    failed: dict[str, int] = {}
    for run in runs:
        for step in run.steps:
            if step.outcome != "skipped":
                took.setdefault(step.name, []).append(step.took_s)
                last.setdefault(step.name, step.took_s)
                failed[step.name] = failed.get(step.name, 0) + (step.outcome == "failed")
    return tuple(
        StepShown(
            name=name,
            last_s=last[name],
            median_s=_ranked(seconds, 0.5),
            slow_s=_ranked(seconds, 0.95),
            failed=failed[name],
            of=len(seconds),
        )
        for name, seconds in took.items()
    )


def _ranked(seconds: list[float], share: float) -> float:
    """The smallest that this share did not exceed."""
    return sorted(seconds)[max(1, ceil(share * len(seconds) - 1e-9)) - 1]
