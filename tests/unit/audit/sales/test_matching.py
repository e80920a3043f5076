"""What belongs together, and what is said of the rest: one case each."""

from __future__ import annotations

import pytest
from small_books import audited, row, told

from journeys.audit.engine import Engine
from journeys.audit.sales import Rules, Terms
from journeys.model import Cause, Verdict

NOON = "2026-05-12T12:00:00"
LATER = "2026-05-12T12:00:20"
ORDER = row("sale", NOON, 2000, "100013")
OTHER = row("sale", NOON, 3000, "100014")
TWIN = row("sale", NOON, 2000, "100015")


def test_the_same_reference_amount_and_currency(engine: Engine) -> None:
    audit = audited(engine, [ORDER], payments=[row("sale", LATER, 2000, "100013")])
    assert told(audit) == []
    assert audit.matched == {"same reference, amount and currency": 1}
    assert audit.verdict is Verdict.PASS


def test_nothing_to_compare_is_unknown(engine: Engine) -> None:
    assert audited(engine, [], payments=[]).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("100013", "Bestellung #100013, danke"),
        ("100013", "EREF+100013+SVWZ+Ihr Einkauf"),
        ("A-100/3", "zu a-100/3."),
        ("A-100/3", "zu A1003"),
        ("MX3KQ", "booking mx3kq of Ms Doe"),
        ("QWXYZ", "booking QWXYZ"),
    ],
)
def test_the_number_is_found_in_a_text(engine: Engine, number: str, text: str) -> None:
    store = [row("sale", NOON, 2000, number), row("sale", NOON, 2000, "B-200/4")]
    audit = audited(engine, store, bank=[row("sale", "2026-05-13", 2000, text=text)])
    assert told(audit) == [("missing there", "B-200/4", -2000)]
    assert audit.matched == {"the text names the order; same amount and currency": 1}


def test_a_word_that_happens_to_be_a_code_is_believed_only_with_the_right_amount(engine: Engine) -> None:
    store = [row("sale", NOON, 2000, "DANKE"), row("sale", NOON, 4500, "MX3KQ")]
    audit = audited(engine, store, bank=[row("sale", "2026-05-13", 4500, text="danke MX3KQ")])
    assert told(audit) == [("missing there", "DANKE", -2000)]


def test_codes_without_a_digit_are_believed_where_they_add_up(engine: Engine) -> None:
    store = [row("sale", NOON, 2000, "QWXYZ"), row("sale", NOON, 4500, "ASDFG")]
    assert told(audited(engine, store, bank=[row("sale", "2026-05-13", 6500, text="QWXYZ, ASDFG")])) == []


def test_several_lines_add_up_to_one_order(engine: Engine) -> None:
    lines = [
        row("sale", "2026-05-13", 500, text="100013 part 1"),
        row("sale", "2026-05-14", 1500, text="100013 part 2"),
    ]
    audit = audited(engine, [ORDER], bank=lines)
    assert told(audit) == []
    assert audit.matched == {"several lines add up to one order": 1}


def test_one_line_pays_for_several_orders(engine: Engine) -> None:
    audit = audited(engine, [ORDER, OTHER], bank=[row("sale", "2026-05-13", 5000, text="100013 and 100014")])
    assert told(audit) == []
    assert audit.matched == {"one line pays for several orders that it names": 2}


def test_lines_and_orders_in_a_chain(engine: Engine) -> None:
    lines = [
        row("sale", "2026-05-13", 4500, text="100013 100014"),
        row("sale", "2026-05-13", 2500, text="100014 100015"),
    ]
    assert told(audited(engine, [ORDER, OTHER, TWIN], bank=lines)) == []


def test_a_line_that_names_two_orders_and_has_the_amount_of_one_is_that_one(engine: Engine) -> None:
    lines = [row("sale", "2026-05-13", 3000, text="100014, replaces 100013")]
    assert told(audited(engine, [ORDER, OTHER], bank=lines)) == [("missing there", "100013", -2000)]


def test_a_line_that_pays_for_either_of_two_orders_claims_neither(engine: Engine) -> None:
    audit = audited(engine, [ORDER, TWIN], bank=[row("sale", "2026-05-13", 2000, text="100013 or 100015")])
    assert told(audit) == [("ambiguous", "100013", -2000)]
    assert audit.verdict is Verdict.UNKNOWN


