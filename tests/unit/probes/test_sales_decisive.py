"""The decisive test: what becomes of a synthetic order tells why there are no sales."""

from __future__ import annotations

from dataclasses import replace

import pytest

from journeys.probes.outcome import Blamed, Found, Outcome, State, StepTime
from journeys.probes.sales import Conclusion, Decision, Severity, Unlikely, conclude

SILENT = Unlikely(
    kind="silence", noun="order", since=1000.0, until=12_400.0, seen=0, expected=14.2, threshold=0.001,
    probability=1e-7, per_day=1e-4,
)  # fmt: skip
SUSPICIOUS = replace(SILENT, probability=0.0009, per_day=0.2)
USUAL = replace(SILENT, probability=0.4, per_day=1.0)
UNTOLD = replace(SILENT, probability=None, per_day=None, why="not enough history: 3 of at least 14 days are known")


def outcome(state: State = State.FAILED, *findings: Found, **other: object) -> Outcome:
    plain = Outcome(
        key="checkout@12400", probe="checkout", store="shop", journey="guest checkout", location="here", state=state,
        due=12_400.0, began=12_400.5, ended=12_415.0, findings=findings,
    )  # fmt: skip
    return replace(plain, **other)  # type: ignore[arg-type]


def found(check: str, explanation: str, *, fact: str = "", surface: str = "", verdict: str = "fail") -> Found:
    return Found(check=check, verdict=verdict, surface=surface, fact=fact, explanation=explanation)


BROKE_OFF = found("completion", "step 'place the order' failed: the card was declined")
NOT_HELD = found("confirmation", "the store confirmed order 100013, but the record does not hold it")
NOT_COUNTED = found(
    "conservation", "orders went from 5 to 5 with order 100013; it should have gone to 6", fact="orders"
)
TWICE = found("conservation", "jrn-1@example.org placed 1, but the record holds 2: 100013, 100014")
LIES = found(
    "freshness", "dashboard orders showed 5 of orders for more than 2 s after order 1013 was acked; the record said 6",
    fact="orders", surface="dashboard orders",
)  # fmt: skip
SOLD_OUT = found(
    "agreement", "product page showed sold out of availability:mug; the record said available",
    fact="availability:mug", surface="product page",
)  # fmt: skip
NOT_SAMPLED = found(
    "conservation", "orders was not sampled at rest before and after the order", fact="orders", verdict="unknown"
)


def concluded(unlikely: Unlikely, of: Outcome | None) -> tuple[Conclusion, Severity]:
    decision = conclude(unlikely, of)
    assert decision is not None
    return decision.conclusion, decision.severity


def test_an_order_that_arrives_everywhere_says_that_nobody_buys_which_pages_nobody() -> None:
    decision = conclude(SILENT, outcome(State.PASSED))
    assert decision == Decision(
        conclusion=Conclusion.NOBODY_BUYS,
        severity=Severity.NOTICE,
        cause="",
        words="Nobody buys, though they could: no order for 3 h 10 min, where 14 would be usual; by chance that comes "
        "once in 10,000 days, and a synthetic order arrived everywhere",
        next_step="look at what brings customers: campaigns, prices, search, the way from other sites",
    )


@pytest.mark.parametrize(
    ("findings", "conclusion"),
    [
        ((BROKE_OFF,), Conclusion.NOBODY_CAN_BUY),
        ((NOT_HELD,), Conclusion.NOT_RECORDED),
        ((NOT_COUNTED,), Conclusion.NOT_RECORDED),
        ((LIES,), Conclusion.DASHBOARD_LIES),
        ((LIES, NOT_COUNTED, BROKE_OFF), Conclusion.NOBODY_CAN_BUY),
        ((LIES, NOT_COUNTED), Conclusion.NOT_RECORDED),
        ((LIES, SOLD_OUT), Conclusion.DASHBOARD_LIES),
    ],
)
def test_the_first_that_is_wrong_on_the_way_of_the_sale_is_why(
    findings: tuple[Found, ...], conclusion: Conclusion
) -> None:
    assert concluded(SILENT, outcome(State.FAILED, *findings)) == (conclusion, Severity.PAGE)


def test_a_step_that_failed_says_so_without_a_finding() -> None:
    step = StepTime(name="place the order", outcome="failed", began=12_402.0, took_s=9.0, error="HTTP 500")
    decision = conclude(SILENT, outcome(State.FAILED, steps=(step,)))
    assert decision is not None
    assert decision.words.endswith(
        "a synthetic order could not be placed either: step 'place the order' failed: HTTP 500"
    )


def test_a_test_that_fails_pages_as_soon_as_the_silence_is_suspicious() -> None:
    assert concluded(SUSPICIOUS, outcome(State.FAILED, BROKE_OFF)) == (Conclusion.NOBODY_CAN_BUY, Severity.PAGE)


def test_a_test_that_passes_tells_nobody_of_a_silence_that_is_merely_suspicious() -> None:
    assert concluded(SUSPICIOUS, outcome(State.PASSED)) == (Conclusion.NOBODY_BUYS, Severity.NONE)


@pytest.mark.parametrize("unlikely", [USUAL, UNTOLD])
def test_where_nothing_is_amiss_nothing_is_concluded(unlikely: Unlikely) -> None:
    assert conclude(unlikely, outcome(State.PASSED)) is None
    assert conclude(unlikely, outcome(State.FAILED, BROKE_OFF)) is None


