"""OFX in both markups: signs, zones, corrections, overlapping downloads, in literal figures."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from statements import MAY, OFX_SGML, OFX_XML, rows, told, written

from journeys.audit.model import Balance
from journeys.audit.sources import Unreadable
from journeys.audit.statements import ofx
from journeys.audit.statements.books import Books


def bank(folder: Path, content: str, encoding: str = "cp1252") -> Books:
    written(folder, "may.ofx", content, encoding)
    return ofx.connect({"file": "*.ofx", "payouts": r"Payout (po_\w+)", "orders": r"Order (\d+)"}, "bank", folder)


def test_sgml_without_ends_is_read(tmp_path: Path) -> None:
    source = bank(tmp_path, OFX_SGML)
    assert told(source, "place", "kind", "amount", "currency", "bundle", "text") == [
        ("may.ofx line 17", "payout", 15000, "EUR", "po_1A", "Paymentz Payout po_1A F1"),
        ("may.ofx line 18", "refund", -1250, "EUR", None, "Müller & Söhne F2"),
        ("may.ofx line 19", "fee", -100, "EUR", None, "Fee F3"),
    ]
    assert source.left_out == ("bank: 1 × transactions that are only held, and not booked",)


def test_days_are_as_written_and_moments_in_utc(tmp_path: Path) -> None:
    """Noon without a zone is what banks write who know no time."""
    assert told(bank(tmp_path, OFX_SGML), "day", "at") == [
        (date(2026, 5, 4), None),
        (date(2026, 5, 5), datetime(2026, 5, 6, 4, 30, tzinfo=UTC)),
        (date(2026, 5, 6), None),
    ]


def test_xml_of_a_credit_card_is_read_and_corrections_are_made(tmp_path: Path) -> None:
    source = bank(tmp_path, OFX_XML, "utf-8")
    assert told(source, "kind", "amount", "currency", "reference", "at") == [
        ("sale", 2000, "USD", "100013", datetime(2026, 5, 4, 7, 15, tzinfo=UTC)),
        ("sale", 600, "USD", "100014", None),
    ]
    assert source.balances(MAY) == (Balance(source="bank", currency="USD", sales=2600, closing=2600),)


def test_what_two_downloads_tell_is_told_once(tmp_path: Path) -> None:
    written(tmp_path, "june.ofx", OFX_SGML, "cp1252")
    source = bank(tmp_path, OFX_SGML)
    assert len(rows(source)) == 3
    assert len(rows(source)) == 3, "and again when it is read again"


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("<TRNAMT>150.00", "<TRNAMT>1,234.5.6", r"line 17: <TRNAMT> '1,234.5.6' is no amount"),
        ("<TRNAMT>150.00", "<TRNAMT>1,234", r"line 17: <TRNAMT> '1,234' may have a comma before decimals or between"),
        ("<TRNAMT>150.00", "<TRNAMT>=cmd|' /C calc'!A0", r"is no amount"),
        ("<TRNAMT>150.00", "", r"line 17: <TRNAMT> '' is no amount"),
        ("<DTPOSTED>20260504", "<DTPOSTED>20260230", r"line 17: <DTPOSTED> '20260230' is no moment"),
        ("<CURDEF>EUR", "<CURDEF>Euro", r"'Euro' is no currency"),
        ("</OFX>\n", "", r"line 11: the file ends within <OFX>: it was cut off"),
        ("</STMTTRN>\n<STMTTRN><TRNTYPE>SRV", "\n<STMTTRN><TRNTYPE>SRV", r"line \d+: <"),
        ("<OFX>", '<!DOCTYPE OFX [<!ENTITY a "b">]><OFX>', r"stands before <OFX>; expected is .* no document type"),
        ("INFO</STATUS><DTS", "ERROR<MESSAGE>Sorry</STATUS><DTS", r"the bank answered .* '0 Sorry'"),
        ("CHARSET:1252", "CHARSET:4711", r"'4711' is no encoding that is known"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, was: str, becomes: str, says: str) -> None:
    with pytest.raises(Unreadable, match=rf"may\.ofx.*{says}"):
        rows(bank(tmp_path, OFX_SGML.replace(was, becomes, 1)))