def test_without_a_number_amount_and_day_speak_if_there_is_only_one(engine: Engine) -> None:
    audit = audited(engine, [ORDER, OTHER], bank=[row("sale", "2026-05-14", 2000), row("sale", "2026-05-15", 3000)])
    assert told(audit) == []
    assert sum(audit.matched.values()) == 2


def test_two_that_deserve_it_equally_are_both_named_and_nothing_is_claimed(engine: Engine) -> None:
    audit = audited(engine, [ORDER, TWIN], bank=[row("sale", "2026-05-14", 2000)])
    (only,) = audit.discrepancies()
    assert [item.reference for item in only.ours] == ["100013", "100015"]
    assert len(only.theirs) == 1
    assert "1 here must be without a counterpart" in only.explanation
    assert (only.cause, audit.verdict) == (Cause.UNKNOWN, Verdict.UNKNOWN)


def test_equal_amounts_further_apart_than_the_window_are_not_confused(engine: Engine) -> None:
    store = [row("sale", "2026-05-02", 2000, "1"), row("sale", "2026-05-20", 2000, "2")]
    audit = audited(engine, store, bank=[row("sale", "2026-05-21", 2000), row("sale", "2026-05-04", 2000)])
    assert told(audit) == []


def test_outside_the_window_both_are_missing(engine: Engine) -> None:
    audit = audited(engine, [row("sale", "2026-05-10", 2000, "1")], bank=[row("sale", "2026-05-18", 2000)])
    assert told(audit) == [("missing there", "1", -2000), ("missing here", "-", 2000)]


def test_a_line_that_names_another_order_is_not_matched_by_amount(engine: Engine) -> None:
    audit = audited(engine, [ORDER], payments=[row("sale", LATER, 2000, "100099")])
    assert told(audit) == [("missing there", "100013", -2000), ("missing here", "100099", 2000)]


def test_a_reference_that_is_no_number_of_the_store_names_no_order(engine: Engine) -> None:
    assert told(audited(engine, [ORDER], bank=[row("sale", "2026-05-13", 2000, "NOTPROVIDED")])) == []


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ([], [("missing there", "100013", -2000)]),
        ([row("sale", LATER, 2100, "100013")], [("amount", "100013", 100)]),
        ([row("sale", LATER, 2000, "100013", currency="USD")], [("currency", "100013", -2000)]),
        ([row("sale", LATER, 2000, "100013", place=p) for p in "ab"], [("duplicate", "100013", 2000)]),
        ([row("sale", LATER, 2000, "100013", place=p) for p in "abc"], [("duplicate", "100013", 4000)]),
        (
            [row("sale", LATER, 2000, "100013"), row("sale", LATER, 2000, "100013", currency="USD")],
            [("duplicate", "100013", 2000)],
        ),
        ([row("sale", "2026-05-14T12:00:00", 2000, "100013")], [("wrong day", "100013", 2000)]),
        (
            [row("sale", LATER, 2000, "100013"), row("chargeback", LATER, -2000, "100013")],
            [("chargeback", "100013", -2000)],
        ),
        (
            [row("sale", LATER, 2000, "100013"), row("refund", LATER, -500, "100013")],
            [("refund not passed on", "100013", -500)],
        ),
        (
            [
                row("sale", LATER, 2000, "100013"),
                row("chargeback", "2026-05-20T12:00:00", -2000, "100013"),
                row("chargeback", "2026-05-29T12:00:00", 2000, "100013"),
            ],
            [],  # won back
        ),
    ],
)
def test_one_order_and_what_the_other_side_has_of_it(
    engine: Engine, theirs: list[object], expected: list[tuple[str, str, int]]
) -> None:
    assert told(audited(engine, [ORDER], payments=theirs)) == expected  # type: ignore[arg-type]


def test_an_order_kept_twice_is_a_duplicate_of_the_store(engine: Engine) -> None:
    again = row("sale", NOON, 2000, "100013", place="again")
    assert told(audited(engine, [ORDER, again], payments=[row("sale", LATER, 2000, "100013")])) == [
        ("duplicate", "100013", -2000)
    ]


REFUND = row("refund", "2026-05-13T12:00:00", -2000, "100013")


