"""Whether the record moved by exactly what was bought, whatever other customers did meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from journeys.checks.check import check
from journeys.checks.record import after_orders, between, with_held
from journeys.model import (
    Expectation,
    Fact,
    Finding,
    History,
    Money,
    Order,
    Verdict,
    Write,
    WriteOutcome,
)


@check
def conservation(history: History) -> Iterator[Finding]:
    """Stock or places fall, and orders and revenue rise, by exactly what was bought."""
    for place, write in enumerate(history.writes):
        facts = {each.fact: None for each in history.expectations if each.write == place}
        for fact in facts:
            mine = [each for each in history.expectations if (each.write, each.fact) == (place, fact)]
            yield _judge(history, place, write, fact, mine)
    yield from _once(history)


def _judge(history: History, place: int, write: Write, fact: Fact, mine: list[Expectation]) -> Finding:
    if write.outcome is not WriteOutcome.ACKED:
        return _finding(Verdict.UNKNOWN, fact, f"it is not known whether the {write.kind} happened")
    end = min((later.began for later in history.writes[place + 1 :]), default=float("inf"))
    steady = [(sample, value) for sample, value in history.record(fact) if sample.steady]
    before = [pair for pair in steady if pair[0].received <= write.began]
    after = [pair for pair in steady if pair[0].asked >= write.ended and pair[0].received <= end]
    if not before or not after:
        return _finding(Verdict.UNKNOWN, fact, f"{fact.key} was not sampled at rest before and after the {write.kind}")
    (start, old), (last, new) = before[-1], after[-1]
    old, new = with_held(start, fact, old), with_held(last, fact, new)
    company = between(start, last).without(_own(history))
    expected = after_orders(fact, old, company, more=sum(_minor(each.by) for each in mine))
    others = len(company)
    moved = f"{fact.key} went from {old} to {new} with {write.kind} {write.number}" + (
        f" while {others} other orders came or went" if others else ""
    )
    if expected == new:
        return _finding(Verdict.PASS, fact, f"{moved}, as it should")
    return _finding(Verdict.FAIL, fact, f"{moved}; it should have gone to {expected}")


def _once(history: History) -> Iterator[Finding]:
    """Each acked write stands in the record once: not twice, as after a doubled submission."""
    samples = [sample for sample in history.samples if sample.steady]
    made = [write for write in history.writes if write.kind != "cancellation"]
    acked = {write.email: None for write in made if write.outcome is WriteOutcome.ACKED}
    for email in acked if samples else ():
        held = sorted(order.number for order in samples[-1].placed if order.email == email)
        # One whose reply was lost may have gone through.
        wanted = sum(write.email == email and write.outcome is not WriteOutcome.REJECTED for write in made)
        if len(held) > wanted:
            said = f"{email} placed {wanted}, but the record holds {len(held)}: {', '.join(held)}"
            yield Finding(check="conservation", verdict=Verdict.FAIL, explanation=said)


def _own(history: History) -> Callable[[Order], bool]:
    """Whether an order is the run's."""
    own = {write.number for write in history.writes if write.number}
    unnumbered = {write.email for _, write in history.acked() if not write.number}
    return lambda order: order.number in own or order.email in unnumbered


def _minor(by: int | Money) -> int:
    return by.minor if isinstance(by, Money) else by


def _finding(verdict: Verdict, fact: Fact, explanation: str) -> Finding:
    return Finding(check="conservation", verdict=verdict, explanation=explanation, fact=fact.key)
