"""Money is exact: minor units, one currency at a time, no floats."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.model import Money

minors = st.integers(-(10**15), 10**15)
currencies = st.sampled_from(["EUR", "JPY", "KWD"])


@pytest.mark.parametrize(
    ("written", "currency", "minor", "printed"),
    [
        ("12.50", "EUR", 1250, "12.50 EUR"),
        ("12.5", "EUR", 1250, "12.50 EUR"),
        (12, "EUR", 1200, "12.00 EUR"),
        (Decimal("0.01"), "EUR", 1, "0.01 EUR"),
        ("-3", "EUR", -300, "-3.00 EUR"),
        ("1200", "JPY", 1200, "1200 JPY"),
        ("1.250", "KWD", 1250, "1.250 KWD"),
        ("0.005", "KWD", 5, "0.005 KWD"),
    ],
)
def test_an_amount_is_kept_in_the_minor_unit_of_its_currency(
    written: str | int | Decimal, currency: str, minor: int, printed: str
) -> None:
    money = Money.of(written, currency)

    assert (minor, printed) == (money.minor, str(money))


@pytest.mark.parametrize(
    ("written", "currency"),
    [("0.001", "EUR"), ("0.5", "JPY"), ("1.2345", "KWD"), ("twelve", "EUR"), ("", "EUR"), ("NaN", "EUR")]
    + [("Infinity", "EUR"), ("12,50", "EUR")],
)
def test_what_is_not_an_exact_amount_is_an_error(written: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"amount of money|finer than"):
        Money.of(written, currency)


@pytest.mark.parametrize("amount", [0.1, 0.5, 12.0])
def test_a_float_is_never_an_amount(amount: float) -> None:
    with pytest.raises(ValueError, match="float"):
        Money.of(amount, "EUR")  # type: ignore[arg-type]


@given(minors, currencies)
def test_what_is_printed_can_be_read_again(minor: int, currency: str) -> None:
    money = Money(minor=minor, currency=currency)

    assert money == Money.of(*str(money).split())


@given(minors, minors, currencies)
def test_what_is_added_can_be_taken_away(a: int, b: int, currency: str) -> None:
    one, other = Money(minor=a, currency=currency), Money(minor=b, currency=currency)

    assert one == one + other - other
    assert one + other == other + one
    assert -one == Money.total((), currency) - one


@given(st.lists(minors), currencies)
def test_a_total_is_the_sum_of_its_amounts(amounts: list[int], currency: str) -> None:
    total = Money.total((Money(minor=each, currency=currency) for each in amounts), currency)

    assert Money(minor=sum(amounts), currency=currency) == total


def test_currencies_do_not_mix() -> None:
    euro, yen = Money.of("1", "EUR"), Money.of("1", "JPY")

    for mixed in (lambda: euro + yen, lambda: euro - yen, lambda: Money.total((euro, yen), "EUR")):
        with pytest.raises(ValueError, match="is not in EUR"):
            mixed()


def test_equal_amounts_of_two_currencies_are_not_equal() -> None:
    assert Money.of("1", "EUR") != Money.of("1", "USD")
