"""Whether a customer who must be refused is refused, and nothing changes by the attempt."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.checks.check import check
from journeys.checks.record import after_orders, between, with_held
from journeys.model import Fact, Finding, History, Sample, Value, Verdict, Write, WriteOutcome

SOLD_OUT = "sold out"


@check
def refusal(history: History) -> Iterator[Finding]:
    """A sold-out or declined customer is refused and nothing changes."""
    for write in history.writes:
        if write.refusal:
            yield _judge(history, write)


def _judge(history: History, write: Write) -> Finding:
    fact = Fact("availability", write.subject)
    steady = [(sample, value) for sample, value in history.record(fact) if sample.steady]
    end = min((later.began for later in history.writes if later.began >= write.ended), default=float("inf"))
    before = [(sample, value) for sample, value in steady if sample.received <= write.began]
    after = [(sample, value) for sample, value in steady if sample.asked >= write.ended and sample.received <= end]
    if write.refusal == SOLD_OUT and not (before and before[-1][1] == 0):
        left = before[-1][1] if before else "nothing"
        return _finding(Verdict.UNKNOWN, f"{write.subject} was not sold out: the record said {left} left")
    if write.outcome is WriteOutcome.ACKED:
        return _finding(
            Verdict.FAIL, f"the store accepted {write.kind} {write.number} of {write.subject}, though {write.refusal}"
        )
    if write.outcome is WriteOutcome.INDETERMINATE:
        return _finding(Verdict.UNKNOWN, f"it is not known what became of the {write.kind}: {write.reason}")
    if not before or not after:
        return _finding(Verdict.UNKNOWN, f"{fact.key} was not sampled at rest before and after the {write.kind}")
    return _unchanged(write, fact, before[-1], after[-1])


def _unchanged(write: Write, fact: Fact, before: tuple[Sample, Value], after: tuple[Sample, Value]) -> Finding:
    (first, old), (last, new) = before, after
    old, new = with_held(first, fact, old), with_held(last, fact, new)
    company = between(first, last)
    left_behind = [order.number for order in company.placed if order.email == write.email]
    if left_behind:
        return _finding(
            Verdict.FAIL, f"the customer was refused ({write.refusal}), but the record holds {', '.join(left_behind)}"
        )
    if new != after_orders(fact, old, company):
        return _finding(Verdict.FAIL, f"the customer was refused, but {fact.key} went from {old} to {new}")
    return _finding(Verdict.PASS, f"the customer was refused ({write.reason or write.refusal}) and nothing changed")


def _finding(verdict: Verdict, explanation: str) -> Finding:
    return Finding(check="refusal", verdict=verdict, explanation=explanation)
