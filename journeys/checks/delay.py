"""How long each acked write took to arrive at each surface, told from the readings that nothing had disturbed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from journeys.checks.record import followed, possible
from journeys.model import Fact, History, Reading, Surface, Write
from journeys.model.delay import Delay, Delays

View = tuple[tuple[str, ...], str, str]


def delays(histories: Iterable[History]) -> tuple[Delays, ...]:
    """The propagation delays of all acked writes, by store, kind of fact and surface, in the order of first sight.

    A write counts at a surface that was read after it and before the next write, and that can tell the value after
    the write from the one before it.
    """
    gathered: dict[tuple[str, str, str], list[Delay]] = {}
    for history in histories:
        for place, write in history.acked():
            facts = {each.fact: None for each in history.expectations if each.write == place}
            for fact in facts:
                for surface in history.heading.surfaces:
                    if surface.fact == fact.kind and (seen := _delay(history, place, write, surface, fact)):
                        gathered.setdefault((history.heading.store, fact.kind, surface.name), []).append(seen)
    return tuple(
        Delays(store=store, fact=kind, surface=surface, each=tuple(each))
        for (store, kind, surface), each in gathered.items()
    )


def delay_of(history: History, write: Write, readings: tuple[Reading, ...]) -> tuple[float, float | None]:
    """The propagation delay in seconds as an interval: from the last old reading to the first lasting fresh one.

    Old is what does not show the write: others who buy after it make no reading old. Where a surface is read through
    several instances, or by several people, it ends with the last of them. The upper end is None (censored) when one
    of them was still old at its last reading. A reading without a value says nothing.
    """
    views: dict[View, list[Reading]] = {}
    for reading in readings:
        if reading.value is not None:
            views.setdefault((reading.past, reading.through, reading.by), []).append(reading)
    ends = [_interval(history, write, each) for each in views.values()]
    if not ends:
        return 0.0, None
    highs = [high for _, high in ends if high is not None]
    return max(low for low, _ in ends), max(highs) if len(highs) == len(ends) else None


def natural(history: History, surface: Surface, fact: Fact, start: float, end: float) -> tuple[Reading, ...]:
    """The readings of a surface in [start, end], as far as no intervention had touched it, in order.

    The control of the first intervention is the last of them: it was taken just before the clearing. What was read
    once a layer of the surface's path had been cleared for another surface's sake does not count either.
    """
    touched = [each for each in history.interventions if each.control.asked >= start and _touches(each.layer, surface)]
    controls = [each.control for each in touched[:1] if (each.surface, each.fact) == (surface.name, fact)]
    climbed = [reading for each in history.ladders if each.when == "before" for reading in each.readings[:1]]
    until = min((each.control.received for each in touched), default=end)
    return tuple(
        sorted(
            (
                reading
                for reading in (*history.readings, *climbed, *controls)
                if (reading.surface, reading.fact) == (surface.name, fact)
                and start <= reading.asked
                and reading.received <= min(end, until)
            ),
            key=lambda reading: reading.asked,
        )
    )


def _touches(layer: str, surface: Surface) -> bool:
    return layer in surface.path


def _delay(history: History, place: int, write: Write, surface: Surface, fact: Fact) -> Delay | None:
    end = min((later.began for later in history.writes[place + 1 :]), default=float("inf"))
    readings = natural(history, surface, fact, write.ended, end)
    if not any(reading.value is not None for reading in readings) or not _told_apart(history, write, surface, fact):
        return None
    low, high = delay_of(history, write, readings)
    return Delay(low=low, high=high)


def _told_apart(history: History, write: Write, surface: Surface, fact: Fact) -> bool:
    """Whether the surface shows something else after the write than before it: a listing cannot tell ten from nine."""
    steady = [(sample, value) for sample, value in followed(history, fact) if sample.steady]
    before = [surface.shows.of(value) for sample, value in steady if sample.received <= write.began]
    after = [surface.shows.of(value) for sample, value in steady if sample.asked >= write.ended]
    return bool(before and after) and before[-1] != after[0]


def _interval(history: History, write: Write, readings: Sequence[Reading]) -> tuple[float, float | None]:
    """The interval of one view of a surface."""
    old = [i for i, reading in enumerate(readings) if not _shows(history, write, reading)]
    if not old:
        return 0.0, readings[0].received - write.acked_at
    lasting = readings[old[-1] + 1 :]
    low = readings[old[-1]].asked - write.acked_at
    return low, lasting[0].received - write.acked_at if lasting else None


def _shows(history: History, write: Write, reading: Reading) -> bool:
    """Whether the reading's value was the record's at some moment since the write."""
    since = [sample.received for sample in history.samples if sample.steady and sample.asked >= write.ended]
    start = min([*since[:1], reading.asked])
    could_be = possible(history, reading.fact, start, reading.received)
    shows = history.surface(reading.surface, reading.fact).shows
    return reading.value is not None and could_be.admits(reading.value, shows)
