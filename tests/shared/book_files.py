"""Made-up or real books written into files as banks and exports write them, and the configuration that reads them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from trades import Books, Planted, Row

from journeys.audit.model import Discrepancy, Flaw, Item, Period
from journeys.model import Cause, Money

HEAD = ("kind", "amount", "currency", "at", "day", "reference", "bundle", "text")
OPENING = 12_345_00
COLUMNS = ", ".join(f'{name} = "{name}"' for name in HEAD)


def write_table(path: Path, rows: Iterable[Row]) -> dict[str, str]:
    """A table in CSV; where each row stands in it, by the place that the row had."""
    places = {}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for line, row in enumerate(rows, start=2):
            amount = str(Money(minor=row.amount, currency=row.currency)).partition(" ")[0]
            at = row.at.isoformat() if row.at else ""
            day = row.day.isoformat() if row.day else ""
            writer.writerow(
                (row.kind.value, amount, row.currency, at, day, row.reference or "", row.bundle or "", row.text or "")
            )
            places[row.place] = f"{path.name} line {line}"
    return places


def write_camt(path: Path, rows: Sequence[Row], period: Period) -> dict[str, str]:
    """A bank's statement, one account a currency, an entry a line; where each row stands in it."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>')
    places = {}
    for currency in sorted({row.currency for row in rows} or {"EUR"}):
        mine = [row for row in rows if row.currency == currency]
        lines.append(f"<Stmt><Id>1</Id><Acct><Id><IBAN>DE02{currency}</IBAN></Id><Ccy>{currency}</Ccy></Acct>")
        days = [row.day for row in mine if row.day] or [period.first]
        lines.append(_balance("OPBD", OPENING, currency, min(days)))
        closing = OPENING + sum(row.amount for row in mine)
        lines.append(_balance("CLBD", closing, currency, max(days)))
        for row in mine:
            lines.append(_entry(row))
            places[row.place] = f"{path.name} line {len(lines)}"
        lines.append("</Stmt>")
    lines.append("</BkToCstmrStmt></Document>")
    path.write_text("\n".join(lines), encoding="utf-8")
    return places


def _balance(code: str, minor: int, currency: str, day: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(minor, currency)}"
        f"<Dt><Dt>{day.isoformat()}</Dt></Dt></Bal>"
    )


def _amount(minor: int, currency: str) -> str:
    amount = str(Money(minor=abs(minor), currency=currency)).partition(" ")[0]
    sign = "CRDT" if minor >= 0 else "DBIT"
    return f'<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _entry(row: Row) -> str:
    assert row.day is not None
    text = f"<RmtInf><Ustrd>{escape(row.text or '')}</Ustrd></RmtInf>"
    return (
        f"<Ntry>{_amount(row.amount, row.currency)}<Sts>BOOK</Sts><BookgDt><Dt>{row.day.isoformat()}</Dt></BookgDt>"
        f"<NtryDtls><TxDtls>{text}</TxDtls></NtryDtls></Ntry>"
    )


def write_books(folder: Path, books: Books, period: Period) -> dict[str, str]:
    """All three sides as ``store.csv``, ``payments.csv`` and ``bank.xml``; where each row stands now."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        **write_table(folder / "store.csv", books.store),
        **write_table(folder / "payments.csv", books.service),
        **write_camt(folder / "bank.xml", books.bank, period),
    }


def declared(store: str, *, cutoff: str = "00:00", fees: str = "") -> str:
    """The books of ``write_books``, as a configuration declares them for a store; the store's own is ``export``."""
    key = f"stores.{store}.books"
    return f"""
[stores.{store}.audit]
cutoff = "{cutoff}"
sales = {{ window_days = 5 }}

[{key}.export]
kind = "csv"
file = "store.csv"
columns = {{ {COLUMNS} }}

[{key}.payments]
kind = "csv"
file = "payments.csv"
columns = {{ {COLUMNS} }}
fee_sign = "written"
terms = {{ fees = [{fees}] }}

[{key}.bank]
kind = "camt"
file = "bank.xml"
payouts = 'PAYMENTS INC(?: (po_\\w+))?|SOMEBODY LTD'
terms = {{ lag_days = 3 }}
"""


def moved(planted: Iterable[Planted], places: Mapping[str, str]) -> list[Planted]:
    """The same, marked by where the rows stand now."""
    return [replace(each, mark=places.get(each.mark, each.mark)) for each in planted]


def found_in(document: dict[str, Any]) -> list[Discrepancy]:
    """The discrepancies of a document."""
    return [
        Discrepancy(
            flaw=Flaw(each["flaw"]),
            day=date.fromisoformat(each["day"]),
            ours=tuple(map(_item, each["ours"])),
            theirs=tuple(map(_item, each["theirs"])),
            explanation=each["explanation"],
            cause=Cause(each["cause"]),
            why=each["why"],
        )
        for each in document["discrepancies"]
    ]


def _item(told: dict[str, Any]) -> Item:
    amount = told["amount"] and Money(minor=told["amount"]["minor"], currency=told["amount"]["currency"])
    return Item(**{**told, "amount": amount})
