"""The discrepancies as CSV for the accountant: RFC 4180, and nothing in it is a formula to a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, TextIO

from journeys.audit.model import Audit, Discrepancy, Item
from journeys.model import Money
from reports.audit.words import decimal, total

BOM: Final = "\ufeff"
"""By it spreadsheets know UTF-8."""
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula may begin with (OWASP, CSV Injection; some spreadsheets take the wide forms as well)."""
_SIDE: Final = ("source", "place", "reference", "moment", "says", "amount", "currency")
HEAD: Final = (
    "class", "day", "amount", "currency", "cause",
    *(f"our {name}" for name in _SIDE),
    *(f"their {name}" for name in _SIDE),
    "explanation", "why",
)  # fmt: skip
_BETWEEN: Final = " | "


def write_csv(audit: Audit, file: TextIO) -> int:
    """Write one row for each discrepancy, with the records of both sides; how many that were.

    ``file`` is open without translation of line ends (``newline=""``), in UTF-8. Texts are quoted, amounts are bare
    numbers in major units with a point. Several records of one side stand in one cell, with ``|`` between them, and
    their amount is the sum.
    """
    file.write(BOM)
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(HEAD)
    many = 0
    for each in audit.discrepancies():
        writer.writerow(_row(each))
        many += 1
    return many


def write_matches(audit: Audit, file: TextIO) -> int:
    """Write one row for each match in the same way, with what spoke for it; how many that were."""
    file.write(BOM)
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(("rule", *(f"our {name}" for name in _SIDE), *(f"their {name}" for name in _SIDE)))
    many = 0
    for each in audit.matches():
        writer.writerow((harmless(each.rule), *_side(each.ours), *_side(each.theirs)))
        many += 1
    return many


def harmless(text: str) -> str:
    """The text as no spreadsheet takes it for a formula: with an apostrophe before what could begin one."""
    kept = text.replace("\0", "")
    return f"'{kept}" if kept.startswith(_FORMULAS) or kept.lstrip().startswith(_FORMULAS) else kept


def _row(of: Discrepancy) -> list[str | Decimal]:
    first = (harmless(of.flaw.value), of.day.isoformat(), *_money(of.amount), harmless(of.cause.value))
    return [*first, *_side(of.ours), *_side(of.theirs), harmless(of.explanation), harmless(of.why)]


def _side(items: Iterable[Item]) -> Iterator[str | Decimal]:
    items = tuple(items)
    for name in ("source", "place", "reference", "moment", "says"):
        texts = [getattr(item, name) for item in items]
        if name == "source":
            texts = list(dict.fromkeys(texts))
        yield harmless(_BETWEEN.join(filter(None, texts)))
    yield from _money(total(items))


def _money(of: Money | None) -> tuple[str | Decimal, str]:
    """A number in a cell of its own, and its currency in the next."""
    return ("", "") if of is None else (Decimal(decimal(of.minor, of.currency)), harmless(of.currency))
