"""Putting an audit of bookings together: both sides loaded, matched, judged, and told one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Final

from journeys.audit.bookings import judging, keeping, pairing, shapes, sides, slots
from journeys.audit.bookings.days import microseconds
from journeys.audit.bookings.pairing import Step
from journeys.audit.bookings.rules import Rules, Shape
from journeys.audit.bookings.sides import Room, Rooms
from journeys.audit.bookings.telling import Teller
from journeys.audit.model import Audit, Period
from journeys.audit.sources import Source

Say = Callable[[str, float | None], None]
"""What is being done, and how much of it is done (0 to 1; None where that is not known)."""

BOOKINGS: Final = "bookings"
SLOTS: Final = "slots"


def audit_bookings(
    engine: Rooms, store: Source, against: Sequence[Source], period: Period, rules: Rules, say: Say
) -> Audit:
    """The store's bookings and slots of a period against those of each other source.

    What was found stays in the engine: its discrepancies can be told as long as that is open. The errors are those of
    the sources and of the engine.
    """
    began, clock = datetime.now(UTC), monotonic()
    run = _Run(engine, store, period, rules, say)
    run.load_store()
    for place, source in enumerate(against):
        run.compare(source, place / len(against))
    told = keeping.Kept(room=run.room, teller=Teller(store=store.name, zone=period.zone))
    return Audit(
        store=store.name,
        subject=BOOKINGS,
        period=period,
        sources=tuple(each.name for each in against),
        records=run.records,
        matched=run.matched,
        flaws=told.counts(),
        discrepancies=told.discrepancies,
        left_out=tuple(run.left_out),
        began=began,
        seconds=monotonic() - clock,
    )


class _Run:
    """One audit while it is done."""

    def __init__(self, engine: Rooms, store: Source, period: Period, rules: Rules, say: Say) -> None:
        self._store, self._rules, self._say = store, rules, say
        self.room: Room = engine.room("bookings")
        self._wide = sides.prepare(self.room, period, rules.near_days)
        self.records: dict[str, int] = {}
        self.matched: dict[str, int] = {}
        self.left_out: list[str] = []

    def load_store(self) -> None:
        """What the store has, and what can be said of that alone."""
        self._say(f"reading {self._store.name}", None)
        self.records[self._store.name] = sides.load_bookings(
            self.room, "ours", self._has(self._store, BOOKINGS), self._wide
        )
        export = self._rules.export
        if export is not None:
            sides.take_export(self.room, self._store.name, summed=export is Shape.PLACE)
        sides.load_slots(self.room, "ours", self._has(self._store, SLOTS), self._wide)
        sides.load_slots(self.room, "theirs", None, self._wide)
        keeping.begin(self.room)
        slots.begin(self.room)
        slots.judge_own(self.room, self._rules.capacities)
        keeping.keep_slots(self.room, self._store.name)

    def compare(self, source: Source, done: float) -> None:
        """What one other source has, against the store."""
        self._say(f"reading {source.name}", done)
        known = 0
        if BOOKINGS in source.tables():
            known = sides.load_bookings(self.room, "theirs", source, self._wide)
            self._say(f"comparing with {source.name}", done)
            self._compare_bookings(source.name)
        if SLOTS in source.tables():
            known += sides.load_slots(self.room, "theirs", source, self._wide)
            slots.judge_other(self.room)
            keeping.keep_slots(self.room, source.name)
        if not {BOOKINGS, SLOTS} & {*source.tables()}:
            self.left_out.append(f"{source.name} has neither bookings nor slots")
        self.records[source.name] = known

    def _compare_bookings(self, name: str) -> None:
        looks = shapes.look(self.room, self._rules.shapes.get(name))
        whole = looks.shape is Shape.SLOT
        for side in ("ours", "theirs"):
            sides.group(self.room, side, whole=whole)
        pairing.begin(self.room)
        for step in _steps(looks):
            self._take(step)
        looks = shapes.counted(self.room, looks)
        judging.begin(self.room)
        since = self._rules.made_before
        before = None if since is None else microseconds(since)
        judging.judge_pairs(self.room, shape=looks.shape, titles=looks.titles, before=before)
        judging.judge_rest(self.room, places=looks.places, titles=looks.titles, before=before)
        keeping.keep(self.room, name, shown=self._rules.shown, whole=whole)

    def _take(self, step: Step) -> None:
        found = pairing.take(self.room, step)
        if found:
            self.matched[step.says] = self.matched.get(step.says, 0) + found

    def _has(self, source: Source, table: str) -> Source | None:
        if table in source.tables():
            return source
        self.left_out.append(f"{source.name} has no {table}")
        return None


def _steps(looks: shapes.Looks) -> Iterator[Step]:
    """By order first, then by what else there is; what is cancelled before anything is taken for moved."""
    if looks.coded and looks.shape is not Shape.SLOT:
        yield from (*pairing.BY_CODE, *pairing.KEPT, *pairing.BY_CODE_ALONE)
    if looks.bare or looks.shape is Shape.SLOT:
        whole = looks.shape is Shape.SLOT
        yield from pairing.without_code(whole=whole, places=looks.places and not whole, titles=looks.titles)
        yield from pairing.kept_without_code(places=looks.places and not whole, titles=looks.titles)
