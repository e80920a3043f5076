"""Whether the last one is sold once, when several customers want it at the same moment."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.checks.check import check
from journeys.model import Fact, Finding, History, Verdict, Write, WriteOutcome


@check
def one_winner(history: History) -> Iterator[Finding]:
    """Of customers who race for what is left, exactly as many win as there is something left for."""
    racers = [write for write in history.writes if write.rivals]
    for subject in dict.fromkeys(write.subject for write in racers):
        yield _judge(history, subject, [write for write in racers if write.subject == subject])


def _judge(history: History, subject: str, racers: list[Write]) -> Finding:
    began = min(write.began for write in racers)
    before = [value for sample, value in history.record(Fact("availability", subject)) if sample.received <= began]
    won = [write.number for write in racers if write.outcome is WriteOutcome.ACKED]
    doubtful = [write for write in racers if write.outcome is WriteOutcome.INDETERMINATE]
    if not before or not isinstance(before[-1], int):
        return _finding(Verdict.UNKNOWN, subject, f"it is not known how many of {subject} were left before the race")
    left = before[-1]
    said = f"{len(racers)} customers wanted {subject} at the same moment, {left} left: {len(won)} got it"
    numbers = f" ({', '.join(won)})" if won else ""
    if len(won) > left:
        return _finding(Verdict.FAIL, subject, f"{said}{numbers}, so {len(won) - left} was sold that is not there")
    if doubtful:
        return _finding(Verdict.UNKNOWN, subject, f"{said}{numbers}, and of {len(doubtful)} it is not known")
    if len(won) < min(left, len(racers)):
        return _finding(Verdict.FAIL, subject, f"{said}{numbers}, though there was enough for more")
    return _finding(Verdict.PASS, subject, f"{said}{numbers}")


def _finding(verdict: Verdict, subject: str, explanation: str) -> Finding:
    return Finding(check="one_winner", verdict=verdict, explanation=explanation, fact=f"availability:{subject}")
