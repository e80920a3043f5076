"""Whether what the customer is told is what the record holds."""

from __future__ import annotations

from typing import Any

import pytest
from histories import euro, healthy, only, said, varied, verdicts, without

from journeys.checks import confirmation
from journeys.model import Confirmation, Line, Receipt, Verdict, Write


def told(**changes: Any) -> tuple[Any, ...]:
    """The findings when the mail is otherwise."""
    return confirmation(varied(healthy(), Receipt, lambda r: r.source == "mail", **changes))


def test_every_place_that_says_what_the_record_holds_passes() -> None:
    assert only(confirmation(healthy()), Verdict.PASS) == [
        "confirmation page of A1 says what the record holds",
        "mail of A1 says what the record holds",
    ]


@pytest.mark.parametrize(
    ("wrong", "explanation"),
    [
        (said(number="A2"), "number A2 where the record says A1"),
        (said(email="x@example.org"), "customer x@example.org where the record says jrn-1@example.org"),
        (said(total=euro("1")), "total 1.00 EUR where the record says 12.50 EUR"),
        (
            said(lines=(Line(title="Mug", quantity=2, total=euro("12.50")),)),
            "lines 2 × Mug 12.50 EUR where the record says 1 × Mug 12.50 EUR",
        ),
        (said(lines=()), "lines none where the record says 1 × Mug 12.50 EUR"),
        (
            said(number="A2", total=euro("1")),
            "number A2 where the record says A1, total 1.00 EUR where the record says 12.50 EUR",
        ),
    ],
)
def test_a_place_that_says_something_else_is_named(wrong: Confirmation, explanation: str) -> None:
    assert [f"mail of A1 says {explanation}"] == only(told(said=wrong), Verdict.FAIL)


def test_what_a_place_does_not_show_is_not_held_against_it() -> None:
    assert only(told(said=Confirmation(number="A1")), Verdict.FAIL) == []


def test_line_totals_are_compared_only_where_both_show_them() -> None:
    assert only(told(said=said(lines=(Line(title="Mug", quantity=1),))), Verdict.FAIL) == []


def test_a_place_that_shows_nothing_of_the_order_proves_nothing() -> None:
    assert only(told(said=Confirmation(status="paid")), Verdict.UNKNOWN) == [
        "mail of A1 shows nothing that the record holds"
    ]


def test_a_mail_that_does_not_come_is_a_fault() -> None:
    assert only(told(said=None, received=30.0), Verdict.FAIL) == [
        "no mail of order A1 came in 24.0 s; the record holds the order"
    ]


def test_a_mail_that_cannot_be_read_is_unknown() -> None:
    assert only(told(said=None, error="no Maildir"), Verdict.UNKNOWN) == ["mail of A1 could not be read: no Maildir"]


def test_an_order_that_the_record_does_not_hold_is_a_fault() -> None:
    lost = varied(healthy(), Receipt, lambda r: r.source == "record", said=None)

    assert only(confirmation(lost), Verdict.FAIL) == ["the store confirmed order A1, but the record does not hold it"]


@pytest.mark.parametrize("change", ["absent", "unreadable"])
def test_without_the_records_word_nothing_is_known(change: str) -> None:
    of_record = lambda r: r.source == "record"  # noqa: E731
    dark = (
        without(healthy(), Receipt, of_record)
        if change == "absent"
        else varied(healthy(), Receipt, of_record, said=None, error="HTTP 503")
    )

    assert only(confirmation(dark), Verdict.UNKNOWN) == ["the record was not read for order A1"]


def test_an_order_of_which_nobody_was_told_is_unknown() -> None:
    untold = without(healthy(), Receipt, lambda r: r.source != "record")

    assert only(confirmation(untold), Verdict.UNKNOWN) == ["nobody told the customer of order A1"]


def test_a_cancellation_is_not_confirmed_by_what_the_order_says() -> None:
    cancelled = varied(healthy(), Write, kind="cancellation")

    assert verdicts(confirmation(cancelled)) == [Verdict.UNKNOWN]
