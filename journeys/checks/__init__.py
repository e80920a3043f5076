"""Checks: pure functions from a history to findings."""

from journeys.checks.check import Check, check, judge
from journeys.checks.completion import completion
from journeys.checks.confirmation import confirmation
from journeys.checks.conservation import conservation
from journeys.checks.consistency import monotonic_reads, own_writes
from journeys.checks.delay import delay_of, delays
from journeys.checks.delivery import delivery
from journeys.checks.freshness import agreement, freshness
from journeys.checks.money import money
from journeys.checks.race import one_winner
from journeys.checks.record import agrees, current, expected, followed, possible, told_apart
from journeys.checks.refusal import SOLD_OUT, refusal
from journeys.checks.surroundings import contract, health, intent, pace, reach, third_parties

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
    one_winner,
    delivery,
    contract,
    intent,
    reach,
    health,
    pace,
    third_parties,
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
    "contract",
    "current",
    "delay_of",
    "delays",
    "delivery",
    "expected",
    "followed",
    "freshness",
    "health",
    "intent",
    "judge",
    "money",
    "monotonic_reads",
    "one_winner",
    "own_writes",
    "pace",
    "possible",
    "reach",
    "refusal",
    "third_parties",
    "told_apart",
]
