"""What was tried on the stale surfaces of a run, as the outcome of a probe keeps it: the run may lie elsewhere."""

from __future__ import annotations

from journeys.model import Result
from journeys.probes.outcome import Isolation, Showed, Stop
from reports.isolation import Box, isolated, state_of
from reports.ladder import Rung


def tried(result: Result) -> tuple[Isolation, ...]:
    """One for each surface that experiments were made on, in order."""
    return tuple(
        Isolation(surface=each.surface, fact=each.fact.key, stops=tuple(map(_stop, each.boxes)))
        for each in isolated(result)
    )


def _stop(box: Box) -> Stop:
    return Stop(
        title=box.title,
        mark=box.mark,
        bypassed=box.bypassed,
        before=tuple(map(_showed, box.before)),
        after=tuple(map(_showed, box.after)),
    )


def _showed(rung: Rung) -> Showed:
    value = rung.value if rung.value is not None else "nothing"
    return Showed(value=value, state=state_of(rung), through=rung.through)
