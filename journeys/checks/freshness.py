"""Whether surfaces keep up with the record: before any write (agreement) and after each one (freshness)."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.checks.check import check
from journeys.checks.delay import delay_of
from journeys.checks.record import agrees, current, expected, left_behind
from journeys.model import Fact, Finding, History, Reading, Surface, Verdict, Write, text_of


@check
def agreement(history: History) -> Iterator[Finding]:
    """Surfaces agree with the record before any write."""
    first = min((write.began for write in history.writes), default=float("inf"))
    early = [reading for reading in history.readings if reading.received <= first]
    for surface, fact in {(reading.surface, reading.fact): None for reading in early}:
        readings = tuple(reading for reading in early if (reading.surface, reading.fact) == (surface, fact))
        last = readings[-1]
        fresh = agrees(history, last)
        said = f"{surface} showed {text_of(last.value)} of {fact.key}"
        if fresh:
            yield _finding("agreement", Verdict.PASS, f"{said}, as the record did", readings)
        elif fresh is None:
            yield _finding("agreement", Verdict.UNKNOWN, f"{said}: {_why_unknown(last)}", readings)
        else:
            wanted = text_of(expected(history, last))
            yield _finding("agreement", Verdict.FAIL, f"{said}; the record said {wanted}", readings)


@check
def freshness(history: History) -> Iterator[Finding]:
    """Every surface shows each acked write within its tolerance.

    Judged are the readings of onlookers; those with the customer's own eyes belong to ``own_writes``.
    """
    for place, write in history.acked():
        facts = {each.fact: None for each in history.expectations if each.write == place}
        for fact in facts:
            for surface in history.heading.surfaces:
                if surface.fact == fact.kind:
                    yield follow(history, place, write, surface, fact, check="freshness", by="onlooker")


def follow(history: History, place: int, write: Write, surface: Surface, fact: Fact, *, check: str, by: str) -> Finding:
    """One write at one surface by somebody's eyes, until the next write begins, as a finding of that check."""
    end = min((later.began for later in history.writes[place + 1 :]), default=float("inf"))
    readings = tuple(
        reading
        for reading in history.readings
        if (reading.surface, reading.fact, reading.by) == (surface.name, fact, by)
        and write.ended <= reading.asked
        and reading.received <= end
    )
    judged = [(reading, agrees(history, reading)) for reading in readings]
    stale = [reading for reading, fresh in judged if fresh is False]
    title = f"{write.kind} {write.number}"
    # A value that the record never had, seen in passing, is somebody's cart and not an old copy.
    if any(left_behind(history, reading) for reading in stale) or (judged and judged[-1][1] is False):
        return _finding(check, Verdict.FAIL, _staleness(history, write, stale, readings), readings)
    if not judged:
        unread = f"{surface.name} was not read after {title} was acked"
        return Finding(check=check, verdict=Verdict.UNKNOWN, explanation=unread, surface=surface.name, fact=fact.key)
    last, fresh = judged[-1]
    said = f"{surface.name} showed {text_of(last.value)} of {fact.key}"
    if fresh is None:
        return _finding(check, Verdict.UNKNOWN, f"{said}: {_why_unknown(last)}", readings)
    if last.asked < write.ended + surface.tolerance_s and not current(history, last):
        unsettled = f"{said} from before {title} was acked, and was not read again after {surface.tolerance_s:.1f} s"
        return _finding(check, Verdict.UNKNOWN, unsettled, readings)
    delay = delay_of(history, write, readings)
    return _finding(check, Verdict.PASS, f"{said} {_bounds(delay)} after {title} was acked", readings)


def _staleness(history: History, write: Write, stale: list[Reading], readings: tuple[Reading, ...]) -> str:
    last, delay = stale[-1], delay_of(history, write, readings)
    return (
        f"{last.surface} showed {text_of(last.value)} of {last.fact.key} for {_bounds(delay)}"
        f" after {write.kind} {write.number} was acked; the record said {text_of(expected(history, last))}"
    )


def _bounds(delay: tuple[float, float | None]) -> str:
    low, high = delay
    return f"{low:.1f}–{high:.1f} s" if high is not None else f"more than {low:.1f} s"


def _why_unknown(reading: Reading) -> str:
    return reading.error or "the record was not sampled around the reading"


def _finding(check: str, verdict: Verdict, explanation: str, readings: tuple[Reading, ...]) -> Finding:
    return Finding(
        check=check,
        verdict=verdict,
        explanation=explanation,
        surface=readings[-1].surface,
        fact=readings[-1].fact.key,
        readings=readings,
    )
