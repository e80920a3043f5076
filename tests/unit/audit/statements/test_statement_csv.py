"""CSV by a mapping: notations, signs, kinds, fees, lines, and all that a cell may not be."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statements import COLUMNS, CSV, GERMAN, rows, sums, told, written

from journeys.audit.sources import Unreadable
from journeys.audit.statements import csv
from journeys.audit.statements.table import Table
from journeys.model import Money

ISO = {"currency": "EUR", "columns": {"day": "day", "amount": "amount"}}


def table(folder: Path, content: str | bytes, options: dict[str, Any]) -> Table:
    written(folder, "may.csv", content)
    return csv.connect({"file": "may.csv", **options}, "bank", folder)


def test_a_table_of_a_german_bank_is_read_with_its_lines(tmp_path: Path) -> None:
    """A blank line is none, and a line end within quotes belongs to its cell."""
    assert told(table(tmp_path, CSV, GERMAN), "place", "kind", "amount", "currency", "day", "text") == [
        ("may.csv line 2", "sale", 125000, "EUR", date(2026, 5, 4), "Zahlung; Bestellung 100013"),
        ("may.csv line 3", "refund", -1250, "EUR", date(2026, 5, 5), "Bestellung 100014"),
        ("may.csv line 5", "sale", 7, "EUR", date(2026, 5, 6), "über\nzwei Zeilen"),
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines_change_nothing(tmp_path: Path, encoding: str, ends: str) -> None:
    content = CSV.replace("\n", ends).encode(encoding)
    assert rows(table(tmp_path, content, GERMAN | {"encoding": encoding})) == rows(table(tmp_path, CSV, GERMAN))


def test_marks_tell_payouts_and_orders(tmp_path: Path) -> None:
    options = GERMAN | {"payouts": "^Zahlung", "orders": r"Bestellung (\d+)", "ignore": "zwei Zeilen"}
    source = table(tmp_path, CSV, options)
    assert told(source, "kind", "reference") == [("payout", "100013"), ("refund", "100014")]
    assert source.left_out == ("bank: 1 × rows that are to be ignored",)


def test_debit_and_credit_may_have_columns_of_their_own(tmp_path: Path) -> None:
    options = {"currency": "EUR", "columns": {"day": "day", "debit": "out", "credit": "in"}}
    content = "day,out,in\n2026-05-04,,10.00\n2026-05-05,2.50,\n2026-05-06,,0.00\n"
    assert told(table(tmp_path, content, options), "kind", "amount") == [("sale", 1000), ("refund", -250), ("sale", 0)]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2026-05-04,,", "neither of debit and credit"),
        ("2026-05-04,1.00,1.00", "both of debit and credit"),
        ("2026-05-04,-1.00,", "'-1.00' in the column of debits has a sign"),
    ],
)
def test_debit_and_credit_are_one_of_the_two(tmp_path: Path, row: str, says: str) -> None:
    options = {"currency": "EUR", "columns": {"day": "day", "debit": "out", "credit": "in"}}
    with pytest.raises(Unreadable, match=rf"may\.csv line 3: {says}"):
        rows(table(tmp_path, f"day,out,in\n2026-05-01,,1.00\n{row}\n", options))


def test_kinds_are_translated_and_the_sign_may_follow_from_them(tmp_path: Path) -> None:
    options = {
        "columns": {"at": "at", "amount": "amount", "currency": "cur", "kind": "type", "reference": "no", "fee": "fee"},
        "zone": "Europe/Berlin",
        "kinds": {"Payment": "sale", "Refund": "refund", "Payout": "payout", "Note": "ignore"},
        "sign": "kind",
    }  # fmt: skip
    content = """at,type,no,amount,fee,cur
