"""Columns of text made into amounts and moments, a block at a time; the first cell that is none is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from journeys.audit.statements.amounts import LARGEST, currency_of, minor
from journeys.audit.statements.file import shown
from journeys.model import Money

_WHOLE: Final = 15
_DECIMALS: Final = 9
_EXACT: Final = pa.decimal128(_WHOLE + _DECIMALS, _DECIMALS)
_UNITS: Final = pa.decimal128(5, 0)
_MOMENT: Final = pa.timestamp("us", tz="UTC")
_ISO: Final = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?"
_ZONED: Final = _ISO + r"(?:Z|[+-]\d\d:?\d\d)$"
_PARTS: Final = {"%Y": r"(\d{4})", "%m": r"(\d\d)", "%d": r"(\d\d)", "%H": r"(\d\d)", "%M": r"(\d\d)", "%S": r"(\d\d)"}


class Bad(Exception):
    """A cell that is not what it should be: its row in the block, what it says, what is expected."""

    def __init__(self, row: int, says: str, expected: str) -> None:
        super().__init__(says)
        self.row, self.says, self.expected = row, says, expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How amounts are written: the decimal sign, and what may stand between thousands ("": nothing)."""

    decimal: str = "."
    thousands: str = ""

    @property
    def pattern(self) -> str:
        """All that is an amount; thousands are grouped all or not at all, so that a stray sign is noticed."""
        mark = re.escape(self.thousands)
        grouped = rf"[0-9]{{1,3}}(?:{mark}[0-9]{{3}}){{1,4}}|" if mark else ""
        decimals = rf"(?:{re.escape(self.decimal)}[0-9]{{1,{_DECIMALS}}})?"
        return rf"^[+-]?(?:{grouped}[0-9]{{1,{_WHOLE}}}){decimals}$"

    def example(self) -> str:
        """An amount as it is written here."""
        return f"1{self.thousands}234{self.decimal}50"

    def one(self, text: str, currency: str) -> int:
        """The minor units of one amount; ValueError when it is none."""
        tidy = text.strip().replace("−", "-")
        if self.thousands == " ":
            tidy = re.sub("[\u00a0\u202f]", " ", tidy)
        if not re.fullmatch(self.pattern, tidy):
            raise ValueError("is no amount")
        return minor(_plain(tidy, self), currency)

    def many(self, texts: pa.Array, currencies: pa.Array) -> pa.Array:
        """The minor units of many; Bad tells the first that is none."""
        try:
            tidy = pc.replace_substring(pc.utf8_trim_whitespace(texts), "−", "-")
            if self.thousands == " ":
                tidy = pc.replace_substring_regex(tidy, "[\u00a0\u202f]", " ")
            if not pc.all(pc.match_substring_regex(tidy, self.pattern)).as_py() and len(tidy):
                raise pa.ArrowInvalid("no amount")
            if self.thousands:
                tidy = pc.replace_substring(tidy, self.thousands, "")
            if self.decimal != ".":
                tidy = pc.replace_substring(tidy, self.decimal, ".")
            return scaled(tidy.cast(_EXACT), currencies)
        except pa.ArrowInvalid as error:
            raise self._first(texts, currencies) from error

    def _first(self, texts: pa.Array, currencies: pa.Array) -> Bad:
        for row, (text, currency) in enumerate(zip(texts.to_pylist(), currencies.to_pylist(), strict=True)):
            try:
                self.one(text or "", currency)
            except ValueError as error:
                said = str(error) if str(error).startswith("is ") else f"is finer than the minor unit of {currency}"
                return Bad(row, f"{_quoted(text)} {said}", f"an amount such as {self.example()}")
        return Bad(0, "an amount from here on cannot be read", f"amounts such as {self.example()}")


def scaled(exact: pa.Array, currencies: pa.Array) -> pa.Array:
    """Decimals in major units as minor units; ArrowInvalid where one is finer than its currency's, or too large."""
    known = currencies.dictionary_encode()
    units = pa.array([Decimal(Money.of(1, each).minor) for each in known.dictionary.to_pylist()], _UNITS)
    minors = pc.multiply(exact, units.take(known.indices)).cast(pa.int64())
    if (pc.max(pc.abs(minors)).as_py() or 0) > LARGEST:
        raise pa.ArrowInvalid("an amount is larger than any that is reckoned with")
    return minors


def currencies(texts: pa.Array) -> pa.Array:
    """Codes of ISO 4217, in capitals; Bad tells the first that is none."""
    tidy = pc.utf8_upper(pc.utf8_trim_whitespace(texts))
    for each in pc.unique(tidy).to_pylist():
        try:
            currency_of(each or "")
        except ValueError as error:
            row = pc.index(tidy, each).as_py() if each is not None else 0
            raise Bad(row, f"{_quoted(each)} {error}", "a currency such as EUR") from error
    return tidy


