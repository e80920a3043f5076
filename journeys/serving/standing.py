"""How a probe and a store stand, judged from what became of their ticks; pure.

One run that says nothing of the store changes nothing: what was known before holds. After two in a row it is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from journeys.probes.outcome import Outcome, State
from journeys.probes.probe import Probe
from journeys.serving.due import expected_by, interval_of
from reports.status import Health, Incident, Maintenance, ProbeNow, Silence, StoreNow, worst
from reports.words import listed, sentence

_TOLD: Final = {
    State.UNKNOWN: "could not tell",
    State.BROKEN: "broke, through no fault of the store",
    State.INTERRUPTED: "was cut off",
}
_FORGIVEN: Final = 1


def health_of(outcome: Outcome) -> Health:
    """What one run says of the store: when all steps succeeded and something is wrong all the same, it is degraded."""
    if outcome.state is State.PASSED:
        return Health.WORKING
    if outcome.state is not State.FAILED:
        return Health.UNKNOWN
    through = outcome.steps and all(step.outcome == "passed" for step in outcome.steps)
    return Health.DEGRADED if through else Health.FAILING


def probe_now(
    name: str,
    probe: Probe | None,
    runs: Sequence[Outcome],
    *,
    at: float,
    before: Outcome | None = None,
    passed: int = 0,
    counted: int = 0,
) -> ProbeNow:
    """How a probe stands after these runs, newest first; ``before`` is the newest judged one if none of them is."""
    begun = [run for run in runs if run.state is not State.SKIPPED]
    telling = next((place for place, run in enumerate(begun) if run.state.judged), len(begun))
    judged = begun[telling] if telling < len(begun) else before
    silent = _is_over(expected_by(probe, runs), at)
    known = judged is not None and telling <= _FORGIVEN and not _is_over(expected_by(probe, begun), at)
    health = health_of(judged) if judged is not None and known else Health.UNKNOWN
    newest = begun[0] if begun else None
    about = newest or (runs[0] if runs else None)
    return ProbeNow(
        name=name,
        store=probe.store if probe else about.store if about else "",
        journey=probe.journey if probe else about.journey if about else "",
        location=probe.location if probe else about.location if about else "",
        health=health,
        words=_words(health, judged, runs, newest, silent=silent),
        since=_since(health, begun[telling:] if known else begun, silent=silent),
        runs=tuple(runs),
        newest=newest,
        judged=judged,
        silent=silent,
        passed=passed,
        counted=counted,
        every_s=interval_of(probe, runs),
        timeout_s=probe.timeout_s if probe else 0.0,
    )


def store_now(
    name: str, probes: Sequence[ProbeNow], incidents: Iterable[Incident], windows: Iterable[Maintenance], *, at: float
) -> StoreNow:
    """How a store stands: failing if no journey gets through, degraded if one does not, or an incident is open."""
    healths = [probe.health for probe in probes]
    known = [health for health in healths if health is not Health.UNKNOWN]
    health = worst(healths)
    if health is Health.FAILING and any(each is not Health.FAILING for each in known):
        health = Health.DEGRADED
    own = tuple(each for each in incidents if each.store == name)
    if any(not each.shadow and not each.of_tester for each in own) and health in (Health.WORKING, Health.UNKNOWN):
        health = Health.DEGRADED
    return StoreNow(
        name=name,
        health=health,
        words=_store_words(probes, health),
        probes=tuple(probes),
        incidents=own,
        maintenance=tuple(each for each in windows if each.store == name and each.until > at),
    )


def silence_of(probes: Sequence[ProbeNow]) -> Silence | None:
    """Which probes should have run again; None when all did that can be expected to."""
    silent = [probe for probe in probes if probe.silent]
    if not silent:
        return None
    ran = [probe for probe in probes if probe.runs]
    since = max((_ended(probe) for probe in silent), default=0.0)
    return Silence(since=since, probes=tuple(probe.name for probe in silent), whole=len(silent) == len(ran))


def _ended(probe: ProbeNow) -> float:
    return probe.runs[0].ended


def _since(health: Health, runs: Sequence[Outcome], *, silent: bool) -> float | None:
    """When it began: that of the oldest of the newest runs that are alike; None when all that is known is alike."""
    if silent or not runs:
        return None
    alike = 0
    for run in runs:
        same = health_of(run) is health or (not run.state.judged and health is not Health.UNKNOWN)
        if not same:
            break
        alike += 1
    while alike and health_of(runs[alike - 1]) is not health:
        alike -= 1  # a run that says nothing begins nothing
    return runs[alike - 1].due if 0 < alike < len(runs) else None


def _is_over(until: float | None, at: float) -> bool:
    return until is not None and at > until


def _words(
    health: Health, judged: Outcome | None, runs: Sequence[Outcome], newest: Outcome | None, *, silent: bool
) -> str:
    if newest is None or not runs:
        return "No run yet."
    if silent:
        return "It should have run again since."
    if health is Health.UNKNOWN and runs[0].state is State.SKIPPED:
        return sentence(f"The last runs were skipped: {runs[0].reason or 'it is not known why'}")
    if health is Health.UNKNOWN:
        why = f": {newest.reason or newest.headline}" if newest.reason or newest.headline else ""
        return sentence(f"The last runs say nothing of the store; the newest {_TOLD.get(newest.state, '')}{why}")
    assert judged is not None
    shaky = "" if newest is judged else f" The run after it {_TOLD.get(newest.state, 'said nothing')}."
    if health is Health.WORKING:
        return f"Customers get through.{shaky}"
    told = judged.headline or (judged.findings[0].explanation if judged.findings else judged.reason)
    if health is Health.DEGRADED:
        return (
            f"Customers get through, but not all is well: {sentence(told)}{shaky}"
            if told
            else f"Not all is well.{shaky}"
        )
    step = next((step.name for step in judged.steps if step.outcome == "failed"), "")
    at = f"It fails at “{step}”" if step else "It fails"
    return f"{at}: {sentence(told)}{shaky}" if told else f"{at}.{shaky}"


def _store_words(probes: Sequence[ProbeNow], health: Health) -> str:
    if not any(probe.newest for probe in probes):
        return "No run yet."
    by = {each: [probe for probe in probes if probe.health is each] for each in Health}
    if len(by[Health.WORKING]) == len(probes):
        recovering = "; an incident is not over yet" if health is not Health.WORKING else ""
        return (
            f"All {len(probes)} journeys get through{recovering}."
            if len(probes) > 1
            else f"Customers get through{recovering}."
        )
    told = [
        f"{listed([probe.name for probe in several])} {verb if len(several) == 1 else verbs}"
        for several, verb, verbs in (
            (by[Health.FAILING], "fails", "fail"),
            (by[Health.DEGRADED], "is degraded", "are degraded"),
        )
        if several
    ]
    if by[Health.UNKNOWN]:
        told.append(f"nothing is known of {listed([probe.name for probe in by[Health.UNKNOWN]])}")
    return sentence("; ".join(told))
