"""The accountant's CSV: it is read back whole, amounts are numbers, and nothing in it is a formula."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

import audits
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.audit.model import Audit, Flaw, Item
from journeys.model import Money
from reports.audit import write_csv
from reports.audit.spreadsheet import BOM, HEAD, harmless

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", '=HYPERLINK("http://evil.example")')


def written(audit: Audit) -> str:
    file = io.StringIO(newline="")
    write_csv(audit, file)
    return file.getvalue()


def rows(audit: Audit) -> list[dict[str, str]]:
    text = written(audit)
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_one_row_for_each_discrepancy_with_both_records() -> None:
    (row,) = rows(audits.audit([audits.sale(Flaw.AMOUNT)]))
    assert tuple(row) == HEAD
    assert (row["class"], row["day"], row["cause"]) == ("amount", "2026-05-01", "integration")
    assert (row["our source"], row["our place"], row["their source"]) == ("shop", "order 100000", "bank")
    assert (row["amount"], row["our amount"], row["their amount"]) == ("-12.50", "12.50", "10.50")
    assert (row["currency"], row["our currency"], row["their currency"]) == ("EUR", "EUR", "EUR")


def test_several_records_of_one_side_share_a_row_and_their_amounts_are_added() -> None:
    (row,) = rows(audits.audit([audits.sale(Flaw.DUPLICATE)]))
    assert row["their place"] == "may.xml line 212 | may.xml line 998"
    assert Decimal(row["their amount"]) == Decimal("21.00")


def test_what_one_side_does_not_have_is_empty_and_not_nought() -> None:
    (row,) = rows(audits.audit([audits.sale(Flaw.MISSING_THERE)]))
    assert (row["their source"], row["their amount"], row["their currency"]) == ("", "", "")


def test_amounts_in_several_currencies_are_not_added() -> None:
    found = audits.sale(Flaw.DUPLICATE)
    one, other = found.theirs
    mixed = replace(found, theirs=(one, replace(other, amount=Money(minor=1, currency="USD"))))
    (row,) = rows(audits.audit([mixed]))
    assert row["their amount"] == ""


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_begins_as_a_formula_does(formula: str) -> None:
    assert harmless(formula) == f"'{formula}"
    assert harmless(f"order {formula}") == f"order {formula}"


def test_negative_amounts_stay_numbers_while_the_text_of_one_is_harmless() -> None:
    found = audits.sale(Flaw.AMOUNT)
    text = written(audits.audit([replace(found, explanation="-12.50 EUR")]))
    assert ',-12.50,"EUR",' in text
    assert '"\'-12.50 EUR"' in text


TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(FORMULAS)


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_is_written_is_read_back_and_is_harmless(place: str, says: str, why: str) -> None:
    item = Item(source="bank", place=place, says=says, reference=says, moment=why)
    found = replace(audits.sale(Flaw.AMOUNT), ours=(item,), theirs=(), explanation=says, why=why)
    (row,) = rows(audits.audit([found]))
    numbers = {"amount", "our amount", "their amount"}
    for name, cell in row.items():
        if name not in numbers:
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")), name
    assert row["explanation"].removeprefix("'") == says.replace("\0", "").removeprefix("'") or "'" in says


def test_lines_end_as_the_standard_says() -> None:
    text = written(audits.EVERY_CLASS)
    assert text.count("\r\n") == text.count("\n") == 12
