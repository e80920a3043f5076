"""The history of one run: all that it did and saw, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from journeys.model.events import (
    Amount,
    Answer,
    Bypass,
    Event,
    Expectation,
    Intervention,
    Ladder,
    Ledger,
    PageError,
    Reading,
    Receipt,
    Rehearsal,
    Request,
    Residue,
    Sample,
    Setting,
    Step,
    Trouble,
    Vantage,
    Vital,
    Write,
    WriteOutcome,
)
from journeys.model.facts import Fact, Surface, Value

E = TypeVar("E")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a history is the history of; ``began`` in UTC, ``checks`` are those the journey is judged by."""

    run: str
    journey: str
    title: str
    store: str
    caches: str
    seed: int
    began: datetime
    checks: tuple[str, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    event: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that one run did and saw; nothing later edits anything earlier."""

    heading: Heading
    events: tuple[Event, ...] = field(default=())

    def _all(self, kind: type[E]) -> tuple[E, ...]:
        return tuple(event for event in self.events if isinstance(event, kind))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the journey."""
        return self._all(Step)

    @property
    def writes(self) -> tuple[Write, ...]:
        """The writes, in the order in which they were asked for."""
        return self._all(Write)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The readings through whole paths; those of experiments stand in their interventions."""
        return self._all(Reading)

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The record's samples."""
        return self._all(Sample)

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """What places said of single orders."""
        return self._all(Receipt)

    @property
    def amounts(self) -> tuple[Amount, ...]:
        """The amounts of money seen on the way."""
        return self._all(Amount)

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """How facts should have moved."""
        return self._all(Expectation)

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """The layers cleared to find out which one held an old value."""
        return self._all(Intervention)

    @property
    def ladders(self) -> tuple[Ladder, ...]:
        """The surfaces read past more and more layers, before and after the interventions."""
        return self._all(Ladder)

    @property
    def bypasses(self) -> tuple[Bypass, ...]:
        """The layers judged without clearing them."""
        return self._all(Bypass)

    @property
    def residue(self) -> tuple[Residue, ...]:
        """What compensation left."""
        return self._all(Residue)

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What kept the run from going on."""
        return self._all(Trouble)

    @property
    def requests(self) -> tuple[Request, ...]:
        """The telling requests of the browsers."""
        return self._all(Request)

    @property
    def page_errors(self) -> tuple[PageError, ...]:
        """The errors in pages."""
        return self._all(PageError)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What backend APIs answered the tester."""
        return self._all(Answer)

    @property
    def ledgers(self) -> tuple[Ledger, ...]:
        """What neighbours of the store hold of the writes."""
        return self._all(Ledger)

    @property
    def vantages(self) -> tuple[Vantage, ...]:
        """The control requests from other vantage points."""
        return self._all(Vantage)

    @property
    def vitals(self) -> tuple[Vital, ...]:
        """What the organs of the store say of themselves."""
        return self._all(Vital)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The settings beside what was declared of them."""
        return self._all(Setting)

    @property
    def rehearsals(self) -> tuple[Rehearsal, ...]:
        """The journey gone again without some third parties."""
        return self._all(Rehearsal)

    def acked(self) -> Iterator[tuple[int, Write]]:
        """The acked writes with their places among the writes."""
        return ((i, write) for i, write in enumerate(self.writes) if write.outcome is WriteOutcome.ACKED)

    def surface(self, name: str, fact: Fact) -> Surface:
        """The declaration of a surface; one that was never declared stands alone, without layers."""
        for surface in self.heading.surfaces:
            if surface.name == name and surface.fact == fact.kind:
                return surface
        return Surface(name=name, fact=fact.kind)

    def at(self, seconds: float) -> datetime:
        """The UTC time of a moment of this history."""
        return self.heading.began + timedelta(seconds=seconds)

    @property
    def lasted(self) -> float:
        """Seconds until the last event."""
        ends = (getattr(event, "received", getattr(event, "ended", 0.0)) for event in self.events)
        return max(ends, default=0.0)

    def record(self, fact: Fact) -> tuple[tuple[Sample, Value], ...]:
        """The samples that hold a value of the fact, with it, in order."""
        return tuple((sample, sample.values[fact.key]) for sample in self.samples if fact.key in sample.values)