2026-05-04 10:00:00,Payment,A1,10.00,0.30,EUR
2026-05-04T12:00:00,Refund,A1,4.00,,eur
2026-05-05 10:00:00,Payout,po_1,-5.70,0,EUR
2026-05-05 10:00:01,Note,,0.00,,EUR
2026-05-06 10:00:00,Payment,A2,500,10,JPY
"""
    found = rows(table(tmp_path, content, options))
    assert [(row["place"], row["kind"], row["amount"], row["currency"], row["reference"]) for row in found] == [
        ("may.csv line 2", "sale", 1000, "EUR", "A1"),
        ("may.csv line 3", "refund", -400, "EUR", "A1"),
        ("may.csv line 4", "payout", -570, "EUR", "po_1"),
        ("may.csv line 6", "sale", 500, "JPY", "A2"),
        ("may.csv line 2 fee", "fee", -30, "EUR", "A1"),
        ("may.csv line 6 fee", "fee", -10, "JPY", "A2"),
    ]
    assert found[0]["at"] == datetime(2026, 5, 4, 8, tzinfo=UTC)
    assert sums(found) == {"EUR": 0, "JPY": 490}


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-05-04T10:00:00Z", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("2026-05-04 10:00:00+02:00", datetime(2026, 5, 4, 8, tzinfo=UTC)),
        ("2026-05-04T10:00:00.250-0300", datetime(2026, 5, 4, 13, 0, 0, 250000, tzinfo=UTC)),
        ("2026-03-29 03:00:00", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("2026-10-25 02:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25 03:00:00", datetime(2026, 10, 25, 2, tzinfo=UTC)),
    ],
)
def test_moments_are_in_utc_and_of_the_hour_that_comes_twice_the_first(
    tmp_path: Path, written: str, moment: datetime
) -> None:
    options = {"currency": "EUR", "zone": "Europe/Berlin", "columns": {"at": "at", "amount": "amount"}}
    assert told(table(tmp_path, f"at,amount\n{written},1\n", options), "at") == [(moment,)]


def test_moments_may_be_written_in_any_way(tmp_path: Path) -> None:
    options = {"currency": "EUR", "zone": "Europe/Berlin", "columns": {"at": "at", "amount": "amount"}}
    for told_as, how in (
        ("31.05.2026 23:59:58", "%d.%m.%Y %H:%M:%S"),
        ("May 31, 2026 11:59:58 PM", "%B %d, %Y %I:%M:%S %p"),
    ):
        source = table(tmp_path, f'at,amount\n"{told_as}",1\n', options | {"time_format": how})
        assert told(source, "at") == [(datetime(2026, 5, 31, 21, 59, 58, tzinfo=UTC),)]


def test_without_a_header_columns_have_numbers(tmp_path: Path) -> None:
    options = {"header": 0, "currency": "EUR", "columns": {"day": 1, "amount": 3}}
    assert told(table(tmp_path, "2026-05-04,x,1.00\n", options), "place", "amount") == [("may.csv line 1", 100)]


def test_what_stands_before_the_header_is_skipped(tmp_path: Path) -> None:
    content = 'Account;"123"\n\nday;amount\n2026-05-04;1.00\n'
    source = table(tmp_path, content, ISO | {"header": 3, "delimiter": ";"})
    assert told(source, "place", "amount") == [("may.csv line 4", 100)]


@pytest.mark.parametrize(
    "amount",
    [
        "1,234.5.6", "=cmd|' /C calc'!A0", "NaN", "inf", "1e309", "1e2", "", "-", "0x10", "１２", "1 000", "+-1", "1.",
        "12.505", "9" * 14, "EUR 5",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_told_with_its_line(tmp_path: Path, amount: str) -> None:
    content = f'day,amount\n2026-05-03,1.00\n2026-05-04,"{amount}"\n2026-05-05,2.00\n'
    with pytest.raises(Unreadable, match=r"may\.csv line 3: .*; expected is an amount such as 1234\.50"):
        rows(table(tmp_path, content, ISO))


@pytest.mark.parametrize("amount", ["1,2345.00", "12,34.50", ",123.00", "1,,234.00", "1.234,50"])
def test_thousands_are_grouped_or_not(tmp_path: Path, amount: str) -> None:
    with pytest.raises(Unreadable, match=r"line 2: .* is no amount; expected is an amount such as 1,234\.50"):
        rows(table(tmp_path, f'day,amount\n2026-05-04,"{amount}"\n', ISO | {"thousands": ","}))


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("1,234.50", 123450), ("1234.5", 123450), ("-1,234,567.00", -123456700), ("−5", -500), (" 5.10 ", 510)],
)
def test_amounts_with_thousands_are_exact(tmp_path: Path, amount: str, minor: int) -> None:
    source = table(tmp_path, f'day,amount\n2026-05-04,"{amount}"\n', ISO | {"thousands": ","})
    assert told(source, "amount") == [(minor,)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("day,amount\n2026-02-30,1\n", "line 2: '2026-02-30' is not that; expected is a day such as 2026-05-31"),
        ("day,amount\n04.05.2026,1\n", "line 2: '04.05.2026' is not that"),
        ("day,amount\n,1\n", "line 2: neither a day nor a moment is told"),
        ("day,amount\n2026-05-04,1\n2026-05-04,1,2\n", "line 3: 3 fields, the first .*; expected is 2 fields"),
        ("day,amount\n2026-05-04\n", "line 2: 1 fields"),
        ("day,amount\n2026-05-04,1\n2026-05-04,\"1\n", "line 3: no row: unexpected end of data"),
        ("day,sum\n2026-05-04,1\n", "line 1: no column is named 'amount'; expected is .* there are 'day', 'sum'"),
        ("day,amount,amount\n", "line 1: several columns are named 'amount'"),
        ("day,amount\n2026-05-04,1\0\n", "line 2: there is a NUL byte"),
        (b"day,amount\n2026-05-04,1\n\xff,1\n", "line 3: byte 0xff is not utf-8"),
        ("", "the file is empty"),
        ("\n", "line 1: no column is named"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=rf"may\.csv:? {says}"):
        rows(table(tmp_path, content, ISO))


def test_a_kind_that_nobody_translates_is_not_passed_over(tmp_path: Path) -> None:
    options = {"currency": "EUR", "columns": {"day": "day", "amount": "amount", "kind": "type"}}
    with pytest.raises(Unreadable, match=r"line 3: 'Gift' is not that; expected is one of 'chargeback'"):
        rows(table(tmp_path, "day,amount,type\n2026-05-04,1,sale\n2026-05-04,1,Gift\n", options))


def test_a_moment_without_a_zone_is_nobodys(tmp_path: Path) -> None:
    options = {"currency": "EUR", "columns": {"at": "at", "amount": "amount"}}
    with pytest.raises(Unreadable, match=r"line 2: '2026-05-04T10:00:00' .* an offset, or the option zone"):
        rows(table(tmp_path, "at,amount\n2026-05-04T10:00:00,1\n", options))


def test_an_hour_that_clocks_leave_out_is_none(tmp_path: Path) -> None:
    options = {"currency": "EUR", "zone": "Europe/Berlin", "columns": {"at": "at", "amount": "amount"}}
    with pytest.raises(Unreadable, match=r"line 2: '2026-03-29 02:30:00'"):
        rows(table(tmp_path, "at,amount\n2026-03-29 02:30:00,1\n", options))


def test_lines_are_told_behind_the_first_block_too(tmp_path: Path) -> None:
    """A file of several blocks, with a fault in its last line and quoted line ends in between."""
    many = 300_000
    content = ["day,amount,text", *(f'2026-05-04,{each % 100}.00,"a\nb {each}"' for each in range(many))]
    source = table(tmp_path, "\n".join(content) + "\n", ISO)
    assert sum(batch.num_rows for batch in source.read("movements", None)) == many  # type: ignore[arg-type]
    source = table(tmp_path, "\n".join([*content, "2026-05-04,x,y"]), ISO)
    with pytest.raises(Unreadable, match=rf"line {2 * many + 2}: 'x' is no amount"):
        rows(source)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"columns": {"day": "a"}, "currency": "EUR"}, "columns: amount is wanted, or debit and credit"),
        ({"columns": {"day": "a", "debit": "b"}, "currency": "EUR"}, "columns: amount is wanted, or debit"),
        ({"columns": {"amount": "a"}, "currency": "EUR"}, "columns: day or at is wanted"),
        ({"columns": COLUMNS | {"sum": "b"}}, "columns.sum: no such column"),
        ({"columns": {"day": "a", "amount": "b"}}, "currency: missing"),
        (ISO | {"currency": "Euro"}, "currency: 'Euro' is no currency"),
        (ISO | {"decimal": ",", "thousands": ","}, "decimal: one sign is wanted"),
        (ISO | {"sign": "minus"}, "sign: 'minus' is none of written, inverted, kind"),
        (ISO | {"kinds": {"a": "gift"}}, "kinds.a: 'gift' is none of"),
        (ISO | {"date_format": "DD.MM.YYYY"}, "date_format: .* is no format of strptime"),
        (ISO | {"zone": "Mars/Olympus"}, "zone: 'Mars/Olympus' is no time zone"),
        (ISO | {"encoding": "rot13"}, "encoding: 'rot13' is no encoding"),
        (ISO | {"delimiter": ";;"}, "delimiter: one sign is wanted"),
        (ISO | {"payouts": "("}, "payouts: .* is no regular expression"),
        (ISO | {"file": []}, "file: a name or pattern is wanted"),
        (ISO | {"colour": "red"}, "colour: no such option"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_option(tmp_path: Path, options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        table(tmp_path, "", options)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amounts=st.lists(st.tuples(st.integers(-(10**14), 10**14), st.sampled_from(["EUR", "JPY", "KWD"])), min_size=1),
    marks=st.sampled_from([(".", ""), (",", "."), (".", ","), (",", " "), (".", "'")]),
)
def test_whatever_is_written_is_read_to_the_last_digit(
    tmp_path: Path, amounts: list[tuple[int, str]], marks: tuple[str, str]
) -> None:
    decimal, thousands = marks

    def written_as(minor: int, currency: str) -> str:
        plain = str(Money(minor=minor, currency=currency)).split()[0]
        whole, _, decimals = plain.partition(".")
        grouped = f"{int(whole):,}" if int(whole) else whole
        return grouped.replace(",", thousands) + (f"{decimal}{decimals}" if decimals else "")

    content = "day;amount;cur\n" + "".join(f'2026-05-04;"{written_as(*each)}";{each[1]}\n' for each in amounts)
    options = {"columns": {"day": "day", "amount": "amount", "currency": "cur"}, "delimiter": ";"}
    source = table(tmp_path, content, options | {"decimal": decimal, "thousands": thousands})
    assert told(source, "amount", "currency") == amounts
