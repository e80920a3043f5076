"""MT940: marks, years, purposes and balances, in literal figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from statements import MAY, MT940, rows, told, written

from journeys.audit.sources import Unreadable
from journeys.audit.statements import mt940
from journeys.audit.statements.books import Books
from journeys.audit.statements.purpose import purpose

MARKS = {"payouts": r"Payout (po_\w+)", "orders": r"Order (\d+)"}


def bank(folder: Path, content: str | bytes = MT940, **options: object) -> Books:
    written(folder, "bank.sta", content)
    return mt940.connect({"file": "bank.sta", **MARKS, **options}, "bank", folder)


def test_each_line_is_a_movement_signed_by_its_mark(tmp_path: Path) -> None:
    """RC takes a credit back and RD a debit; the letter behind the mark is the currency's third one."""
    assert told(bank(tmp_path), "place", "kind", "amount", "reference", "bundle") == [
        ("bank.sta line 6", "payout", 15000, None, "po_1A"),
        ("bank.sta line 8", "sale", 5000, "100013", None),
        ("bank.sta line 10", "refund", -1250, "100013", None),
        ("bank.sta line 12", "chargeback", -3000, "100014", None),
        ("bank.sta line 14", "refund", 250, None, None),
    ]


def test_the_day_of_booking_takes_the_year_nearest_to_that_of_the_value(tmp_path: Path) -> None:
    assert [day for (day,) in told(bank(tmp_path), "day")] == [
        date(2025, 12, 31),
        date(2026, 1, 2),
        date(2025, 12, 31),
        date(2026, 1, 5),
        date(2026, 1, 5),
    ]


def test_balances_and_entries_add_up(tmp_path: Path) -> None:
    source = bank(tmp_path)
    rows(source)
    (balance,) = source.balances(MAY)
    assert (balance.opening, balance.moved, balance.closing, balance.reconciles) == (26000, 0, 26000, True)


def test_a_line_that_is_missing_shows_in_the_balances(tmp_path: Path) -> None:
    source = bank(tmp_path, MT940.replace(":61:2601050105RD2,50NTRFNONREF\n", ""))
    rows(source)
    assert [each.reconciles for each in source.balances(MAY)] == [False]


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        (["Order 100013"], "Order 100013"),
        (["x" * 62 + "100", "013 thanks"], "x" * 62 + "100013 thanks"),
        (["Order", "100013"], "Order 100013"),
        (
            ["166?00SEPA?20SVWZ+Thank you. Order 10001?213?32JO ?33DOE?34000"],
            "SVWZ+Thank you. Order 100013 JO DOE SEPA",
        ),
        (["166?20Order", "?21100013"], "Order 100013"),
        (["051<00GIVEN<20Order 100013"], "Order 100013 GIVEN"),
        (["/EREF/100013//REMI/USTD//Order/"], "/EREF/100013//REMI/USTD//Order/"),
        ([""], ""),
    ],
)
def test_a_purpose_is_put_together_where_its_pieces_are_full(written: list[str], reads: str) -> None:
    assert purpose(written) == reads


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("150,00NTRF", "1,50,00NTRF", r"line 6: the entry '2512301231C1,50,00NTRFNONREF//PO1' cannot be read"),
        (":61:260105RC", ":61:260230RC", r"line 12: the entry .* cannot be read \(day is out of range for month\)"),
        ("2512301231C", "2512301331C", r"line 6: .*13-31 is no day of a year"),
        ("2512301231C", "2512301231X", r"line 6: the entry"),
        (":62F:C260105EUR260,00\n", "", r"line 2: the statement has no closing balance before the file ends"),
        (":62F:C260105EUR260,00", ":62F:C260105EUR260,0x", r"line 15: the balance 'C260105EUR260,0x' cannot be read"),
        (":60F:C251230EUR100,00\n", "", r"line 5: an entry outside of a statement's balances"),
        (":20:STARTUMS\n", "", r"line 2: the field :25: stands before any statement; expected is :20:"),
        ("GUTSCHRIFT", "GUT\0SCHRIFT", r"line 7: there is a NUL byte"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, was: str, becomes: str, says: str) -> None:
    with pytest.raises(Unreadable, match=rf"bank\.sta {says}"):
        rows(bank(tmp_path, MT940.replace(was, becomes)))


def test_another_encoding_has_to_be_told(tmp_path: Path) -> None:
    content = MT940.replace("Order 100014", "Größe 42").encode("cp1252")
    with pytest.raises(Unreadable, match=r"bank.sta line 13: byte 0xf6 is not utf-8.*option encoding"):
        rows(bank(tmp_path, content))
    assert rows(bank(tmp_path, content, encoding="cp1252"))[3]["text"] == "Größe 42 charged back"
