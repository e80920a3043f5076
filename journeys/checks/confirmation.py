"""Whether what the customer is told of an order is what the record holds of it."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.checks.check import check
from journeys.model import Confirmation, Finding, History, Line, Receipt, Verdict, Write


@check
def confirmation(history: History) -> Iterator[Finding]:
    """What page, mail and history confirm is what the record holds: number, lines, total and customer."""
    for place, write in history.acked():
        if write.kind == "cancellation":
            continue
        told = [receipt for receipt in history.receipts if receipt.write == place]
        record = next((receipt for receipt in told if receipt.source == "record"), None)
        if record is None or record.error:
            yield _finding(Verdict.UNKNOWN, f"the record was not read for {write.kind} {write.number}")
        elif record.said is None:
            yield _finding(
                Verdict.FAIL, f"the store confirmed {write.kind} {write.number}, but the record does not hold it"
            )
        else:
            others = [receipt for receipt in told if receipt is not record]
            yield from (_compare(write, receipt, record.said) for receipt in others)
            if not others:
                yield _finding(Verdict.UNKNOWN, f"nobody told the customer of {write.kind} {write.number}")


def _compare(write: Write, receipt: Receipt, record: Confirmation) -> Finding:
    source = receipt.source
    waited = receipt.received - write.ended
    if receipt.error:
        return _finding(Verdict.UNKNOWN, f"{source} of {write.number} could not be read: {receipt.error}", source)
    said = receipt.said
    if said is None:
        return _finding(
            Verdict.FAIL,
            f"no {source} of {write.kind} {write.number} came in {waited:.1f} s; the record holds the {write.kind}",
            source,
        )
    shown = [
        (name, told, held)
        for name, told, held in (
            ("number", said.number, record.number),
            ("customer", said.email, record.email),
            ("total", said.total, record.total),
            ("lines", _lines(said.lines, record.lines), _lines(record.lines, said.lines)),
        )
        if told is not None and held is not None
    ]
    if not shown:
        return _finding(Verdict.UNKNOWN, f"{source} of {write.number} shows nothing that the record holds", source)
    wrong = [f"{name} {_text(told)} where the record says {_text(held)}" for name, told, held in shown if told != held]
    if wrong:
        return _finding(Verdict.FAIL, f"{source} of {write.number} says {', '.join(wrong)}", source)
    return _finding(Verdict.PASS, f"{source} of {write.number} says what the record holds", source)


def _lines(lines: tuple[Line, ...] | None, other: tuple[Line, ...] | None) -> tuple[str, ...] | None:
    """The lines in words, with their totals where both sides show them."""
    if lines is None:
        return None
    totals = all(line.total is not None for line in (*lines, *(other or ())))
    return tuple(sorted(f"{line.quantity} × {line.title}" + (f" {line.total}" if totals else "") for line in lines))


def _text(value: object) -> str:
    return ", ".join(value) or "none" if isinstance(value, tuple) else str(value)


def _finding(verdict: Verdict, explanation: str, surface: str = "") -> Finding:
    return Finding(check="confirmation", verdict=verdict, explanation=explanation, surface=surface)