@pytest.mark.parametrize("state", [State.BROKEN, State.SKIPPED, State.INTERRUPTED, State.UNKNOWN])
def test_a_test_that_says_nothing_of_the_store_leaves_it_open(state: State) -> None:
    assert concluded(SILENT, outcome(state, reason="the browser did not start")) == (Conclusion.UNKNOWN, Severity.PAGE)
    assert concluded(SUSPICIOUS, outcome(state)) == (Conclusion.UNKNOWN, Severity.NONE)


def test_without_any_test_an_alarming_silence_pages() -> None:
    assert concluded(SILENT, None) == (Conclusion.UNKNOWN, Severity.PAGE)


def test_an_order_from_before_the_silence_tells_nothing() -> None:
    assert concluded(SILENT, outcome(State.PASSED, began=999.0)) == (Conclusion.UNKNOWN, Severity.PAGE)


def test_a_record_that_was_not_asked_in_time_leaves_it_open() -> None:
    assert concluded(SILENT, outcome(State.FAILED, NOT_SAMPLED, SOLD_OUT)) == (Conclusion.UNKNOWN, Severity.PAGE)


def test_an_order_that_is_recorded_twice_is_recorded() -> None:
    assert concluded(SILENT, outcome(State.FAILED, TWICE, NOT_COUNTED)) == (Conclusion.NOBODY_BUYS, Severity.NOTICE)


def test_what_else_is_wrong_is_said_beside_it() -> None:
    decision = conclude(SILENT, outcome(State.FAILED, SOLD_OUT))
    assert decision is not None
    assert decision.conclusion is Conclusion.NOBODY_BUYS
    assert decision.words.endswith(f"beside that, not all was well: {SOLD_OUT.explanation}")


def test_a_fault_brings_the_surest_cause_its_evidence_and_what_to_do() -> None:
    blamed = Blamed(
        cause="cache", surface="dashboard orders", layers=("application cache",), suspects=(), confidence=0.99,
        evidence=("5 before clearing the key, 6 after it",), next_step="invalidate the key",
    )  # fmt: skip
    decision = conclude(SILENT, outcome(State.FAILED, LIES, diagnoses=(blamed,)))
    assert decision is not None
    assert (decision.cause, decision.next_step) == ("cache", "invalidate the key")
    assert decision.evidence == (LIES.explanation, "5 before clearing the key, 6 after it")


def test_fewer_than_usual_are_not_called_nobody() -> None:
    few = replace(SILENT, kind="drop", seen=4)
    decision = conclude(few, outcome(State.PASSED))
    assert decision is not None
    assert decision.words.startswith(
        "Fewer buy than usual, though they could: 4 orders in 3 h 10 min, where 14 would be"
    )


FAILING = Unlikely(
    kind="failures", noun="booking", since=1000.0, until=4600.0, seen=14, of=20, expected=1.1, threshold=0.001,
    probability=1e-6, per_day=1e-4,
)  # fmt: skip
BARELY = replace(FAILING, probability=0.0009, per_day=0.2)


def test_attempts_that_fail_while_a_synthetic_one_arrives_page_somebody() -> None:
    assert conclude(FAILING, outcome(State.PASSED)) == Decision(
        conclusion=Conclusion.SOME_CANNOT,
        severity=Severity.PAGE,
        cause="unknown",
        words="Some cannot book, though a synthetic booking arrived everywhere: 14 of 20 attempts at a booking failed, "
        "where 1.1 would be usual; by chance that comes once in 10,000 days",
        next_step="look at the payments that failed: which provider and means of payment they have in common, what the "
        "provider answered, and whether the term of payment is too short",
    )


def test_merely_suspicious_failures_tell_nobody_when_a_synthetic_one_arrives() -> None:
    assert concluded(BARELY, outcome(State.PASSED)) == (Conclusion.SOME_CANNOT, Severity.NONE)


def test_what_else_is_wrong_is_said_beside_the_failures() -> None:
    decision = conclude(replace(FAILING, noun="order"), outcome(State.FAILED, SOLD_OUT))
    assert decision is not None
    assert decision.words.startswith("Some cannot buy, though a synthetic order arrived everywhere: 14 of 20 attempts")
    assert decision.words.endswith(f"; beside that, not all was well: {SOLD_OUT.explanation}")
    assert decision.evidence == (SOLD_OUT.explanation,)


@pytest.mark.parametrize("failing", [FAILING, BARELY])
@pytest.mark.parametrize(
    ("finding", "conclusion"),
    [
        (BROKE_OFF, Conclusion.NOBODY_CAN_BUY),
        (NOT_HELD, Conclusion.NOT_RECORDED),
        (LIES, Conclusion.DASHBOARD_LIES),
    ],
)
def test_a_synthetic_one_that_fails_as_well_tells_why_at_once(
    failing: Unlikely, finding: Found, conclusion: Conclusion
) -> None:
    assert concluded(failing, outcome(State.FAILED, finding)) == (conclusion, Severity.PAGE)


def test_failures_of_which_nothing_more_is_known_are_not_called_missing_sales() -> None:
    decision = conclude(FAILING, None)
    assert decision is not None
    assert (decision.conclusion, decision.severity) == (Conclusion.UNKNOWN, Severity.PAGE)
    assert decision.words == (
        "Too many attempts fail: 14 of 20 attempts at a booking failed, where 1.1 would be usual; by chance that comes "
        "once in 10,000 days; no synthetic order was placed"
    )
    assert concluded(BARELY, outcome(State.BROKEN)) == (Conclusion.UNKNOWN, Severity.NONE)
