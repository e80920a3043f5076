"""CAMT.053: batches, reversals, charges, balances and states, in literal figures."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from statements import CAMT, MAY, rows, told, written

from journeys.audit.model import Balance
from journeys.audit.sources import Unreadable
from journeys.audit.statements import camt
from journeys.audit.statements.books import Books

MARKS = {"payouts": r"Payout (po_\w+)", "orders": r"[Oo]rder (\d+)"}


def bank(folder: Path, content: str = CAMT, **options: object) -> Books:
    written(folder, "may.xml", content)
    return camt.connect({"file": "may.xml", **MARKS, **options}, "bank", folder)


def test_each_entry_that_is_booked_is_a_movement_with_its_kind_and_its_place(tmp_path: Path) -> None:
    assert told(bank(tmp_path), "place", "kind", "amount", "reference", "bundle") == [
        ("may.xml line 10", "payout", 15000, None, "po_1A"),
        ("may.xml line 21", "sale", 5000, "100013", None),
        ("may.xml line 22", "sale", 3000, "100014", None),
        ("may.xml line 24", "refund", -1250, "100013", None),
        ("may.xml line 28", "chargeback", -3000, "100014", None),
        ("may.xml line 32", "sale", 1000, "100015", None),
        ("may.xml line 32 no. 2", "fee", -50, "100015", None),
    ]


def test_days_are_those_of_booking_as_written_and_moments_are_in_utc(tmp_path: Path) -> None:
    first, second, *_ = rows(bank(tmp_path))
    assert (first["day"], first["at"]) == (date(2026, 5, 4), None)
    assert (second["day"], second["at"]) == (date(2026, 5, 6), datetime(2026, 5, 7, 1, 30, tzinfo=UTC))


def test_purpose_and_names_are_the_text(tmp_path: Path) -> None:
    assert rows(bank(tmp_path))[0]["text"] == "Payout po_1A settled Paymentz Ltd"


def test_what_is_not_booked_is_left_out_and_told(tmp_path: Path) -> None:
    source = bank(tmp_path)
    rows(source)
    assert source.left_out == ("bank: 1 × entries in state 'PDNG', which are not booked",)


def test_balances_and_entries_add_up(tmp_path: Path) -> None:
    source = bank(tmp_path)
    rows(source)
    expected = Balance(
        source="bank", currency="EUR", opening=10000, sales=9000, refunds=-1250, chargebacks=-3000, fees=-50,
        payouts=15000, closing=29700,
    )  # fmt: skip
    assert source.balances(MAY) == (expected,)
    assert expected.reconciles


def test_balances_that_do_not_add_up_are_no_reason_not_to_read(tmp_path: Path) -> None:
    source = bank(tmp_path, CAMT.replace("297.00", "298.00"))
    assert len(rows(source)) == 7
    assert [each.reconciles for each in source.balances(MAY)] == [False]


def test_a_batch_whose_parts_do_not_make_its_amount_stays_one_entry(tmp_path: Path) -> None:
    found = told(
        bank(
            tmp_path,
            CAMT.replace('<Amt Ccy="EUR">30.00</Amt><CdtDbtInd>CRDT', '<Amt Ccy="EUR">31.00</Amt><CdtDbtInd>CRDT'),
        ),
        "amount",
    )
    assert (8000,) in found


def test_the_amount_in_the_customers_currency_is_not_taken_for_that_of_the_account(tmp_path: Path) -> None:
    """The amount of the entry counts, wherever else in it an amount stands."""
    foreign = '<AmtDtls><InstdAmt><Amt Ccy="USD">163.00</Amt></InstdAmt></AmtDtls>'
    source = bank(tmp_path, CAMT.replace("<RltdPties>", f"{foreign}<RltdPties>", 1))
    assert told(source, "amount", "currency")[0] == (15000, "EUR")


def test_several_statements_follow_one_another(tmp_path: Path) -> None:
    begin, end = CAMT.index("<Stmt>"), CAMT.index("</Stmt>") + len("</Stmt>")
    june = (
        CAMT[begin:end]
        .replace(">100.00<", ">297.00<")
        .replace("2026-05", "2026-06")
        .replace(
            '<Amt Ccy="EUR">297.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-31',
            '<Amt Ccy="EUR">494.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-30',
        )
    )
    source = bank(tmp_path, CAMT[:begin] + june + CAMT[begin:])
    assert len(rows(source)) == 14
    (balance,) = source.balances(MAY)
    assert (balance.opening, balance.moved, balance.closing) == (10000, 19700, 29700)


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("<BookgDt><Dt>2026-05-04", "<BookgDt><Dt>2026-02-30", r"line 12: the day '2026-02-30' is none"),
        ('"EUR">150.00', '"EUR">150,00', r"line 11: the amount of an entry '150,00' in 'EUR' is no amount"),
        ('"EUR">150.00', '"EUR">NaN', r"'NaN' in 'EUR' is no amount"),
        ('"EUR">150.00', '"EUR">1e309', r"'1e309' in 'EUR' is no amount"),
        ('"EUR">150.00', '"EUR">150.001', r"'150.001' in 'EUR' is not exact"),
        ('"EUR">150.00', '"EUR">-150.00', r"has a sign"),
        ('"EUR">150.00', '"EUR">99999999999999999999', r"larger than any amount"),
        ('"EUR">150.00', '"Euro">150.00', r"'Euro' is no currency"),
        ("CRDT</CdtDbtInd><Sts>", "KRDT</CdtDbtInd><Sts>", r"line 10: <CdtDbtInd> says 'KRDT'; expected is CRDT"),
        ("<Stmt>", "<Stmt><Stmt2>", r"no well-formed XML: mismatched tag"),
        ("<BkToCstmrStmt>", "<BkToCstmrDbtCdtNtfctn>", r"<BkToCstmrDbtCdtNtfctn> stands there; expected is"),
        ("</Document>", "", r"line \d+: no well-formed XML: no element found"),
        ('encoding="UTF-8"', 'encoding="UTF-9"', r"no well-formed XML|cannot be read"),
        ("Paymentz", "Payment\0", r"line 14: no well-formed XML: not well-formed"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, was: str, becomes: str, says: str) -> None:
    with pytest.raises(Unreadable, match=rf"may\.xml.*{says}"):
        rows(bank(tmp_path, CAMT.replace(was, becomes, 1)))
