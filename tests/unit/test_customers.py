"""Made-up customers are recognisable, repeatable, and nobody real."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.customers import make_customer, synthetic

LOCALES = ["de_DE", "de_AT", "en_GB", "en_US", "fr_FR"]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_same_seed_and_run_give_the_same_customer(locale: str) -> None:
    assert make_customer(seed=7, run="a1", locale=locale) == make_customer(seed=7, run="a1", locale=locale)


def test_two_seeds_give_two_people() -> None:
    assert len({make_customer(seed=seed, run="a1", locale="de_DE").name for seed in range(10)}) > 1


def test_two_runs_never_share_an_address_or_a_password() -> None:
    one, other = (make_customer(seed=7, run=run, locale="de_DE") for run in ("a1", "a2"))

    assert one.name == other.name
    assert one.email != other.email
    assert one.password != other.password


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_of_a_customer_is_empty(locale: str) -> None:
    customer = make_customer(seed=1, run="a1", locale=locale)

    assert [field.name for field in fields(customer) if not getattr(customer, field.name)] == []


@pytest.mark.parametrize(
    ("locale", "phone"),
    [
        ("de_DE", r"\+49 30 23125\d{3}"),
        ("en_GB", r"\+44 1632 960\d{3}"),
        ("fr_FR", r"\+1 202 555 01\d{2}"),
    ],
)
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32))
def test_every_phone_number_is_one_that_is_never_given_out(locale: str, phone: str, seed: int) -> None:
    assert re.fullmatch(phone, make_customer(seed=seed, run="a1", locale=locale).phone)


def test_a_customer_carries_the_runs_marker() -> None:
    customer = make_customer(seed=1, run="a1", locale="en_GB")

    assert (customer.marker, customer.email) == ("jrn-a1", "jrn-a1@example.org")
    assert synthetic(customer.email)
    assert f"{customer.first_name} {customer.last_name}" == customer.name


@pytest.mark.parametrize(
    "email", ["anna@example.org", "jrn-a1@example.com", "jrn@example.org", "jrn-a1@example.org.evil.test", ""]
)
def test_nobody_elses_address_is_ours(email: str) -> None:
    assert not synthetic(email)
