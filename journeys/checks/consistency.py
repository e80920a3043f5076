"""Whether readings are consistent with each other: none goes back in time, and customers see what they did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from journeys.checks.check import check
from journeys.checks.delay import natural
from journeys.checks.freshness import follow
from journeys.checks.record import Possible, agrees, followed, possible
from journeys.model import (
    BROWSER_HTTP_CACHE,
    SERVICE_WORKER,
    Fact,
    Finding,
    History,
    Money,
    Reading,
    Shows,
    Surface,
    Value,
    Verdict,
    text_of,
)

_PERSONAL: Final = (SERVICE_WORKER, BROWSER_HTTP_CACHE)


@check
def monotonic_reads(history: History) -> Iterator[Finding]:
    """No surface shows an old value after a new one.

    A step back is a step back, within the tolerance as well; through whichever instance, by whosever eyes, since one
    customer may be sent to any of them. Only a browser's own copies are nobody else's: what came through them is
    compared with what the same browser showed before. (Terry et al., Session Guarantees for Weakly Consistent
    Replicated Data, 1994.)

    A surface that goes back and forth beyond its tolerance fails ``freshness`` too: two checks, one fault.
    """
    for surface in history.heading.surfaces:
        facts = {r.fact: None for r in history.readings if r.surface == surface.name and r.fact.kind == surface.fact}
        for fact in facts:
            readings = natural(history, surface, fact, 0.0, float("inf"))
            shown = tuple(each for each in readings if each.value is not None)
            if len(shown) > 1:
                yield _monotonic(history, surface, fact, shown)


@check
def own_writes(history: History) -> Iterator[Finding]:
    """Customers see their own writes at every surface, within its tolerance.

    Judged are the readings with the customer's own eyes; those of onlookers belong to ``freshness``.
    """
    eyes = {(reading.surface, reading.fact) for reading in history.readings if reading.by == "customer"}
    for place, write in history.acked():
        facts = {each.fact: None for each in history.expectations if each.write == place}
        for fact in facts:
            for surface in history.heading.surfaces:
                if surface.fact == fact.kind and (surface.name, fact) in eyes:
                    yield follow(history, place, write, surface, fact, check="own_writes", by="customer")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """What the record may have said between two samples that follow each other."""

    began: float
    start: Value
    end: Value
    could_be: Possible

    @property
    def one_way(self) -> bool:
        """Whether it only rose or only fell, so that of two values one surely came first."""
        low, high = sorted((_number(self.start), _number(self.end)))
        passed = [number for pair in self.could_be.ranges for number in pair] + [
            _number(v) for v in self.could_be.values
        ]
        return all(low <= number <= high for number in passed)

    def orders(self, first: Value, then: Value, shows: Shows) -> bool:
        """Whether it had the one value before the other, and never again."""
        if isinstance(self.start, str):
            return (first, then) == (self.start, self.end)
        way = _number(shows.of(self.end)) - _number(shows.of(self.start))
        return self.one_way and way * (_number(then) - _number(first)) > 0


def _monotonic(history: History, surface: Surface, fact: Fact, readings: Sequence[Reading]) -> Finding:
    """The first reading that went back behind an earlier one, or how many did not."""
    stretches = _stretches(history, fact)
    for place, later in enumerate(readings):
        for earlier in readings[:place]:
            if _one_customer(surface, earlier, later) and _goes_back(history, stretches, surface.shows, earlier, later):
                return _finding(Verdict.FAIL, surface, fact, _step_back(earlier, later), (earlier, later))
    said = f"{surface.name} never went back in {len(readings)} readings of {fact.key}"
    return _finding(Verdict.PASS, surface, fact, said, tuple(readings))


def _one_customer(surface: Surface, earlier: Reading, later: Reading) -> bool:
    """Whether one customer could have been shown both, one after the other."""
    if not any(layer in _PERSONAL and layer not in later.past for layer in surface.path):
        return True
    return (earlier.by, earlier.past) == (later.by, later.past)


def _goes_back(history: History, stretches: Sequence[_Stretch], shows: Shows, earlier: Reading, later: Reading) -> bool:
    """Whether the record had left the later reading's value behind before it first had the earlier reading's.

    And before the earlier one was asked for. Where others' carts lower what is left, a cart that came and went between
    two samples looks like a step back: there only a reading that is also beyond its tolerance counts.
    """
    new, old = earlier.value, later.value
    if new is None or old is None or new == old or earlier.received > later.asked:
        return False
    first = [
        i for i, each in enumerate(stretches) if each.began <= earlier.received and each.could_be.admits(new, shows)
    ]
    last = [i for i, each in enumerate(stretches) if each.began <= later.received and each.could_be.admits(old, shows)]
    if not first or not last or last[-1] > first[0]:
        return False
    if last[-1] == first[0] and not stretches[first[0]].orders(old, new, shows):
        return False
    meanwhile = possible(history, later.fact, earlier.asked, later.received)
    if not meanwhile.whole or meanwhile.admits(old, shows):
        return False
    return not _carts(history, later.fact) or agrees(history, later) is False


def _stretches(history: History, fact: Fact) -> tuple[_Stretch, ...]:
    steady = [(sample, value) for sample, value in followed(history, fact) if sample.steady]
    return tuple(
        _Stretch(
            began=before.received,
            start=start,
            end=end,
            could_be=possible(history, fact, before.received, after.asked),
        )
        for (before, start), (after, end) in pairwise(steady)
    )


def _carts(history: History, fact: Fact) -> bool:
    return any(f"held:{fact.of}" in sample.values for sample in history.samples)


def _number(value: Value) -> int:
    """A count, money, or yes and no as a number; texts have none."""
    if isinstance(value, Money):
        return value.minor
    return value if isinstance(value, int) else 0


def _step_back(earlier: Reading, later: Reading) -> str:
    return (
        f"{later.surface} showed {text_of(earlier.value)} of {later.fact.key}{_how(earlier)}, and"
        f" {later.asked - earlier.asked:.1f} s later {text_of(later.value)}{_how(later)},"
        " which the record had left behind before"
    )


def _how(reading: Reading) -> str:
    """Through what and by whom it was read, where that is not the usual."""
    ways = [reading.through and f"through {reading.through}", reading.by == "customer" and "to the customer"]
    told = " ".join(way for way in ways if way)
    return f" {told}" if told else ""


def _finding(
    verdict: Verdict, surface: Surface, fact: Fact, explanation: str, readings: tuple[Reading, ...]
) -> Finding:
    return Finding(
        check="monotonic_reads",
        verdict=verdict,
        explanation=explanation,
        surface=surface.name,
        fact=fact.key,
        readings=readings,
    )
