"""A judged run told as the outcome of a tick; pure."""

from __future__ import annotations

from datetime import datetime

from journeys.checks import agrees, delays
from journeys.model import Result, StepOutcome, Verdict, text_of
from journeys.probes.going import Tick
from journeys.probes.outcome import Arrival, Blamed, Found, Isolation, Outcome, Seen, State, StepTime
from journeys.probes.probe import Probe

_STATES = {Verdict.PASS: State.PASSED, Verdict.FAIL: State.FAILED}


def outcome_of(
    result: Result,
    probe: Probe,
    tick: Tick,
    *,
    worker: str,
    history: str,
    ended: datetime,
    isolations: tuple[Isolation, ...] = (),
) -> Outcome:
    """What became of the tick, as its run was judged; ``history`` is the file that the run lies in."""
    heading = result.history.heading
    return Outcome(
        key=tick.key,
        probe=probe.name,
        store=probe.store,
        journey=probe.journey,
        location=probe.location,
        state=state_of(result),
        due=tick.due,
        began=heading.began.timestamp(),
        ended=ended.timestamp(),
        worker=worker,
        headline=_headline(result),
        run=heading.run,
        history=history,
        http_status=_status(result),
        steps=_steps(result),
        readings=_readings(result),
        arrivals=_arrivals(result),
        findings=_findings(result),
        diagnoses=_diagnoses(result),
        isolations=isolations,
        left=tuple(each.what for each in result.history.residue if not each.benign),
    )


def state_of(result: Result) -> State:
    """Its verdict; where that is unknown for a fault of the tester or of what it runs on, BROKEN."""
    known = _STATES.get(result.verdict)
    if known is not None:
        return known
    troubles = any(trouble.blame != "store" for trouble in result.history.troubles)
    broken = any(step.outcome is StepOutcome.BROKEN for step in result.history.steps)
    return State.BROKEN if troubles or broken else State.UNKNOWN


def _headline(result: Result) -> str:
    failures = result.failures()
    return failures[0].explanation if failures else ""


def _status(result: Result) -> int:
    """What the store's pages answered: the first error, else the last page."""
    pages = [each.status for each in result.history.requests if each.ours and each.kind == "document" and each.status]
    return next((status for status in pages if status >= 400), pages[-1] if pages else 0)


def _steps(result: Result) -> tuple[StepTime, ...]:
    at = result.history.at
    return tuple(
        StepTime(
            name=step.name,
            outcome=step.outcome.value,
            began=at(step.began).timestamp(),
            took_s=step.ended - step.began,
            error=step.error,
        )
        for step in result.history.steps
    )


def _readings(result: Result) -> tuple[Seen, ...]:
    """Those through the whole path, as everybody sees it."""
    history = result.history
    return tuple(
        Seen(
            surface=reading.surface,
            fact=reading.fact.key,
            at=history.at(reading.received).timestamp(),
            value=None if reading.value is None else text_of(reading.value),
            fresh=agrees(history, reading),
        )
        for reading in history.readings
        if not reading.past and not reading.through
    )


def _arrivals(result: Result) -> tuple[Arrival, ...]:
    began = result.history.heading.began.timestamp()
    return tuple(
        Arrival(surface=each.surface, fact=each.fact, at=began, low_s=delay.low, high_s=delay.high)
        for each in delays([result.history])
        for delay in each.each
    )


def _findings(result: Result) -> tuple[Found, ...]:
    return tuple(
        Found(
            check=each.check,
            verdict=each.verdict.value,
            surface=each.surface,
            fact=each.fact,
            explanation=each.explanation,
        )
        for each in result.failures()
    )


def _diagnoses(result: Result) -> tuple[Blamed, ...]:
    return tuple(
        Blamed(
            cause=each.cause.value,
            surface=each.surface,
            layers=each.layers,
            suspects=each.suspects,
            confidence=each.confidence,
            evidence=each.evidence,
            next_step=each.next_step,
        )
        for each in result.diagnoses
    )
