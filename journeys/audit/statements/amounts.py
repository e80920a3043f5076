"""Amounts of money and days as statements write them, made exact or refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final

from journeys.model import Money

# What a column of 64 bits holds, less some room for sums of many such amounts.
LARGEST: Final = 10**15
_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,24}(?:\.[0-9]{0,24})?|[+-]?\.[0-9]{1,24}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def minor(text: str, currency: str) -> int:
    """The minor units of an amount in major units, such as ``-12.50``; ValueError when it is none or not exact.

    A sign and one point are all that may stand beside ASCII digits: no exponent, no grouping, no infinity.
    """
    if not _PLAIN.fullmatch(text):
        raise ValueError("is no amount")
    units = Money.of(text, currency).minor
    if abs(units) > LARGEST:
        raise ValueError("is larger than any amount that is reckoned with")
    return units


def currency_of(text: str) -> str:
    """The code of ISO 4217; ValueError when it is not three capital letters."""
    if not _CURRENCY.fullmatch(text):
        raise ValueError("is no currency of ISO 4217, such as EUR")
    return text


def day_of(year: str, month: str, day: str) -> date:
    """The day; ValueError where the calendar has none such, as 2026-02-30."""
    return date(int(year), int(month), int(day))


def iso_day(text: str) -> tuple[date, datetime | None]:
    """The day as written and, with a time that tells its zone, the moment in UTC (ISO 8601, xs:date, xs:dateTime)."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?", text, re.ASCII)
    if found is None:
        raise ValueError("is no day")
    written = date.fromisoformat(found[1])
    if found[2] is None or found[3] is None:
        if found[2]:
            datetime.fromisoformat(found[1] + found[2][:9])
        return written, None
    return written, datetime.fromisoformat(found[1] + found[2][:16] + found[3]).astimezone(UTC)
