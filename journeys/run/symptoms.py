"""What went wrong before the first write of a run, and whether it shows again when the journey is rehearsed; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from journeys.model import History, Money, Request, Step, StepOutcome

Shown = tuple[str, Money]

_NEEDED: Final = ("document", "script", "xhr", "fetch")
_GIVEN_UP: Final = "net::ERR_ABORTED"  # by the browser itself, such as when another page is asked for
_WRONG: Final = (StepOutcome.FAILED, StepOutcome.BROKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a rehearsal came to: whether the symptom showed, None while that is not known, and in what words."""

    symptom: bool | None
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    """A step failed or broke."""

    step: str

    def sight(self, gone: History, shown: Sequence[Shown]) -> Sight:
        """Whether it did so in what has been gone so far."""
        step, sight = _reached(self.step, gone.steps)
        if step is None:
            return sight
        wrong = step.outcome in _WRONG
        if wrong and in_trouble(gone, step):
            return Sight(symptom=None, said=f"{step.error}; the store itself was in trouble")
        return Sight(symptom=wrong, said=_told(step))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """A step took longer than so many seconds."""

    step: str
    than_s: float

    def sight(self, gone: History, shown: Sequence[Shown]) -> Sight:
        """Whether it did so in what has been gone so far."""
        step, sight = _reached(self.step, gone.steps)
        if step is None:
            return sight
        took = step.ended - step.began
        return Sight(symptom=took > self.than_s, said=f"{step.name} took {took:.1f} s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Showed:
    """A source showed an amount that the record contradicts."""

    source: str
    value: Money

    def sight(self, gone: History, shown: Sequence[Shown]) -> Sight:
        """Whether it did so in what has been gone so far."""
        value = next((value for source, value in shown if source == self.source), None)
        if value is None:
            return _reached("", gone.steps)[1]
        return Sight(symptom=value == self.value, said=f"{self.source} showed {value}")


Symptom = Broke | Slow | Showed


def symptom_of(history: History, patience_s: float) -> Symptom | None:
    """What third parties may have caused before the first write, None when nothing did or there are none.

    A step that went wrong while the store itself was in trouble is no such symptom. ``patience_s`` is how long a page
    may wait for a script.
    """
    if not suspects(history):
        return None
    return _broke(history) or _showed(history) or _slow(history, patience_s)


def suspects(history: History) -> tuple[str, ...]:
    """The origins of third parties' scripts, the most suspected first: those with errors, then the slowest."""
    slowest: dict[str, float] = {}
    for request in _scripts(history):
        slowest[request.origin] = max(slowest.get(request.origin, 0.0), request.took_s)
    wrong = {error.origin for error in history.page_errors}
    return tuple(sorted(slowest, key=lambda origin: (origin not in wrong, -slowest[origin])))


def in_trouble(history: History, step: Step) -> bool:
    """Whether the store itself did not answer something that the step needed, or answered with an error of its own."""
    return any(
        request.ours
        and request.kind in _NEEDED
        and (request.status >= 500 or request.failure not in ("", _GIVEN_UP))
        and _within(request, step)
        for request in history.requests
    )


def _broke(history: History) -> Broke | None:
    step = next((step for step in history.steps if step.outcome in _WRONG), None)
    if step is None or history.writes or in_trouble(history, step):
        return None
    return Broke(step=step.name)


def _showed(history: History) -> Showed | None:
    recorded = {amount.write: amount.value for amount in history.amounts if amount.source == "record"}
    for amount in history.amounts:
        before = amount.write == 0 and amount.at <= history.writes[0].began
        if before and amount.value != recorded.get(0, amount.value):
            return Showed(source=amount.source, value=amount.value)
    return None


def _slow(history: History, patience_s: float) -> Slow | None:
    first = min((write.began for write in history.writes), default=float("inf"))
    late = [request for request in _scripts(history) if request.took_s > patience_s]
    for step in history.steps:
        took = step.ended - step.began
        if step.ended <= first and took > patience_s and any(_within(request, step) for request in late):
            return Slow(step=step.name, than_s=patience_s)
    return None


def _scripts(history: History) -> Iterable[Request]:
    return (request for request in history.requests if not request.ours and request.kind == "script")


def _within(request: Request, step: Step) -> bool:
    return request.began <= step.ended and request.began + request.took_s >= step.began


def _reached(name: str, steps: Sequence[Step]) -> tuple[Step | None, Sight]:
    """The step of that name, unless another went wrong before it."""
    for step in steps:
        if step.name == name:
            return step, Sight(symptom=None)
        if step.outcome in _WRONG:
            return None, Sight(symptom=None, said=_told(step))
    return None, Sight(symptom=None)


def _told(step: Step) -> str:
    return f"{step.name} {step.outcome}" + (f": {step.error}" if step.error else "")
