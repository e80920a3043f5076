"""Checks: pure functions from a history to findings."""

from journeys.checks.check import Check, check, judge
from journeys.checks.completion import completion
from journeys.checks.confirmation import confirmation
from journeys.checks.conservation import conservation
from journeys.checks.consistency import monotonic_reads, own_writes
from journeys.checks.delay import delay_of, delays
from journeys.checks.freshness import agreement, freshness
from journeys.checks.money import money
from journeys.checks.record import agrees, current, expected, followed, possible, told_apart
from journeys.checks.refusal import SOLD_OUT, refusal

ALL_CHECKS = (
    completion,
    confirmation,
    conservation,
    freshness,
    agreement,
    monotonic_reads,
    own_writes,
    money,
    refusal,
)

__all__ = [
    "ALL_CHECKS",
    "SOLD_OUT",
    "Check",
    "agreement",
    "agrees",
    "check",
    "completion",
    "confirmation",
    "conservation",
    "current",
    "delay_of",
    "delays",
    "expected",
    "followed",
    "freshness",
    "judge",
    "money",
    "monotonic_reads",
    "own_writes",
    "possible",
    "refusal",
    "told_apart",
]
