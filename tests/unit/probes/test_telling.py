"""A judged run told as the outcome of its tick."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from crew import probe, tick
from histories import healthy, varied

from journeys.checks import ALL_CHECKS, judge
from journeys.diagnosis import diagnose
from journeys.model import History, Reading, Result, Step, StepOutcome, Trouble
from journeys.probes.outcome import Outcome, State, outcome_from
from journeys.probes.telling import outcome_of

DUE = 1_800_000_000.0


def told(history: History) -> Outcome:
    """Judged by what a run without a purchase is judged by."""
    history = replace(history, heading=replace(history.heading, checks=("completion", "freshness")))
    findings = judge(history, ALL_CHECKS)
    result = Result(history=history, findings=findings, diagnoses=diagnose(history, findings), duration_s=9.0)
    ended = history.heading.began + timedelta(seconds=9)
    return outcome_of(result, probe(), tick(DUE), worker="w", history="runs/r/history.ndjson", ended=ended)


def test_a_healthy_run_has_passed_and_tells_what_it_saw() -> None:
    outcome = told(healthy())
    assert (outcome.state, outcome.headline, outcome.cause, outcome.took_s) == (State.PASSED, "", "", 9.0)
    assert (outcome.key, outcome.worker, outcome.history) == (tick(DUE).key, "w", "runs/r/history.ndjson")
    assert [step.outcome for step in outcome.steps] == ["passed"] * len(healthy().steps)
    assert {seen.fresh for seen in outcome.readings} == {True}
    assert all(each.low_s >= 0 for each in outcome.arrivals)


def test_a_stale_surface_is_told_with_its_value_and_that_it_is_not_fresh() -> None:
    last = healthy().readings[-1].asked
    outcome = told(varied(healthy(), Reading, lambda each: each.asked == last, value=99))
    assert outcome.state is State.FAILED
    assert {(seen.value, seen.fresh) for seen in outcome.readings if not seen.fresh} == {("99", False)}
    assert outcome.headline == outcome.findings[0].explanation


def test_readings_past_a_layer_are_experiments_and_not_what_people_see() -> None:
    everything = varied(healthy(), Reading, past=("edge",))
    assert told(everything).readings == ()


def test_what_the_tester_broke_is_broken_and_never_the_stores() -> None:
    broken = varied(healthy(), Step, lambda each: each == healthy().steps[-1], outcome=StepOutcome.BROKEN)
    assert told(broken).state is State.BROKEN
    full = Trouble(blame="environment", what="the disk is full", at=1.0)
    history = healthy()
    assert told(replace(history, events=(full,))).state is State.BROKEN


def test_it_survives_being_written_down() -> None:
    outcome = told(healthy())
    assert outcome_from(json.loads(json.dumps(outcome.as_json()))) == outcome
