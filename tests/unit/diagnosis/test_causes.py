"""From what went wrong to one of seven causes: each told apart from those that look like it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from histories import (
    CUSTOMERS,
    ME,
    OFFICE,
    added,
    answer,
    charge,
    euro,
    history,
    ledger,
    look,
    page,
    receipt,
    sample,
    step,
    write,
)

from journeys.checks import ALL_CHECKS, judge
from journeys.diagnosis import diagnose
from journeys.model import (
    Amount,
    Cause,
    Diagnosis,
    Event,
    Fact,
    Finding,
    History,
    PageError,
    Reading,
    Rehearsal,
    Setting,
    Step,
    StepOutcome,
    Surface,
    Trouble,
    Verdict,
    Vital,
    WriteOutcome,
)

CHAT = "http://chat.example"
CUT = look(CUSTOMERS, failure="refused", says="nobody listens", status=0)
LOCKED = Vital(part="database", at=1.0, took_s=0.1, well=False, says="1 statements wait for a lock")
INCIDENT = Vital(part="status page", at=1.0, took_s=0.1, well=False, says="Checkout down (major)")
VOUCHER = Setting(name="voucher TEN", declared="Active, 10 %", found="Active, 1 %", at=0.5)
COUNTED = Setting(name="stock of mug", declared="counted", found="not counted", at=0.5)


def broke(outcome: StepOutcome = StepOutcome.FAILED, **more: Any) -> Step:
    return replace(step("check out", 1.0, 2.0), outcome=outcome, error="it did not go on", **more)


def rehearsal(*present: str, symptom: bool) -> Rehearsal:
    left_out = () if present else (CHAT,)
    return Rehearsal(left_out=left_out, present=present, symptom=symptom, said="", loads=2, began=3.0, ended=4.0)


def told(*events: Event) -> list[Diagnosis]:
    whole = history(*events)
    return list(diagnose(whole, judge(whole, ALL_CHECKS)))


def causes(*events: Event) -> list[tuple[Cause, str]]:
    return [(each.cause, each.surface) for each in told(*events)]


@pytest.mark.parametrize(
    ("events", "cause"),
    [
        ((CUT, look(OFFICE)), Cause.NETWORK),
        ((look(CUSTOMERS, failure="dns", says="no such name", status=0),), Cause.NETWORK),
        ((look(CUSTOMERS, failure="tls", says="certificate has expired", status=0),), Cause.NETWORK),
        ((look(CUSTOMERS), look(OFFICE, failure="refused", status=0)), Cause.NETWORK),
        ((look(CUSTOMERS, took_s=1.9), look(OFFICE)), Cause.NETWORK),
        ((CUT, look(OFFICE, failure="refused", status=0)), Cause.PLATFORM),
        ((INCIDENT,), Cause.PLATFORM),
        ((LOCKED,), Cause.DATABASE),
        ((replace(LOCKED, part="search"),), Cause.PLATFORM),
        ((page("/", 1.0, took_s=4.0, server={"db": 3.2}),), Cause.DATABASE),
        ((answer(broken=("total is gone",)),), Cause.INTEGRATION),
        ((answer(status=429),), Cause.INTEGRATION),
        ((VOUCHER,), Cause.CONFIGURATION),
        ((step("look", 1.0, 2.0), rehearsal(symptom=False), rehearsal(CHAT, symptom=True)), Cause.THIRD_PARTY),
    ],
)
def test_what_stands_around_the_store_says_why(events: tuple[Event, ...], cause: Cause) -> None:
    assert {cause} == {each for each, _ in causes(*events)}


@pytest.mark.parametrize(
    ("events", "cause"),
    [
        ((broke(), page("/checkout/", 1.5, status=500), look(CUSTOMERS), look(OFFICE)), Cause.PLATFORM),
        ((broke(), page("/checkout/", 1.5, status=500), LOCKED), Cause.DATABASE),
        ((broke(), CUT, look(OFFICE)), Cause.NETWORK),
        ((broke(), page("/", 1.5, status=0, failure="net::ERR_CONNECTION_RESET"), look(OFFICE)), Cause.NETWORK),
        ((broke(), page("/", 1.5, status=0, failure="net::ERR_CONNECTION_RESET")), Cause.PLATFORM),
        ((broke(), page("/", 1.5, status=0, failure="net::ERR_ABORTED"), look(OFFICE)), Cause.PLATFORM),
        ((broke(refused=True), VOUCHER), Cause.CONFIGURATION),
        ((broke(), LOCKED), Cause.DATABASE),
        ((broke(), look(CUSTOMERS, "page", status=503), look(OFFICE, "page", status=503)), Cause.PLATFORM),
        ((broke(), look(CUSTOMERS, "page", status=500), LOCKED), Cause.DATABASE),
        ((broke(),), Cause.PLATFORM),
        ((broke(), rehearsal(symptom=False), rehearsal(CHAT, symptom=True)), Cause.THIRD_PARTY),
        ((broke(), rehearsal(symptom=False)), Cause.PLATFORM),
        ((broke(), rehearsal(symptom=True)), Cause.PLATFORM),
        ((broke(), answer(broken=("total is gone",))), Cause.INTEGRATION),
    ],
)
def test_a_journey_that_broke_off_is_explained_by_what_kept_the_customer_away(
    events: tuple[Event, ...], cause: Cause
) -> None:
    assert told(*events)[0].cause is cause


def test_a_fault_of_the_tester_is_not_explained_at_all() -> None:
    assert told(broke(StepOutcome.BROKEN)) == []
    assert told(Trouble(blame="environment", what="the browser is gone", at=1.0)) == []


def test_an_unexplained_failure_of_the_store_is_no_confident_word() -> None:
    (only,) = told(broke())
    assert (only.cause, only.confidence) == (Cause.PLATFORM, 0.5)


def test_an_incident_on_the_status_page_makes_it_surer() -> None:
    failed = (broke(), page("/checkout/", 1.5, status=500))
    assert told(*failed, INCIDENT)[0].confidence > told(*failed)[0].confidence


def refused_payment(*events: Event) -> tuple[Event, ...]:
    unpaid = write(1.2, 1.9, outcome=WriteOutcome.REJECTED, number="", reason="a problem occurred")
    return (broke(refused=True), unpaid, *events)


def test_a_good_card_that_the_payment_service_never_heard_of_is_an_integration() -> None:
    (first, *_) = told(*refused_payment(ledger()))
    assert (first.cause, first.surface) == (Cause.INTEGRATION, "payment ledger")
    assert "the store said: a problem occurred" in first.evidence[1]


@pytest.mark.parametrize("asked", [ledger(error="it answered 500"), ledger(expects=("event",))])
def test_a_payment_service_that_could_not_be_asked_proves_nothing(asked: Event) -> None:
    assert told(*refused_payment(asked))[0].cause is Cause.PLATFORM


def test_without_a_word_of_the_store_there_is_none_to_tell() -> None:
    silent = write(1.2, 1.9, outcome=WriteOutcome.REJECTED, number="")
    assert "the store took no payment" in told(broke(refused=True), silent, ledger())[0].evidence[1]


def bought(total: str, *shown: tuple[str, str]) -> History:
    """An order recorded with one total, of which other places showed other amounts."""
    amounts = [Amount(source=source, write=0, value=euro(value)) for source, value in (("record", total), *shown)]
    return history(write(5.0, 6.0), *amounts)


def money(whole: History, *events: Event) -> Diagnosis:
    whole = added(whole, *events)
    findings = tuple(each for each in judge(whole, ALL_CHECKS) if each.check == "money")
    (diagnosis,) = diagnose(whole, findings)
    return diagnosis


@pytest.mark.parametrize(
    ("whole", "events", "cause"),
    [
        (bought("12.51", ("price tag", "12.50"), ("charged", "12.50")), (), Cause.PLATFORM),
        (bought("12.50", ("price tag", "12.50"), ("charged", "1250")), (), Cause.INTEGRATION),
        (bought("12.50", ("price tag", "13.50"), ("charged", "12.50")), (), Cause.PLATFORM),
        (
            bought("12.38", ("price tag less the voucher", "11.25"), ("charged", "12.38")),
            (VOUCHER,),
            Cause.CONFIGURATION,
        ),
        (
            bought("12.50", ("price tag", "13.50"), ("charged", "12.50")),
            (rehearsal(symptom=False), rehearsal(CHAT, symptom=True)),
            Cause.THIRD_PARTY,
        ),
    ],
)
def test_of_three_amounts_the_odd_one_out_says_who_is_wrong(
    whole: History, events: tuple[Event, ...], cause: Cause
) -> None:
    assert money(whole, *events).cause is cause


def test_a_charge_that_differs_from_a_wrong_record_is_the_records_fault() -> None:
    whole = added(bought("12.51", ("price tag", "12.50"), ("charged", "12.50")), ledger(charge(amount=euro("12.50"))))
    findings = tuple(each for each in judge(whole, ALL_CHECKS) if each.check in ("delivery", "money"))
    assert {Cause.PLATFORM} == {each.cause for each in diagnose(whole, findings)}


def test_what_did_not_reach_a_neighbour_is_an_integration() -> None:
    assert causes(write(5.0, 6.0), ledger())[0] == (Cause.INTEGRATION, "payment ledger")


def test_an_order_that_the_record_lost_is_not_its_neighbours_fault() -> None:
    forgotten = (write(5.0, 6.0), receipt("record", None), ledger())
    assert {Cause.PLATFORM} == {cause for cause, _ in causes(*forgotten)}


def test_stock_that_is_not_counted_was_set_so() -> None:
    fallen = Finding(check="conservation", verdict=Verdict.FAIL, explanation="it did not fall", fact="availability:mug")
    orders = replace(fallen, fact="orders")
    (first,) = diagnose(history(COUNTED), (fallen,))
    (other,) = diagnose(history(COUNTED), (orders,))
    assert (first.cause, other.cause) == (Cause.CONFIGURATION, Cause.PLATFORM)


def test_a_mail_that_is_wrong_as_the_record_is_is_not_the_mails_fault() -> None:
    finding = Finding(check="confirmation", verdict=Verdict.FAIL, explanation="it differs", surface="mail")
    (diagnosis,) = diagnose(bought("12.51", ("price tag", "12.50"), ("charged", "12.50")), (finding,))
    assert diagnosis.cause is Cause.PLATFORM


@pytest.mark.parametrize("check", ["intent", "third_parties", "reach", "health", "pace", "karma"])
def test_a_finding_without_its_evidence_is_unknown_or_the_platforms_and_never_a_guess(check: str) -> None:
    finding = Finding(check=check, verdict=Verdict.FAIL, explanation="it is wrong", surface="somewhere")
    (diagnosis,) = diagnose(history(), (finding,))
    assert diagnosis.cause in (Cause.UNKNOWN, Cause.PLATFORM)
    assert diagnosis.evidence == ("it is wrong",)


def test_two_findings_of_one_cause_are_one_diagnosis_with_all_the_evidence() -> None:
    slow = page("/checkout/", 1.5, took_s=4.0, server={"db": 3.2})
    (only,) = told(LOCKED, slow)
    assert only.cause is Cause.DATABASE
    assert len(only.evidence) > 1


def test_two_causes_are_both_named_the_surer_first() -> None:
    both = told(VOUCHER, write(5.0, 6.0, email=ME), ledger())
    assert {Cause.CONFIGURATION, Cause.INTEGRATION} <= {each.cause for each in both}
    assert [each.confidence for each in both] == sorted((each.confidence for each in both), reverse=True)


DASHBOARD = Surface(name="orders on the dashboard", fact="orders", tolerance_s=0.0)


def zero(*values: int) -> Diagnosis:
    """The dashboard shows none, and the record said these numbers, one sample after the other."""
    samples = [replace(sample(float(i), 10), values={"orders": value}) for i, value in enumerate(values)]
    shown = Reading(
        fact=Fact("orders"), surface=DASHBOARD.name, asked=len(values) - 0.6, received=len(values) - 0.5, value=0
    )
    last = replace(sample(float(len(values)), 10), values={"orders": values[-1]})
    whole = history(*samples, shown, last)
    whole = replace(whole, heading=replace(whole.heading, surfaces=(DASHBOARD,)))
    finding = Finding(
        check="freshness",
        verdict=Verdict.FAIL,
        explanation="it showed 0",
        surface=DASHBOARD.name,
        fact="orders",
        readings=(shown,),
    )
    (diagnosis,) = diagnose(whole, (finding,))
    return diagnosis


def test_a_figure_that_was_never_true_and_that_no_layer_holds_is_the_stores_own() -> None:
    never, once = zero(12, 12), zero(0, 12)
    assert (never.cause, once.cause) == (Cause.PLATFORM, Cause.PLATFORM)
    assert never.confidence > once.confidence
    assert "the record never said 0" in never.evidence[-1]


def test_errors_in_pages_alone_are_no_finding() -> None:
    assert told(PageError(what="x is not a function", origin=CHAT, page="/", at=1.0)) == []
