"""Whether one amount went all the way from the price tag to the record."""

from __future__ import annotations

from histories import added, euro, healthy, only, varied, verdicts, without

from journeys.checks import money
from journeys.model import Amount, Money, Verdict, Write


def test_one_amount_all_the_way_passes() -> None:
    assert only(money(healthy()), Verdict.PASS) == [
        "order A1 is recorded with 12.50 EUR, the amount of price tag, last page before the order"
    ]


def test_every_place_with_another_amount_is_named() -> None:
    charged = added(healthy(), Amount(source="charged", write=0, value=euro("13")))
    charged = varied(charged, Amount, lambda a: a.source == "price tag", value=euro("12"))

    assert only(money(charged), Verdict.FAIL) == [
        "order A1 is recorded with 12.50 EUR, but the customer met 12.00 EUR (price tag), 13.00 EUR (charged)"
    ]


def test_the_same_number_in_another_currency_is_another_amount() -> None:
    dollars = varied(healthy(), Amount, lambda a: a.source == "price tag", value=Money.of("12.50", "USD"))

    assert verdicts(money(dollars)) == [Verdict.FAIL]


def test_without_the_recorded_amount_nothing_is_known() -> None:
    unrecorded = without(healthy(), Amount, lambda a: a.source == "record")

    assert only(money(unrecorded), Verdict.UNKNOWN) == ["no amount of order A1 was seen recorded"]


def test_without_a_shown_amount_nothing_is_known() -> None:
    unshown = without(healthy(), Amount, lambda a: a.source != "record")

    assert only(money(unshown), Verdict.UNKNOWN) == ["no amount of order A1 was seen shown"]


def test_a_cancellation_has_no_price() -> None:
    assert verdicts(money(varied(healthy(), Write, kind="cancellation"))) == [Verdict.UNKNOWN]
