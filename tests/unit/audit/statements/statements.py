"""Example statements of our own writing, and how tests read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from journeys.audit.model import Period
from journeys.audit.sources import Source

EXAMPLES = Path(__file__).with_name("examples")
MAY = Period(first=date(2026, 5, 1), last=date(2026, 5, 31), zone=ZoneInfo("Europe/Berlin"))

CAMT = (EXAMPLES / "statement.xml").read_text("utf-8")
MT940 = (EXAMPLES / "statement.sta").read_text("utf-8")
OFX_SGML = (EXAMPLES / "bank.ofx").read_text("cp1252")
OFX_XML = (EXAMPLES / "card.ofx").read_text("utf-8")
CSV = (EXAMPLES / "table.csv").read_text("utf-8")
COLUMNS = {"day": "Buchungstag", "text": "Zweck", "amount": "Betrag", "currency": "Währung"}
GERMAN = {
    "delimiter": ";", "decimal": ",", "thousands": ".", "date_format": "%d.%m.%Y", "columns": COLUMNS,
}  # fmt: skip


def written(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    """A file of this content."""
    path = folder / name
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


def rows(source: Source, period: Period = MAY) -> list[dict[str, Any]]:
    """All movements of a source."""
    return [row for batch in source.read("movements", period) for row in batch.to_pylist()]


def told(source: Source, *names: str) -> list[tuple[Any, ...]]:
    """These columns of all movements."""
    return [tuple(row[name] for name in names) for row in rows(source)]


def sums(found: Iterable[dict[str, Any]]) -> dict[str, int]:
    """What the amounts of each currency add up to."""
    total: dict[str, int] = {}
    for row in found:
        total[row["currency"]] = total.get(row["currency"], 0) + row["amount"]
    return total
