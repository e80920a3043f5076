"""Checks: pure functions from a history to findings."""

from journeys.checks.check import Check, check, judge
from journeys.checks.completion import completion
from journeys.checks.confirmation import confirmation
from journeys.checks.conservation import conservation
from journeys.checks.freshness import agreement, delay_of, freshness
from journeys.checks.money import money
from journeys.checks.record import agrees, current, expected, possible
from journeys.checks.refusal import SOLD_OUT, refusal

ALL_CHECKS = (completion, confirmation, conservation, freshness, agreement, money, refusal)

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
    "expected",
    "freshness",
    "judge",
    "money",
    "possible",
    "refusal",
]