def days(texts: pa.Array, written: str) -> pa.Array:
    """Days by a format of strptime; empty cells are null; Bad tells the first that the calendar does not have."""
    return each_once(
        texts, lambda text: _day(text, written), pa.date32(), f"a day such as {date(2026, 5, 31):{written}}"
    )


def moments(texts: pa.Array, written: str, zone: ZoneInfo | None) -> pa.Array:
    """Moments in UTC: ISO 8601 (``written`` is "") or a format of strptime; empty cells are null.

    Without an offset of its own a moment is one of ``zone``, the earlier one of the hour that clocks go through twice.
    """
    tidy = pc.utf8_trim_whitespace(texts)
    empty = pc.equal(tidy, "")
    if pc.any(empty).as_py():
        tidy = pc.if_else(empty, pa.scalar(None, pa.string()), tidy)
    quick = quickly(tidy, written, zone)
    if quick is not None:
        return quick
    sample = datetime(2026, 5, 31, 23, 59, 58, tzinfo=UTC)
    example = f"{sample:{written}}" if written else sample.isoformat()
    zoned = "" if zone else " with an offset, or the option zone"
    return each_once(tidy, lambda text: moment(text, written, zone), _MOMENT, f"a moment such as {example}{zoned}")


def quickly(tidy: pa.Array, written: str, zone: ZoneInfo | None) -> pa.Array | None:
    """Moments as ``moments`` reads them, where all are written in a way that Arrow reads by itself; else None.

    None too where the clocks were put forward over one of them.
    """
    try:
        return _quickly(tidy, written, zone)
    except (pa.ArrowException, _NotQuickly):
        return None


def each_once(texts: pa.Array, read: Callable[[str], Any], kind: pa.DataType, expected: str) -> pa.Array:
    """What each different text says; empty ones are null; Bad tells the first row of one that says nothing."""
    known = texts.dictionary_encode()
    values = []
    for each in known.dictionary.to_pylist():
        try:
            values.append(read(each.strip()) if each and each.strip() else None)
        except (ValueError, OverflowError) as error:
            raise Bad(pc.index(texts, each).as_py(), f"{_quoted(each)} is not that", expected) from error
    return pa.array(values, kind).take(known.indices)


def moment(text: str, written: str, zone: ZoneInfo | None) -> datetime:
    """One moment, in UTC; ValueError where it is none, or where clocks were put forward over it."""
    read = datetime.strptime(text, written) if written else datetime.fromisoformat(text)
    if read.tzinfo is not None:
        return read.astimezone(UTC)
    if zone is None:
        raise ValueError(text)
    there = read.replace(tzinfo=zone).astimezone(UTC)
    if there.astimezone(zone).replace(tzinfo=None) != read:
        raise ValueError(text)
    return there


class _NotQuickly(Exception):
    """Another notation than Arrow reads by itself."""


def _quickly(tidy: pa.Array, written: str, zone: ZoneInfo | None) -> pa.Array:
    if written:
        tidy = _as_iso(tidy, written)
    if pc.all(pc.match_substring_regex(tidy, _ZONED)).as_py() and not written:
        return tidy.cast(_MOMENT)
    if zone is None or not pc.all(pc.match_substring_regex(tidy, f"{_ISO}$")).as_py():
        raise _NotQuickly
    local = tidy.cast(pa.timestamp("us"))
    return pc.assume_timezone(local, str(zone), ambiguous="earliest", nonexistent="raise").cast(_MOMENT)


def _as_iso(tidy: pa.Array, written: str) -> pa.Array:
    """``31.05.2026 23:59:58`` as ISO 8601, where the format has these six parts, each once."""
    parts = re.findall("%.", written)
    if sorted(parts) != sorted(_PARTS):
        raise _NotQuickly
    pattern = "".join(_PARTS.get(each, re.escape(each)) for each in re.split("(%.)", written))
    if not pc.all(pc.match_substring_regex(tidy, f"^{pattern}$")).as_py():
        raise _NotQuickly
    year, month, day, hour, minute, second = (f"\\{parts.index(each) + 1}" for each in _PARTS)
    return pc.replace_substring_regex(tidy, pattern, f"{year}-{month}-{day}T{hour}:{minute}:{second}")


def _day(text: str, written: str) -> date:
    return datetime.strptime(text, written).date()


def _plain(tidy: str, numbers: Numbers) -> str:
    return (
        tidy.replace(numbers.thousands, "").replace(numbers.decimal, ".")
        if numbers.thousands
        else tidy.replace(numbers.decimal, ".")
    )


def _quoted(text: str | None) -> str:
    return shown(text or "")
