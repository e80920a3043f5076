"""What every statement holds, whatever its format: entries, and the balances before and after them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from journeys.audit.model import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One amount on an account, signed: what comes in is positive.

    ``said`` is the kind where the format itself tells it; ``reversal`` marks what takes an earlier entry back.
    """

    line: int
    account: str
    amount: int
    currency: str
    day: date
    at: datetime | None = None
    reference: str | None = None
    text: str = ""
    said: Kind | None = None
    reversal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A balance: minor units, at the beginning or the end of that day."""

    amount: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one statement says of its account, told when all its entries have been; None: not stated."""

    account: str
    currency: str
    opening: Stated | None = None
    closing: Stated | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An entry that is none yet, or none any more, and why."""

    why: str


Event = Entry | Statement | LeftOut
Parse = Callable[[Path], Iterator[Event]]
"""Reads one file in its own order; Unreadable at the first thing that is not as it should be."""
