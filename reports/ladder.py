"""The ladder of readings: every value a run saw, where it saw it, and what the record said at that time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from journeys.checks import agrees, current, expected
from journeys.model import Amount, Confirmation, Fact, History, Intervention, Line, Reading, Receipt, text_of
from journeys.model import order as order_fact

RECORD: Final = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One reading; times are seconds since the history began, ``fresh`` is None where it cannot be said.

    A reading that is fresh but not ``current`` showed an old value within the surface's tolerance.
    """

    fact: str
    surface: str
    asked: float
    received: float
    value: str | None
    expected: str | None
    fresh: bool | None
    current: bool
    error: str = ""
    path: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    through: str = ""
    by: str = "onlooker"
    evidence: Mapping[str, str] = field(default_factory=dict, hash=False)


def ladder(history: History) -> tuple[Rung, ...]:
    """All readings, and all confirmations but the record's own, in the order in which they were asked for."""
    rungs = [rung_of(history, reading) for reading in history.readings]
    rungs += [_confirmed(history, each) for each in history.receipts if each.source != RECORD and _made(history, each)]
    rungs += [_charged(history, amount) for amount in history.amounts if amount.source != RECORD]
    return tuple(sorted(rungs, key=lambda rung: rung.asked))


def rung_of(history: History, reading: Reading) -> Rung:
    """One reading beside what the record said."""
    up_to_date = current(history, reading)
    # While others buy, the record had more than one value around the reading: it showed one of them.
    wanted = reading.value if up_to_date else expected(history, reading)
    return Rung(
        fact=reading.fact.key,
        surface=reading.surface,
        asked=reading.asked,
        received=reading.received,
        value=None if reading.value is None else text_of(reading.value),
        expected=None if wanted is None else text_of(wanted),
        fresh=agrees(history, reading),
        current=up_to_date,
        error=reading.error,
        path=tuple(layer for layer in history.surface(reading.surface, reading.fact).path if layer not in reading.past),
        past=reading.past,
        through=reading.through,
        by=reading.by,
        evidence=reading.evidence,
    )


def experiments(history: History) -> tuple[tuple[Intervention, Rung, Rung], ...]:
    """Each layer that was cleared, with the reading just before it (control) and the one just after it."""
    return tuple(
        (tried, rung_of(history, tried.control), rung_of(history, tried.after)) for tried in history.interventions
    )


def _made(history: History, receipt: Receipt) -> bool:
    """Whether it confirms an order: what is said of a cancellation is judged by what it gives back."""
    return receipt.write >= len(history.writes) or history.writes[receipt.write].kind != "cancellation"


def _confirmed(history: History, receipt: Receipt) -> Rung:
    """What one place said of an order, beside what the record holds of it, as far as both show it."""
    number = history.writes[receipt.write].number if receipt.write < len(history.writes) else ""
    held = next((each.said for each in history.receipts if each.write == receipt.write and each.source == RECORD), None)
    value = None if receipt.said is None else in_one_line(receipt.said, held)
    wanted = None if held is None else in_one_line(held, receipt.said)
    known = held is not None and not receipt.error
    return Rung(
        fact=_fact_of(receipt, number).key,
        surface=receipt.source,
        asked=receipt.asked,
        received=receipt.received,
        value=value,
        expected=wanted,
        fresh=value == wanted if known else None,
        current=known and value == wanted,
        error=receipt.error or ("" if receipt.said else "it did not come in time"),
    )


def _charged(history: History, amount: Amount) -> Rung:
    """One amount that the customer met on the way, beside the one that is recorded."""
    number = history.writes[amount.write].number if amount.write < len(history.writes) else ""
    held = next((a.value for a in history.amounts if a.write == amount.write and a.source == RECORD), None)
    return Rung(
        fact=f"total:{number or 'unknown'}",
        surface=amount.source,
        asked=amount.at,
        received=amount.at,
        value=str(amount.value),
        expected=None if held is None else str(held),
        fresh=None if held is None else amount.value == held,
        current=amount.value == held,
    )


def _fact_of(receipt: Receipt, number: str) -> Fact:
    return order_fact(number or (receipt.said.number if receipt.said else None) or "unknown")


def in_one_line(said: Confirmation, other: Confirmation | None = None) -> str:
    """Number, lines, total and customer of an order; only those that the other one shows as well, if there is one."""
    parts = []
    if said.number is not None and (other is None or other.number is not None):
        parts.append(said.number)
    if said.lines is not None and (other is None or other.lines is not None):
        parts.append(_lines(said.lines, other.lines if other else None))
    if said.total is not None and (other is None or other.total is not None):
        parts.append(f"total {said.total}")
    if said.email is not None and (other is None or other.email is not None):
        parts.append(said.email)
    return ", ".join(parts) or "nothing to compare"


def _lines(lines: tuple[Line, ...], other: tuple[Line, ...] | None) -> str:
    totals = all(line.total is not None for line in (*lines, *(other or ())))
    words = (f"{line.quantity} × {line.title}" + (f" {line.total}" if totals else "") for line in lines)
    return " + ".join(sorted(words)) or "no lines"
