"""What went wrong before the first write, whom to suspect, and when it is the store's own trouble."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from histories import euro, history, step, write
from rehearsing import SHOP, TAGS, request, script

from journeys.model import Amount, Event, PageError, Request, Step, StepOutcome
from journeys.run.symptoms import Broke, Showed, Slow, Symptom, suspects, symptom_of

TAG = script(TAGS[0], began=1.0)


def bad(name: str = "take", outcome: StepOutcome = StepOutcome.BROKEN, **more: Any) -> Step:
    return replace(step(name, 1.0, 4.0), outcome=outcome, error="no button", **more)


def symptom(*events: Event) -> Symptom | None:
    return symptom_of(history(*events), 2.5)


@pytest.mark.parametrize("outcome", [StepOutcome.BROKEN, StepOutcome.FAILED])
def test_a_step_that_goes_wrong_before_any_write(outcome: StepOutcome) -> None:
    assert symptom(TAG, bad(outcome=outcome)) == Broke(step="take")


def test_without_third_parties_there_is_nothing_to_leave_out() -> None:
    assert symptom(bad()) is None
    assert symptom(script(SHOP), request(TAGS[0], kind="image"), bad()) is None


def test_after_a_write_was_asked_for_nothing_can_be_rehearsed() -> None:
    assert symptom(TAG, write(0.5, 0.9), bad()) is None


@pytest.mark.parametrize(
    "trouble",
    [
        request(began=2.0, status=503),
        request(began=2.0, status=0, failure="pending", took_s=3.0),
        request(began=2.0, status=200, failure="net::ERR_CONTENT_LENGTH_MISMATCH"),
        request(began=0.0, kind="fetch", status=0, failure="net::ERR_CONNECTION_RESET", took_s=1.5),
    ],
)
def test_a_step_in_which_the_store_itself_was_in_trouble_is_no_symptom(trouble: Request) -> None:
    assert symptom(TAG, trouble, bad()) is None


@pytest.mark.parametrize(
    "other",
    [
        request(began=5.0, status=503),
        request(began=2.0, kind="image", status=503),
        request(began=2.0, failure="net::ERR_ABORTED"),
        request(began=2.0, status=404),
        script(TAGS[1], began=2.0, status=503),
    ],
)
def test_what_the_step_did_not_need_of_the_store_excuses_nothing(other: Request) -> None:
    assert symptom(TAG, other, bad()) == Broke(step="take")


def amount(source: str, value: str, at: float = 0.1, place: int = 0) -> Amount:
    return Amount(source=source, write=place, value=euro(value), at=at)


def test_the_first_amount_shown_before_the_write_that_the_record_contradicts() -> None:
    amounts = amount("price tag", "12.50"), amount("basket", "9.99"), amount("preview", "9.99", 0.2)

    told = symptom(TAG, write(1.0, 2.0), *amounts, amount("record", "12.50", 3.0))

    assert told == Showed(source="basket", value=euro("9.99"))


def test_amounts_that_agree_or_came_later_or_were_never_recorded_are_no_symptom() -> None:
    assert symptom(TAG, write(1.0, 2.0), amount("price tag", "12.50"), amount("record", "12.50", 3.0)) is None
    assert symptom(TAG, write(1.0, 2.0), amount("charged", "9.99", 3.0), amount("record", "12.50", 3.0)) is None
    assert symptom(TAG, write(1.0, 2.0), amount("price tag", "9.99")) is None


def test_a_step_that_waited_for_a_third_party() -> None:
    late = script(TAGS[0], began=1.5, took_s=2.6)

    assert symptom(late, step("look", 0.0, 1.0), step("take", 1.0, 5.0)) == Slow(step="take", than_s=2.5)


def test_a_step_that_did_not_wait_or_waited_for_the_store_is_no_symptom() -> None:
    late, slow = script(TAGS[0], began=1.5, took_s=2.6), request(began=1.5, took_s=2.6)

    assert symptom(late, step("take", 1.0, 2.0)) is None
    assert symptom(TAG, slow, step("take", 1.0, 5.0)) is None
    assert symptom(late, step("order", 1.0, 5.0), write(1.0, 5.0)) is None


def test_those_with_errors_are_suspected_first_and_then_the_slowest() -> None:
    events = [script(origin, took_s=took) for origin, took in zip(TAGS[:4], (0.1, 0.9, 0.2, 0.3), strict=True)]
    wrong = PageError(what="oops", origin=TAGS[2], page="", at=0.0)

    assert (TAGS[2], TAGS[1], TAGS[3], TAGS[0]) == suspects(history(*events, wrong, script(SHOP)))


def test_what_is_not_known_yet_is_not_known() -> None:
    gone = history(step("look", 0.0, 1.0))

    assert {None} == {
        each.sight(gone, ()).symptom
        for each in (Broke(step="take"), Slow(step="take", than_s=1.0), Showed(source="basket", value=euro("1")))
    }
