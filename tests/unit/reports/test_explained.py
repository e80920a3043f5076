"""What has one reason is told once, and what was looked at elsewhere speaks against the other causes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from histories import healthy, varied
from isolations import isolation
from neighbourhoods import cut_off, locked, mis_set, result, spoilt_by_a_script, twice_charged

from journeys.model import Cause, Diagnosis, Finding, Result, Vantage, Verdict
from reports.against import against
from reports.explained import explained
from reports.words import accounts, cause_in_words, how_sure, message

ONE_OF_EACH = (twice_charged, cut_off, mis_set, locked, spoilt_by_a_script, isolation)


def test_findings_with_one_reason_are_told_under_it_once() -> None:
    (first, *rest) = accounts(twice_charged())
    said = (
        "FAIL delivery: payment ledger holds the charge of order A1 2 times: charge of 12.50 EUR, charge of 12.50 EUR."
    )
    assert first.headlines == (said,)
    assert len(first.findings) == 2
    assert first.lines()[0] == "Cause: integration (95 % sure)."
    assert all(each.diagnosis is None for each in rest)


@pytest.mark.parametrize("make", ONE_OF_EACH)
def test_every_failed_finding_stands_under_a_diagnosis(make: Callable[[], Result]) -> None:
    known, rest = explained(make())
    assert [finding for finding in rest if finding.verdict is Verdict.FAIL] == []
    assert all(each.findings for each in known)


def test_a_finding_in_other_words_than_the_evidence_is_explained() -> None:
    ((only,), _) = explained(locked())
    assert [finding.explanation for finding in only.findings] == ["database: 2 wait for a lock"]
    (account, *_) = accounts(locked())
    assert account.evidence == ()


def test_the_surest_is_told_first() -> None:
    whole = twice_charged()
    both = result(replace(whole.history, events=(*whole.history.events, *mis_set().history.settings)))
    told = [each.diagnosis.cause for each in accounts(both) if each.diagnosis is not None]
    assert told == [Cause.CONFIGURATION, Cause.INTEGRATION]
    assert message(both).startswith("[cause: configuration] FAIL intent: ")


def test_evidence_is_bounded_and_says_where_the_rest_is() -> None:
    (account, *_) = accounts(spoilt_by_a_script())
    assert account.lines(most=2, more="journeys explain 1")[1:4] == (
        "Evidence: all well with no script of a third party.",
        "Evidence: the same again with https://chat.example, https://consent.example.",
        "… and 1 more: journeys explain 1",
    )


def test_what_is_unknown_for_one_reason_is_one_line() -> None:
    whole = cut_off()
    findings = tuple(
        Finding(check=name, verdict=Verdict.UNKNOWN, explanation="there was nothing to judge")
        for name in ("money", "freshness")
    )
    (only,) = accounts(replace(whole, findings=findings, diagnoses=()))
    assert only.text() == "UNKNOWN money and freshness: there was nothing to judge."


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (0.0, "not known"),
        (0.3, "a guess"),
        (0.5, "more likely than not"),
        (0.93, "very sure"),
        (0.97, "as good as certain"),
    ],
)
def test_how_sure_it_is_in_words(confidence: float, words: str) -> None:
    assert how_sure(confidence) == words


def test_an_unknown_cause_has_no_share() -> None:
    assert cause_in_words(Diagnosis(cause=Cause.UNKNOWN)) == "Cause: unknown."


def test_what_is_well_speaks_against_its_cause() -> None:
    told = {each.cause: each for each in against(twice_charged())}
    assert Cause.INTEGRATION not in told
    assert {cause for cause in told if told[cause].seen} == set(Cause) - {Cause.INTEGRATION, Cause.UNKNOWN}
    assert told[Cause.NETWORK].why == (
        "customer's address answered 2 control requests in 0.0 s",
        "back office answered 1 control requests in 0.0 s",
    )
    assert told[Cause.DATABASE].why == ("database says that it is well",)
    assert told[Cause.CONFIGURATION].why == ("1 settings are as declared",)
    assert told[Cause.CACHE].why[0].startswith("3 surfaces showed what the record held, in 9 readings: ")


def test_what_was_not_looked_at_speaks_against_nothing() -> None:
    told = {each.cause: each for each in against(isolation())}
    assert [told[cause].seen for cause in (Cause.NETWORK, Cause.DATABASE, Cause.CONFIGURATION)] == [False] * 3
    assert told[Cause.NETWORK].why == ("not looked at: no control request was made from another vantage point",)


def test_what_failed_for_another_reason_is_no_argument() -> None:
    nobody_answers = varied(healthy(), Vantage, failure="refused", status=0)
    told = {each.cause: each for each in against(result(nobody_answers))}
    assert Cause.PLATFORM not in told
    assert (told[Cause.NETWORK].seen, told[Cause.CONFIGURATION].seen) == (False, True)
    assert told[Cause.NETWORK].why == ("not to be told: what was looked at went wrong for another reason",)


def test_a_run_without_a_diagnosis_has_nothing_to_argue(declined: Result, broken: Result) -> None:
    assert (against(declined), against(broken)) == ((), ())
