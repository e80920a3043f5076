"""Asking the neighbours of a store: what nobody waited for yet is waited for at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from fakes import FakeClock, recorder
from histories import charge, ledger, write

from journeys.model import Entry, Ledger, Write, WriteOutcome
from journeys.run.inquire import Inquiry
from journeys.run.outside import Around


@dataclass(slots=True, kw_only=True)
class SlowLedger:
    """Holds a charge from the second time on that it is asked."""

    name: str = "payment ledger"
    expects: tuple[str, ...] = ("charge",)
    within_s: float = 1.0
    asked: list[str] = field(default_factory=list)

    def entries(self, number: str, email: str) -> tuple[Entry, ...]:
        self.asked.append(number)
        return (charge(number=number),) if len(self.asked) > 1 else ()


def heard(write: Write, *ledgers: Ledger) -> tuple[int, list[str]]:
    """How many entries were found at the end, and what was asked for."""
    clock, neighbour = FakeClock(), SlowLedger()
    pen = recorder(clock)
    for event in (write, *ledgers):
        pen.add(event)
    Inquiry(around=Around(neighbours=(neighbour,)), recorder=pen, clock=clock).again()
    return len(pen.history().ledgers[-1].entries), neighbour.asked


def test_a_sale_that_nobody_asked_about_yet_is_waited_for() -> None:
    assert heard(write(1.0, 2.0, number="7")) == (1, ["7", "7"])


def test_a_sale_that_was_asked_about_is_looked_at_once_more() -> None:
    assert heard(write(1.0, 2.0, number="7"), ledger()) == (0, ["7"])


def test_nothing_is_waited_for_that_the_store_refused() -> None:
    assert heard(write(1.0, 2.0, number="7", outcome=WriteOutcome.REJECTED)) == (0, ["7"])
