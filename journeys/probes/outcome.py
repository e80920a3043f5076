"""What became of one tick of a probe, as it is kept, judged over time, and shown; pure.

A *tick* is a moment at which a probe is due. Each tick has one outcome, whatever happened to its run. Times are seconds
since 1970-01-01 in UTC, durations are seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How a tick ended; only the first three say something of the store.

    BROKEN: the tester or its environment failed. SKIPPED: the run was not begun (``reason`` says why). INTERRUPTED: the
    run was cut off, by a crash or because it took too long, and what it had done was undone.
    """

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    BROKEN = "broken"
    SKIPPED = "skipped"
    INTERRUPTED = "interrupted"

    @property
    def judged(self) -> bool:
        """Whether it says something of the store."""
        return self in (State.PASSED, State.FAILED, State.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTime:
    """One step of the run: ``outcome`` is passed, failed, broken or skipped."""

    name: str
    outcome: str
    began: float
    took_s: float
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One reading at a surface; ``fresh`` is None where nothing can be said, ``value`` a text, None if unreadable."""

    surface: str
    fact: str
    at: float
    value: str | None
    fresh: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How long one write took to a surface: the old value was last seen after ``low_s`` and gone by ``high_s``.

    ``high_s`` is None (censored) when it was never seen to go.
    """

    surface: str
    fact: str
    at: float
    low_s: float
    high_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one check said that is not PASS."""

    check: str
    verdict: str
    surface: str
    fact: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blamed:
    """One diagnosis, the surest first: ``cause`` is one of the seven, or unknown; ``confidence`` from 0 to 1."""

    cause: str
    surface: str
    layers: tuple[str, ...]
    suspects: tuple[str, ...]
    confidence: float
    evidence: tuple[str, ...]
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Showed:
    """One value that came out of a stop; ``state`` is fresh, late (old, in tolerance), old or unknown.

    ``through`` names the instance of the layer that it was read through.
    """

    value: str
    state: str
    through: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One stop from the customer's screen to the record, and what came out of it before and after the interventions.

    ``mark`` is named, suspect, refilled (it passed on what lay inside) or empty. ``bypassed``: it may not be cleared,
    and was judged by reading past it.
    """

    title: str
    mark: str = ""
    bypassed: bool = False
    before: tuple[Showed, ...] = ()
    after: tuple[Showed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """The experiments on one stale surface, outermost stop first."""

    surface: str
    fact: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one tick; ``key`` (``probe@due``) names it for ever, and there is never a second of it.

    ``run`` is the id of the run's history, empty when none was begun; ``history`` the file it lies in, on ``worker``.
    ``left`` is what could not be undone.
    """

    key: str
    probe: str
    store: str
    journey: str
    location: str
    state: State
    due: float
    began: float
    ended: float
    worker: str = ""
    reason: str = ""
    headline: str = ""
    run: str = ""
    history: str = ""
    http_status: int = 0
    steps: tuple[StepTime, ...] = ()
    readings: tuple[Seen, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    findings: tuple[Found, ...] = ()
    diagnoses: tuple[Blamed, ...] = ()
    isolations: tuple[Isolation, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def cause(self) -> str:
        """The surest cause, or nothing."""
        return self.diagnoses[0].cause if self.diagnoses else ""

    @property
    def took_s(self) -> float:
        """How long its run took."""
        return self.ended - self.began

    def as_json(self) -> dict[str, Any]:
        """Ready for ``json.dumps``; ``outcome_from`` reads it."""
        return asdict(self)


def outcome_from(told: dict[str, Any]) -> Outcome:
    """The outcome that ``as_json`` told of; KeyError or TypeError when it is none."""
    parts: dict[str, Any] = {
        "steps": tuple(StepTime(**each) for each in told.get("steps", ())),
        "readings": tuple(Seen(**each) for each in told.get("readings", ())),
        "arrivals": tuple(Arrival(**each) for each in told.get("arrivals", ())),
        "findings": tuple(Found(**each) for each in told.get("findings", ())),
        "diagnoses": tuple(_blamed(each) for each in told.get("diagnoses", ())),
        "isolations": tuple(
            isolation_from(each["surface"], each["fact"], each["stops"]) for each in told.get("isolations", ())
        ),
        "left": tuple(told.get("left", ())),
    }
    return Outcome(**{**told, **parts, "state": State(told["state"])})


def isolation_from(surface: str, fact: str, stops: Iterable[dict[str, Any]]) -> Isolation:
    """The isolation whose stops ``asdict`` told of."""
    return Isolation(surface=surface, fact=fact, stops=tuple(map(_stop, stops)))


def _stop(told: dict[str, Any]) -> Stop:
    seen = {when: tuple(Showed(**each) for each in told[when]) for when in ("before", "after")}
    return Stop(**{**told, **seen})


def _blamed(told: dict[str, Any]) -> Blamed:
    lists = {name: tuple(told[name]) for name in ("layers", "suspects", "evidence")}
    return Blamed(**{**told, **lists})
