"""What one isolation found, ready to be drawn: what each layer of the path showed before and after, and which is it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from journeys.model import Bypass, Diagnosis, Fact, Finding, History, Intervention, Reading, Result, Verdict, Write
from reports.explained import diagnosis_of
from reports.ladder import RECORD, Rung, rung_of

SCREEN = "customer's screen"
State = Literal["fresh", "late", "old", "unknown"]
Mark = Literal["", "named", "suspect", "refilled"]
Key = tuple[str, Fact, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One stop on the way from the screen to the record: what came out of it before the interventions and after them.

    ``bypassed``: it may not be cleared, and was judged by reading past it.
    """

    title: str
    before: tuple[Rung, ...] = ()
    after: tuple[Rung, ...] = ()
    mark: Mark = ""
    bypassed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolated:
    """One stale surface after one write (None: a fact that looked wrong by itself), and all that was tried on it.

    ``readings`` are those through whole paths, ``probes`` those of the experiments, both in order.
    """

    history: History
    surface: str
    fact: Fact
    write: Write | None
    boxes: tuple[Box, ...]
    finding: Finding | None
    diagnosis: Diagnosis | None
    interventions: tuple[Intervention, ...]
    bypasses: tuple[Bypass, ...]
    readings: tuple[Reading, ...]
    probes: tuple[Reading, ...]

    @property
    def trials(self) -> tuple[Intervention | Bypass, ...]:
        """All that was tried, in order."""
        return tuple(sorted((*self.interventions, *self.bypasses), key=moment_of))

    @property
    def tolerance_s(self) -> float:
        """How long after the ack the surface may show the old value."""
        return self.history.surface(self.surface, self.fact).tolerance_s


def isolated(result: Result) -> tuple[Isolated, ...]:
    """Every surface that experiments were made on, in order; one after two writes twice."""
    history = result.history
    keys = dict.fromkeys(_key(history, *each) for each in _experiments(history))
    return tuple(_isolated(result, key) for key in keys)


def moment_of(trial: Intervention | Bypass) -> float:
    """When it was tried: just after the control, or while it was read past the layer."""
    return trial.control.received if isinstance(trial, Intervention) else trial.past.asked


def state_of(rung: Rung) -> State:
    """How fresh a reading was; ``late`` is an old value within the tolerance."""
    if rung.fresh is None:
        return "unknown"
    if not rung.fresh:
        return "old"
    return "fresh" if rung.current else "late"


def _experiments(history: History) -> Iterator[tuple[str, Fact, float]]:
    for climbed in history.ladders:
        if climbed.readings:
            yield climbed.surface, climbed.fact, climbed.readings[0].asked
    for tried in history.interventions:
        yield tried.surface, tried.fact, tried.control.asked
    for passed in history.bypasses:
        yield passed.surface, passed.fact, passed.before.asked


def _key(history: History, surface: str, fact: Fact, at: float) -> Key:
    """What belongs together: the experiments on one surface between two writes; -1 stands for before any write."""
    return surface, fact, sum(write.began <= at for write in history.writes) - 1


def _isolated(result: Result, key: Key) -> Isolated:
    surface, fact, place = key
    history = result.history
    mine = [each for each in history.interventions if _key(history, each.surface, each.fact, each.control.asked) == key]
    passed = [each for each in history.bypasses if _key(history, each.surface, each.fact, each.before.asked) == key]
    climbed = [
        each
        for each in history.ladders
        if each.readings and _key(history, each.surface, each.fact, each.readings[0].asked) == key
    ]
    before = [reading for each in climbed if each.when == "before" for reading in each.readings]
    after = [reading for each in climbed if each.when == "after" for reading in each.readings]
    tried = [reading for each in mine for reading in (each.control, each.after, each.vantage) if reading is not None]
    around = [reading for each in passed for reading in (each.before, each.past, each.again)]
    finding = _finding(result, key)
    diagnosis = diagnosis_of(result, finding) if finding else None
    return Isolated(
        history=history,
        surface=surface,
        fact=fact,
        write=history.writes[place] if place >= 0 else None,
        boxes=_boxes(
            history,
            key,
            before or [each.control for each in mine] + around[:1],
            after or [each.after for each in mine],
            diagnosis,
            {each.layer for each in passed},
        ),
        finding=finding,
        diagnosis=diagnosis,
        interventions=tuple(mine),
        bypasses=tuple(passed),
        readings=tuple(r for r in history.readings if _key(history, r.surface, r.fact, r.asked) == key),
        probes=_in_order(reading for reading in (*before, *tried, *around, *after) if not _is_record(reading)),
    )


def _finding(result: Result, key: Key) -> Finding | None:
    """The failed finding that the experiments are about."""
    surface, fact, _ = key
    about = [
        each
        for each in result.findings
        if each.verdict is Verdict.FAIL and (each.surface, each.fact) == (surface, fact.key) and each.readings
    ]
    fitting = [each for each in about if _key(result.history, surface, fact, each.readings[-1].asked) == key]
    explained = [each for each in fitting if diagnosis_of(result, each) is not None]
    return next(iter((*explained, *fitting)), None)


def _boxes(
    history: History,
    key: Key,
    before: list[Reading],
    after: list[Reading],
    diagnosis: Diagnosis | None,
    bypassed: set[str],
) -> tuple[Box, ...]:
    surface, fact, _ = key
    path = history.surface(surface, fact).path

    def box(title: str, depth: int, mark: Mark = "") -> Box:
        return Box(
            title=title,
            before=_out_of(history, before, depth),
            after=_out_of(history, after, depth),
            mark=mark,
            bypassed=title in bypassed,
        )

    layers = (box(layer, depth, _mark(layer, diagnosis)) for depth, layer in enumerate(path))
    return (box(SCREEN, 0), *layers, box(RECORD, len(path)))


def _out_of(history: History, readings: Iterable[Reading], depth: int) -> tuple[Rung, ...]:
    """What came out of the layer at that depth: the last reading past all that is outside of it, for each instance."""
    last = {reading.through: rung_of(history, reading) for reading in readings if len(reading.past) == depth}
    return tuple(last.values())


def _mark(layer: str, diagnosis: Diagnosis | None) -> Mark:
    if diagnosis is None:
        return ""
    if layer in diagnosis.layers:
        return "named"
    return "suspect" if layer in diagnosis.suspects else "refilled" if layer in diagnosis.refilled else ""


def _is_record(reading: Reading) -> bool:
    return reading.evidence.get("source") == RECORD


def _in_order(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    once = {(r.asked, r.past, r.through, r.by): r for r in readings}
    return tuple(sorted(once.values(), key=lambda reading: reading.asked))
