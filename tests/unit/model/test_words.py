"""The words of the project: facts, surfaces, histories and results."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest
from histories import LISTING, STOCK, euro, healthy, history, order, sample, write

from journeys.model import (
    Fact,
    Finding,
    Residue,
    Result,
    Shows,
    StepOutcome,
    Subject,
    Surface,
    Trouble,
    Verdict,
    WriteOutcome,
    availability,
    open_orders,
    open_revenue,
    orders,
    places_sold,
    price,
    revenue,
    schedule,
    text_of,
)
from journeys.model import order as order_fact

MUG = Subject(key="mug", title="Mug", price=euro("12.50"), ids={"slug": "mug_1"})


def test_every_fact_has_a_key_in_one_word() -> None:
    facts = (availability(MUG), price(MUG), orders(), revenue(), open_orders(), open_revenue())
    facts += (places_sold(), schedule(MUG), order_fact("A1"))

    assert [fact.key for fact in facts] == [
        "availability:mug",
        "price:mug",
        "orders",
        "revenue",
        "open orders",
        "open revenue",
        "places sold",
        "schedule:mug",
        "order:A1",
    ]


@pytest.mark.parametrize(("count", "shown"), [(10, True), (1, True), (0, False), (-2, False)])
def test_a_presence_surface_shows_whether_there_is_any(count: int, shown: bool) -> None:
    assert shown is Shows.PRESENCE.of(count)


@pytest.mark.parametrize("value", [10, 0, True, "A1", euro("12.50")])
def test_an_exact_surface_shows_the_value_itself(value: object) -> None:
    assert value == Shows.EXACT.of(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "printed"),
    [(None, "nothing"), (True, "available"), (False, "sold out"), (9, "9"), (euro("12.50"), "12.50 EUR")],
)
def test_reports_print_values_in_words(value: object, printed: str) -> None:
    assert printed == text_of(value)  # type: ignore[arg-type]


def test_an_order_knows_how_many_of_a_subject_it_holds() -> None:
    assert (order("A1", quantity=3).quantity_of("mug"), order("A1", quantity=3).quantity_of("cup")) == (3, 0)


def test_a_history_sorts_its_events_by_what_they_are() -> None:
    whole = healthy()

    assert len(whole.events) == sum(
        map(len, (whole.steps, whole.writes, whole.readings, whole.samples, whole.receipts, whole.amounts))
    ) + len(whole.expectations) + sum(
        map(len, (whole.vantages, whole.vitals, whole.settings, whole.answers, whole.requests, whole.ledgers))
    )
    assert whole.interventions == whole.page_errors == whole.rehearsals == ()


def test_a_history_tells_what_is_left_and_what_went_wrong() -> None:
    residue, trouble = Residue(what="a cart"), Trouble(blame="store", what="down", at=1.0)

    assert ((residue,), (trouble,)) == (history(residue, trouble).residue, history(residue, trouble).troubles)


def test_only_acked_writes_are_acked() -> None:
    lost = write(1.0, 2.0, outcome=WriteOutcome.INDETERMINATE)

    assert [(1, write(3.0, 4.0))] == list(history(lost, write(3.0, 4.0)).acked())


def test_a_surface_is_found_by_name_and_fact() -> None:
    whole = history()

    assert whole.surface("listing", STOCK) == LISTING
    assert Surface(name="listing", fact="price") == whole.surface("listing", Fact("price", "mug"))


def test_seconds_of_a_history_are_times_in_utc() -> None:
    assert datetime(2026, 1, 2, 3, 4, 6, 500000, tzinfo=UTC) == history().at(1.5)


def test_the_record_of_a_fact_is_only_the_samples_that_hold_it() -> None:
    one = sample(0.0, 10)

    assert ((one, 10),) == history(one).record(STOCK)
    assert history(one).record(Fact("price", "mug")) == ()


def test_nothing_edits_an_event() -> None:
    with pytest.raises(FrozenInstanceError):
        sample(0.0, 10).asked = 7.0  # type: ignore[misc]


def finding(verdict: Verdict) -> Finding:
    return Finding(check="money", verdict=verdict, explanation=verdict)


def test_the_verdict_of_a_run_is_the_worst_of_its_findings() -> None:
    findings = (finding(Verdict.PASS), finding(Verdict.UNKNOWN), finding(Verdict.FAIL), finding(Verdict.PASS))
    result = Result(history=history(), findings=findings)

    assert Verdict.FAIL is result.verdict
    assert [each.explanation for each in result.failures()] == ["fail", "unknown"]


def test_a_run_without_findings_is_unknown() -> None:
    assert Verdict.UNKNOWN is Result(history=history(), findings=()).verdict


def test_a_failed_step_is_the_stores_and_a_broken_one_is_not() -> None:
    assert list(StepOutcome) == ["passed", "failed", "broken", "skipped"]


def test_a_history_lasts_until_its_last_event_ended() -> None:
    assert (history().lasted, round(healthy().lasted, 3)) == (0.0, 11.2)
