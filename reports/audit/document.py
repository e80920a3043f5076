"""An audit as one JSON document, for machines: its shape is published as docs/audit.schema.json.

Discrepancies are written one after the other and never held all at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal, TextIO

from pydantic import Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from journeys.audit.model import Audit, Balance, Discrepancy, Item
from journeys.model import Money
from reports.audit.words import decimal, flaws_of, stake_of
from reports.moments import iso, seconds

VERSION: Final = 1
"""It rises when something is taken away or means something else; what is added does not raise it."""
_closed: Final = with_config(extra="forbid", use_attribute_docstrings=True)


@_closed
class AmountDocument(TypedDict):
    """An amount of money."""

    amount: Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", description="In major units, exact.")]
    minor: Annotated[int, Field(description="The same in the currency's minor unit.")]
    currency: Annotated[str, Field(description="ISO 4217.")]


@_closed
class PeriodDocument(TypedDict):
    """The days it is about, both included."""

    first: Annotated[str, Field(json_schema_extra={"format": "date"})]
    last: Annotated[str, Field(json_schema_extra={"format": "date"})]
    zone: Annotated[str, Field(description="IANA name of the time zone that days are counted in.")]
    cutoff_s: Annotated[int, Field(description="A day begins so many seconds after midnight.")]


@_closed
class FlawDocument(TypedDict):
    """How much there is of one class."""

    count: int
    at_stake: Annotated[list[AmountDocument], Field(description="What it amounts to, by currency.")]


@_closed
class BalanceDocument(TypedDict):
    """What one source comes to in one currency, in minor units; null where it states none."""

    source: str
    currency: str
    opening: int | None
    sales: int
    refunds: int
    chargebacks: int
    fees: int
    payouts: int
    closing: int | None
    reconciles: bool | None


@_closed
class ItemDocument(TypedDict):
    """One record of one side."""

    source: str
    place: Annotated[str, Field(description="Where it is found again: a line of a file, an id.")]
    says: str
    reference: str
    amount: AmountDocument | None
    moment: Annotated[str, Field(description="ISO 8601: a day, or a moment in UTC.")]


@_closed
class DiscrepancyDocument(TypedDict):
    """One thing that the two sides do not agree on."""

    flaw: str
    day: Annotated[str, Field(json_schema_extra={"format": "date"})]
    amount: Annotated[AmountDocument | None, Field(description="The money it concerns; negative: missing to you.")]
    ours: list[ItemDocument]
    theirs: list[ItemDocument]
    explanation: str
    cause: Annotated[str, Field(description="One of the seven causes, or unknown.")]
    why: str


@_closed
class AuditDocument(TypedDict):
    """One audit."""

    version: Literal[1]
    store: str
    subject: Literal["sales", "bookings"]
    verdict: Literal["pass", "unknown", "fail"]
    period: PeriodDocument
    began: Annotated[str | None, Field(json_schema_extra={"format": "date-time"})]
    seconds: float
    sources: list[str]
    records: Annotated[dict[str, int], Field(description="How many records of each source were compared.")]
    matched: Annotated[dict[str, int], Field(description="How many matches were made by each rule.")]
    flaws: Annotated[dict[str, FlawDocument], Field(description="Every class, also those without a discrepancy.")]
    balances: list[BalanceDocument]
    left_out: Annotated[list[str], Field(description="What was not looked at, and why.")]
    discrepancies: Annotated[list[DiscrepancyDocument], Field(description="By day, class and record.")]


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    found = TypeAdapter(AuditDocument).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def write_json(audit: Audit, file: TextIO) -> None:
    """Write the document, one discrepancy a line."""
    head = json.dumps(head_of(audit), ensure_ascii=False, indent=2)
    file.write(head.removesuffix("\n}") + ',\n  "discrepancies": [')
    comma = ""
    for each in audit.discrepancies():
        file.write(f"{comma}\n    {json.dumps(_discrepancy(each), ensure_ascii=False)}")
        comma = ","
    file.write("\n  ]\n}\n" if comma else "]\n}\n")


def head_of(audit: Audit) -> dict[str, Any]:
    """All of the document but the discrepancies."""
    period = audit.period
    return {
        "version": VERSION,
        "store": audit.store,
        "subject": audit.subject,
        "verdict": audit.verdict.value,
        "period": {
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
            "zone": period.zone.key,
            "cutoff_s": period.cutoff_s,
        },
        "began": iso(audit.began) if audit.began else None,
        "seconds": seconds(audit.seconds),
        "sources": list(audit.sources),
        "records": dict(audit.records),
        "matched": dict(audit.matched),
        "flaws": {
            flaw.value: {
                "count": audit.flaws.get(flaw, 0),
                "at_stake": [_minor(minor, currency) for currency, minor in stake_of(audit, flaw).items()],
            }
            for flaw in flaws_of(audit)
        },
        "balances": [_balance(each) for each in audit.balances],
        "left_out": list(audit.left_out),
    }


def _balance(of: Balance) -> BalanceDocument:
    return {
        "source": of.source,
        "currency": of.currency,
        "opening": of.opening,
        "sales": of.sales,
        "refunds": of.refunds,
        "chargebacks": of.chargebacks,
        "fees": of.fees,
        "payouts": of.payouts,
        "closing": of.closing,
        "reconciles": of.reconciles,
    }


def _discrepancy(of: Discrepancy) -> DiscrepancyDocument:
    return {
        "flaw": of.flaw.value,
        "day": of.day.isoformat(),
        "amount": _amount(of.amount),
        "ours": _items(of.ours),
        "theirs": _items(of.theirs),
        "explanation": of.explanation,
        "cause": of.cause.value,
        "why": of.why,
    }


def _items(items: Iterable[Item]) -> list[ItemDocument]:
    return [
        {
            "source": item.source,
            "place": item.place,
            "says": item.says,
            "reference": item.reference,
            "amount": _amount(item.amount),
            "moment": item.moment,
        }
        for item in items
    ]


def _amount(of: Money | None) -> AmountDocument | None:
    return None if of is None else _minor(of.minor, of.currency)


def _minor(minor: int, currency: str) -> AmountDocument:
    return {"amount": decimal(minor, currency), "minor": minor, "currency": currency}
