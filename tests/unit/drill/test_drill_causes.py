"""Faults that are at no one surface: scored by the whole run, by the causes that it names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases_of import EDGE, fault, judged, said
from histories import added, history, page, reading, step

from journeys.drill.baselines import dummy, first_error, first_error_wins, headers_only
from journeys.drill.cases import Case
from journeys.drill.fault import WHOLE_RUN, Expected, Fault, across
from journeys.drill.score import Said, Scored, commonest_cause, confusion, of_tester, scored
from journeys.model import Cause, Diagnosis, Finding, History, Result, StepOutcome, Trouble, Verdict


def caused(*causes: Cause, also: tuple[str, ...] = (), **more: Any) -> Case:
    of = fault(expected=Expected(causes=causes), surfaces=(WHOLE_RUN,), also=also, **more)
    return Case(fault=of, surface=WHOLE_RUN, seed=1)


def ran(*told: Diagnosis, failed: tuple[Finding, ...] | None = None, whole: History | None = None) -> Result:
    wrong = Finding(check="delivery", verdict=Verdict.FAIL, explanation="it did not arrive")
    return Result(history=whole or history(), findings=(wrong,) if failed is None else failed, diagnoses=told)


def why(cause: Cause, confidence: float = 0.95, **more: Any) -> Diagnosis:
    return replace(Diagnosis(cause=cause, confidence=confidence), **more)


def one(case: Case, result: Result) -> Scored:
    return scored(case, result, lambda reading: Said())


MAIL = caused(Cause.INTEGRATION)


def test_the_surest_cause_counts() -> None:
    right = one(MAIL, ran(why(Cause.INTEGRATION), why(Cause.PLATFORM, 0.5)))
    wrong = one(MAIL, ran(why(Cause.PLATFORM), why(Cause.INTEGRATION, 0.5)))
    assert (right.detected, right.right, wrong.detected, wrong.right) == (True, True, True, False)


def test_what_a_store_holds_back_by_itself_is_neither_found_nor_said() -> None:
    own = Finding(check="freshness", verdict=Verdict.FAIL, explanation="old", surface="statistics")
    case = caused(Cause.INTEGRATION, also=("statistics",))
    only = one(case, ran(why(Cause.CACHE, surface="statistics", layers=EDGE), failed=(own,)))
    assert (only.detected, only.got.cause) == (False, Cause.UNKNOWN)


def test_a_wrong_cause_is_named_wrong_only_when_it_is_sure() -> None:
    sure, unsure, unknown = (
        one(MAIL, ran(why(Cause.PLATFORM))),
        one(MAIL, ran(why(Cause.PLATFORM, 0.5))),
        one(MAIL, ran(why(Cause.UNKNOWN, 0.0))),
    )
    assert of_tester([sure, unsure, unknown]).named_wrong == pytest.approx(1 / 3)


def test_both_causes_of_a_pair_are_to_be_named() -> None:
    pair = caused(Cause.INTEGRATION, Cause.CACHE, parts=("a", "b"))
    both, half = one(pair, ran(why(Cause.CACHE), why(Cause.INTEGRATION))), one(pair, ran(why(Cause.CACHE)))
    score = of_tester([both, half])
    assert (score.across, score.both_named, score.pairs, score.cause_right) == (2, 0.5, 0, 1.0)


def test_cases_by_cause_and_by_layer_are_found_apart() -> None:
    score = of_tester([judged(EDGE, said(*EDGE)), one(MAIL, ran(failed=()))])
    assert (score.detected, score.by_cause_detected, score.layer_right) == (1.0, 0.0, 1.0)


def test_the_confusion_shows_what_each_cause_was_taken_for() -> None:
    pair = caused(Cause.INTEGRATION, Cause.CACHE, parts=("a", "b"))
    cases = [
        one(MAIL, ran(why(Cause.INTEGRATION))),
        one(MAIL, ran(why(Cause.PLATFORM))),
        one(MAIL, ran(failed=())),
        one(pair, ran(why(Cause.CACHE))),
    ]
    assert confusion(cases) == {
        (Cause.INTEGRATION, Cause.INTEGRATION): 1,
        (Cause.INTEGRATION, Cause.PLATFORM): 1,
        (Cause.INTEGRATION, Cause.UNKNOWN): 1,
    }


def test_two_faults_across_causes_are_planted_and_mended_together() -> None:
    did: list[str] = []

    def named(name: str, cause: Cause, **more: Any) -> Fault:
        return fault(
            name=name,
            expected=Expected(causes=(cause,)),
            plants=lambda box: did.append(name),
            mends=lambda box: did.append(f"{name} mended"),
            surfaces=(WHOLE_RUN,),
            **more,
        )

    both = across(
        named("one", Cause.PLATFORM, settings=lambda details: {"url": "a"}),
        named("two", Cause.CACHE, settings=lambda details: {"url": "b", "more": 1}),
    )
    both.plant(None)  # type: ignore[arg-type]
    both.mend(None)  # type: ignore[arg-type]
    assert did == ["one", "two", "two mended", "one mended"]
    assert (both.name, both.expected.causes) == ("one and two", (Cause.PLATFORM, Cause.CACHE))
    assert both.settings({}) == {"url": "a", "more": 1}


BROKEN = replace(step("check out", 3.0, 4.0), outcome=StepOutcome.FAILED)


@pytest.mark.parametrize(
    ("whole", "cause"),
    [
        (history(replace(BROKEN, error="/checkout/ answered 500")), Cause.PLATFORM),
        (history(replace(BROKEN, error="net::ERR_CONNECTION_REFUSED")), Cause.NETWORK),
        (history(replace(BROKEN, error="your card was declined by the payment service")), Cause.INTEGRATION),
        (history(replace(BROKEN, error="<div> intercepts pointer events")), Cause.THIRD_PARTY),
        (history(replace(BROKEN, error="the voucher has expired")), Cause.CONFIGURATION),
        (history(replace(BROKEN, error="something")), Cause.UNKNOWN),
        (
            history(replace(BROKEN, error="the voucher has expired"), page("/", 1.0, failure="net::ERR_FAILED")),
            Cause.NETWORK,
        ),
        (
            added(
                history(Trouble(blame="store", what="answered 503", at=9.0)),
                reading("product page", 5.0, None, error="timeout"),
            ),
            Cause.NETWORK,
        ),
    ],
)
def test_the_first_error_message_is_what_the_third_baseline_believes(whole: History, cause: Cause) -> None:
    told = first_error(ran(whole=whole))
    assert told is not None
    assert told.cause is cause


def test_a_run_without_an_error_message_tells_it_nothing() -> None:
    assert first_error(ran()) is None
    assert first_error_wins([one(MAIL, ran())]).by_cause_detected == 0.0


def test_the_other_baselines_are_scored_on_the_same_cases() -> None:
    cases = [one(MAIL, ran(why(Cause.INTEGRATION))), one(MAIL, ran(failed=())), judged(EDGE, said(*EDGE))]
    assert commonest_cause(cases) is Cause.INTEGRATION
    assert (dummy(cases).cause_right, dummy(cases).cases) == (pytest.approx(2 / 3), 3)
    assert (headers_only(cases).cause_right, headers_only(cases).by_cause_detected) == (0.0, 0.5)
