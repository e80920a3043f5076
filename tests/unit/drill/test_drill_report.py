"""What a drill says of itself: its figures, its bounds, and what went wrong."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from cases_of import EDGE, FRAGMENT, case, judged, result, said, stale_for
from histories import healthy
from rich.console import Console

from journeys.checks import ALL_CHECKS, judge
from journeys.diagnosis import diagnose
from journeys.drill.baselines import believed
from journeys.drill.clean import Clean, passed
from journeys.drill.report import Drilled
from journeys.drill.score import Scored, missed, scored
from journeys.model import Cause, Diagnosis, Finding, Result, Verdict


def drilled(*scored: Scored, **more: Any) -> Drilled:
    return Drilled(seed=1, planned=more.pop("planned", len(scored)), scored=scored, **more)


def text(of: Drilled) -> str:
    console = Console(width=160, record=True, file=StringIO())
    console.print(of.as_text())
    return console.export_text()


def clean(result: Result) -> Drilled:
    return drilled(clean_planned=1, clean=Clean(runs=(passed(result, others=3),)))


def alarm(surface: str, check: str = "freshness", *layers: str) -> Result:
    finding = Finding(check=check, verdict=Verdict.FAIL, explanation="it is old", surface=surface)
    why = Diagnosis(cause=Cause.CACHE if layers else Cause.UNKNOWN, surface=surface, layers=layers)
    return Result(history=healthy(), findings=(finding,), diagnoses=(why,))


GOOD = judged(EDGE, said(*EDGE))
BAD = judged(EDGE, said(*FRAGMENT))


def test_all_that_was_promised_stands_in_the_json() -> None:
    told = json.loads(json.dumps(drilled(GOOD, missed(case(*EDGE), "lost")).as_json()))
    assert {"cases", "detected", "cause_right", "layer_right", "named_wrong", "false_alarms", "clean_runs"} <= set(
        told["score"]
    )
    assert {"dummy", "headers_only", "first_error_wins"} == set(told["baselines"])
    first = told["cases"][0]
    assert first["expected"] == {"cause": "cache", "layers": ["edge"], "delay_s": None}
    assert tuple(first[key] for key in ("fault", "store", "surface", "seed")) == ("planted", "shop", "product page", 1)
    assert tuple(first[key] for key in ("detected", "right", "interventions", "seconds")) == (True, True, 0, 0.0)
    assert (told["score"]["detected"], told["score"]["errors"]) == (0.5, 1)


def test_what_is_within_all_bounds_misses_none() -> None:
    assert drilled(*[GOOD] * 60).misses() == ()
    assert "All bounds are met." in text(drilled(GOOD))


def test_names_of_faults_can_be_read_in_eighty_columns() -> None:
    console = Console(width=80, file=StringIO())
    console.print(drilled(GOOD).as_text())
    assert isinstance(console.file, StringIO)
    lines = console.file.getvalue().splitlines()
    assert any(line.startswith("shop/planted ") for line in lines)
    assert lines[0].split() == ["fault", "cases", "found", "cause", "layer", "wrong", "tries", "took"]


def test_a_column_that_says_nothing_is_left_out() -> None:
    heads = [line.split() for line in text(drilled(GOOD)).splitlines() if line.startswith("who")]
    assert heads == [["who", "cases", "found", "cause", "layer", "wrong"]]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (drilled(*[GOOD] * 98, missed(case(*EDGE), "x"), missed(case(*EDGE), "x")), "detected 98.0%"),
        (drilled(*[GOOD] * 96, *[judged(EDGE, said())] * 4), "layer right 96.0%"),
        (drilled(*[GOOD] * 98, BAD, BAD), "named wrong 2.0%"),
        (drilled(*[GOOD] * 99, judged(EDGE, said(), parts=("a", "b"))), "pairs exact 0.0%"),
        (drilled(GOOD, planned=2), "only 1 of 2 cases"),
        (drilled(GOOD, clean_planned=1), "0 of 1 clean runs"),
        (drilled(judged(EDGE, said(*EDGE), interventions=6, budget=5)), "more interventions than layers"),
        (clean(alarm("product page")), "1 false alarms"),
    ],
)
def test_each_bound_is_told_when_it_is_missed(bad: Drilled, says: str) -> None:
    missing = bad.misses()
    assert [says] == [says for each in missing if says in each]
    assert says in text(bad)


def test_a_healthy_run_raises_no_alarm() -> None:
    findings = judge(healthy(), ALL_CHECKS)
    one = passed(Result(history=healthy(), findings=findings, diagnoses=diagnose(healthy(), findings)), others=3)
    assert (one.alarms, one.known, one.others) == ((), (), 3)


@pytest.mark.parametrize(
    ("result_", "alarms", "known"),
    [
        (alarm("slot list", "freshness", "application cache"), 0, 1),
        (alarm("slot list", "agreement"), 0, 1),
        (alarm("slot list", "freshness", "edge"), 1, 0),
        (alarm("slot list", "conservation"), 1, 0),
        (alarm("product page", "freshness", "application cache"), 1, 0),
    ],
)
def test_only_the_booking_stores_own_cache_is_a_true_finding(result_: Result, alarms: int, known: int) -> None:
    one = passed(result_, others=0)
    assert (alarms, known) == (len(one.alarms), len(one.known))


def test_a_case_that_is_not_right_is_told_with_its_run() -> None:
    assert "expected edge, got application cache" in text(drilled(BAD))


def test_a_finding_where_none_was_expected_is_told() -> None:
    stray = scored(case(*EDGE), result(stale_for(7.0), *EDGE, surface="listing"), believed)
    assert "! shop/planted, product page, seed 1 (run 1): freshness: it is old" in text(drilled(stray))