def test_a_refund_that_was_not_passed_on(engine: Engine) -> None:
    audit = audited(engine, [ORDER, REFUND], payments=[row("sale", LATER, 2000, "100013")])
    assert told(audit) == [("refund not passed on", "100013", 2000)]


def test_an_order_that_is_missing_with_its_refund_is_one_fact(engine: Engine) -> None:
    assert told(audited(engine, [ORDER, REFUND], payments=[row("sale", LATER, 1, "x" * 9)])) == [
        ("missing there", "100013", 0),
        ("missing here", "xxxxxxxxx", 1),
    ]


def test_a_chargeback_instead_of_the_refund_is_one_fact(engine: Engine) -> None:
    theirs = [row("sale", LATER, 2000, "100013"), row("chargeback", "2026-05-20T12:00:00", -2000, "100013")]
    (only,) = audited(engine, [ORDER, REFUND], payments=theirs).discrepancies()
    assert (only.flaw.value, only.cause) == ("chargeback", Cause.INTEGRATION)
    assert [item.says for item in only.ours] == ["refund 100013"]


def test_a_sale_is_looked_for_in_all_sources_together(engine: Engine) -> None:
    audit = audited(
        engine, [ORDER, OTHER], payments=[row("sale", LATER, 2000, "100013")], bank=[row("sale", "2026-05-13", 3000)]
    )
    assert told(audit) == []


def test_an_order_paid_by_card_and_by_transfer_was_paid_twice(engine: Engine) -> None:
    audit = audited(
        engine,
        [ORDER],
        payments=[row("sale", LATER, 2000, "100013")],
        bank=[row("sale", "2026-05-13", 2000, text="order 100013")],
    )
    assert told(audit) == [("duplicate", "100013", 2000)]


def test_what_lies_outside_is_matched_and_never_missing(engine: Engine) -> None:
    store = [
        row("sale", "2026-04-29", 2000, "1"),
        row("sale", "2026-05-30", 3000, "2"),
        row("sale", "2026-06-02", 9, "3"),
    ]
    bank = [row("sale", "2026-05-02", 2000), row("sale", "2026-06-03", 3000), row("sale", "2026-06-06", 77)]
    assert told(audited(engine, store, Rules(sources={"bank": Terms(lag_days=4)}), bank=bank)) == []


def test_what_may_still_come_is_said_and_not_missed(engine: Engine) -> None:
    store = [row("sale", "2026-05-10", 2000, "1"), row("sale", "2026-05-30", 3000, "2")]
    audit = audited(engine, store, Rules(sources={"bank": Terms(lag_days=3)}), bank=[row("sale", "2026-05-11", 2000)])
    assert told(audit) == []
    assert audit.left_out == ("1 sales and refunds since 2026-05-29: their money may still come",)


def test_what_may_be_of_the_days_before_is_said_and_not_called_unknown(engine: Engine) -> None:
    audit = audited(engine, [ORDER], bank=[row("sale", "2026-05-02", 77), row("sale", "2026-05-13", 2000)])
    assert told(audit) == []
    assert len(audit.left_out) == 1


def test_a_moment_later_over_midnight_is_the_same_moment(engine: Engine) -> None:
    store = [row("sale", "2026-05-12T21:59:58", 2000, "1")]
    assert told(audited(engine, store, payments=[row("sale", "2026-05-12T22:00:03", 2000, "1")])) == []


def test_a_source_that_counts_days_in_utc_is_found_out(engine: Engine) -> None:
    store = [row("sale", "2026-05-12T22:30:00", 2000, "1")]  # half past midnight in Berlin
    theirs = [row("sale", "2026-05-12T22:30:00", 2000, "1", day="2026-05-12")]
    (only,) = audited(engine, store, payments=theirs).discrepancies()
    assert (only.flaw.value, only.cause) == ("wrong day", Cause.CONFIGURATION)
    assert "in UTC" in only.why


def test_a_bank_may_be_as_late_as_declared(engine: Engine) -> None:
    rules = Rules(sources={"bank": Terms(lag_days=2)})
    store = [row("sale", "2026-05-12", 2000, "10001"), row("sale", "2026-05-12", 2100, "10002")]
    bank = [row("sale", "2026-05-14", 2000, "10001"), row("sale", "2026-05-15", 2100, "10002")]
    assert told(audited(engine, store, rules, bank=bank)) == [("wrong day", "10002", 2100)]
