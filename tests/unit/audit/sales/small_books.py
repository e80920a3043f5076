"""A handful of records on each side, and the audit of them, told in a line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from trades import Row, Rows

from journeys.audit.engine import Engine
from journeys.audit.model import Audit, Kind, Period
from journeys.audit.sales import Rules, audit_sales

MAY = Period(first=date(2026, 5, 1), last=date(2026, 5, 31), zone=ZoneInfo("Europe/Berlin"))


def row(says: str, when: str, amount: int, reference: str = "", text: str = "", bundle: str = "", **more: str) -> Row:
    """``says`` is a kind; ``when`` is a day, or a moment in UTC; more: place, currency and day."""
    kind = Kind(says)
    moment = datetime.fromisoformat(when).replace(tzinfo=UTC) if len(when) > 10 else None
    day = more.get("day") or (when if moment is None else None)
    return Row(
        place=more.get("place", f"{says} {reference or bundle or text} {when}"),
        kind=kind,
        amount=amount,
        currency=more.get("currency", "EUR"),
        at=moment,
        day=date.fromisoformat(day) if day else None,
        reference=reference or None,
        bundle=bundle or None,
        text=text or None,
    )


def audited(
    engine: Engine, store: Sequence[Row], rules: Rules | None = None, period: Period = MAY, **against: Sequence[Row]
) -> Audit:
    """The audit of a store against sources by name."""
    others = [Rows(name=name, rows=rows) for name, rows in against.items()]
    return audit_sales(engine, Rows(name="store", rows=store), others, period, rules or Rules())


def told(audit: Audit) -> list[tuple[str, str, int | None]]:
    """Each discrepancy: its class, the first record it names, and the amount."""
    return [
        (
            each.flaw.value,
            next((item.reference for item in (*each.ours, *each.theirs) if item.reference), "-"),
            each.amount.minor if each.amount else None,
        )
        for each in audit.discrepancies()
    ]
