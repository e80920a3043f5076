"""Isolation: which layers on the path of a stale surface hold the old value, found by experiment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from journeys.checks import agrees, expected
from journeys.model import Bypass, Fact, Intervention, Ladder, Reading, Subject
from journeys.run.ports import Clears, Copy, Place, Reader, Store, Visitor, fact_shown
from journeys.run.recorder import Recorder
from journeys.run.suspects import Case, Target, one_clearing, suspects
from journeys.run.watch import TURNS, View, Watch
from journeys.run.witness import Witness

RECORD: Final = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """The means of isolation in one run: the watch reads, the layers clear, the witness samples."""

    store: Store
    subject: Subject
    visitor: Visitor
    watch: Watch
    witness: Witness
    recorder: Recorder

    def isolate(self, stale: Sequence[Reading]) -> None:
        """Find the layers that hold the old values of these surfaces, from the record outwards.

        First every surface is read past more and more of its layers, and nothing is touched. Then the innermost layer
        through which the value is old is cleared alone, between a reading just before (the control) and one just
        after, both past the layers outside of it; where it must not be cleared, it is read past and through again.
        When that made the value fresh, the next layer outside that still shows the old one follows. Surfaces that one
        clearing serves are tried together. What the experiments prove is for the diagnosis to say.
        """
        shown = {(reading.surface, reading.fact.kind) for reading in stale}
        cases = [Case(reader=r) for r in self.store.readers if (r.surface.name, r.surface.fact) in shown]
        for case in cases:
            self._climb(case)
        while suspected := self._suspected(cases):
            # A visitor's own layers come last, since clearing one clears what it held for every surface.
            first = min(suspected, key=lambda pair: pair[1].layer.personal)[1]
            self._experiment([(case, each) for case, each in suspected if one_clearing(first, each, self.subject)])
        for case in cases:
            self._note(case, "after")

    def _suspected(self, cases: Sequence[Case]) -> list[tuple[Case, Target]]:
        """What to try next of each surface, where there is anything."""
        history = self.recorder.history()
        nexts = ((case, next(suspects(case, self.store, history), None)) for case in cases)
        return [(case, target) for case, target in nexts if target is not None]

    def _climb(self, case: Case) -> None:
        """Read the surface past more and more layers, outermost first."""
        for view in self._rungs(case.reader, len(case.reader.surface.path)):
            self._look_for_old(case, view)
        self.witness.sample(gently=True)
        self._note(case, "before")

    def _note(self, case: Case, when: Literal["before", "after"]) -> None:
        """What each view showed last, as a ladder whose innermost rung is the record."""
        record = self._record(case.reader)
        rungs = tuple(case.seen[rung] for rung in sorted(case.seen, key=lambda rung: rung[0]))
        readings = (*rungs, record) if record is not None else rungs
        self.recorder.add(Ladder(surface=case.reader.surface.name, fact=self._fact(case), when=when, readings=readings))

    def _rungs(self, reader: Reader, depth: int) -> Iterator[View]:
        for past, name in enumerate(reader.surface.path[:depth]):
            layer = self.store.layer(name)
            for instance in (layer.instances if layer is not None else ()) or ("",):
                yield View(reader=reader, past=past, instance=instance)

    def _look(self, case: Case, view: View) -> Reading | None:
        reading = self.watch.at(view)
        if reading is not None:
            case.seen[view.past, view.instance] = reading
        return reading

    def _look_for_old(self, case: Case, view: View) -> Reading | None:
        """As above; where a layer lags, old and new values may come in turn, so a new one is looked behind."""
        reading = self._look(case, view)
        for _ in range(TURNS if self.watch.lags(case.reader) else 0):
            if reading is None or not self._shows_the_record(reading):
                break
            reading = self._look(case, view)
        return reading

    def _shows_the_record(self, reading: Reading) -> bool:
        """Whether the value is the record's; it is sampled only where others may have bought since the last sample."""
        if reading.value == expected(self.recorder.history(), reading):
            return True
        self.witness.sample(gently=True)
        return agrees(self.recorder.history(), reading) is True

    def _record(self, reader: Reader) -> Reading | None:
        """What the surface should show, as the innermost rung: the record's value at the last sample."""
        history, path = self.recorder.history(), reader.surface.path
        sample = history.samples[-1]
        asked = Reading(
            fact=fact_shown(reader.surface, self.subject),
            surface=reader.surface.name,
            asked=sample.asked,
            received=sample.received,
            value=None,
            past=path,
            evidence={"source": RECORD},
        )
        value = expected(history, asked)
        return None if value is None else replace(asked, value=value)

    def _experiment(self, together: Sequence[tuple[Case, Target]]) -> None:
        """One suspect: control, intervention, the reading after it; or control, bypass, control."""
        layer = together[0][1].layer
        controls = [(case, target, self._look_for_old(case, target.view)) for case, target in together]
        self.witness.sample(gently=True)
        history = self.recorder.history()
        old = [
            (c, t, control) for c, t, control in controls if control is not None and agrees(history, control) is False
        ]
        for case, target in together:
            case.tried.add((layer.name, target.instance))
        if old and layer.clears is not Clears.NEVER:
            self._intervene(old)
        else:
            for case, target, control in old:
                self._read_past(case, target, control)

    def _intervene(self, old: Sequence[tuple[Case, Target, Reading]]) -> None:
        _, first, _ = old[0]
        copies = [self._copy(target, control) for _, target, control in old]
        what = first.layer.clear(self._place(first), self.visitor, first.instance)
        for case, target, _ in old:
            case.spent += 1 + self._clear_outside(target)
        after = [self._look_for_old(case, target.view) for case, target, _ in old]
        vantages = [self._vantage(case, target) for case, target, _ in old]
        self.witness.sample(gently=True)
        for (case, target, control), copy, reading, vantage in zip(old, copies, after, vantages, strict=True):
            if reading is not None:
                self.recorder.add(
                    Intervention(
                        surface=case.reader.surface.name,
                        fact=self._fact(case),
                        layer=target.layer.name,
                        what=what,
                        control=control,
                        after=reading,
                        instance=target.instance,
                        age_s=copy.age_s,
                        left_s=copy.left_s,
                        vantage=vantage,
                    )
                )
                self._look_outside(case, target)

    def _clear_outside(self, target: Target) -> int:
        """What the control filled again must not answer for the suspect; how many layers that took."""
        clearable = [layer for layer in reversed(target.outside) if layer.clears is not Clears.NEVER]
        for layer in clearable:
            layer.clear(self._place(target), self.visitor)
        return len(clearable)

    def _look_outside(self, case: Case, target: Target) -> None:
        """The views outside of the suspect anew: what they show may have come from it, or be their own.

        Where the whole path is fresh only the instances are read again, of which it went through one.
        """
        outside = list(self._rungs(case.reader, target.depth))
        whole = self._look(case, outside[0]) if outside else None
        self.witness.sample(gently=True)
        fresh = whole is not None and agrees(self.recorder.history(), whole) is True
        looked = False
        for view in outside[1:]:
            if fresh and not view.instance:
                case.seen.pop((view.past, view.instance), None)
            else:
                looked = self._look(case, view) is not None or looked
        if looked:
            self.witness.sample(gently=True)

    def _read_past(self, case: Case, target: Target, control: Reading) -> None:
        """Without clearing: past the suspect, and through it again, which tells it from a copy that just expired."""
        inner = [view for view in self._rungs(case.reader, len(case.reader.surface.path)) if view.past > target.depth]
        past = next((reading for view in inner if (reading := self._look(case, view))), None)
        again = self._look(case, target.view)
        self.witness.sample(gently=True)
        past = past or self._record(case.reader)
        if past is not None and again is not None:
            self.recorder.add(
                Bypass(
                    surface=case.reader.surface.name,
                    fact=self._fact(case),
                    layer=target.layer.name,
                    before=control,
                    past=past,
                    again=again,
                    instance=target.instance,
                )
            )

    def _vantage(self, case: Case, target: Target) -> Reading | None:
        """Another instance that showed the old value too and was left alone, read again."""
        history = self.recorder.history()
        for name in target.layer.instances:
            seen = case.seen.get((target.depth, name))
            if name != target.instance and seen is not None and agrees(history, seen) is False:
                return self._look(case, View(reader=case.reader, past=target.depth, instance=name))
        return None

    def _copy(self, target: Target, control: Reading) -> Copy:
        """What the layer says of its copy; its age as it was when the control was asked for, or less."""
        copy = target.layer.copy(self._place(target), self.visitor, control.evidence) or Copy()
        since = self.recorder.now() - control.asked
        return copy if copy.age_s is None else replace(copy, age_s=max(0.0, copy.age_s - since))

    def _place(self, target: Target) -> Place:
        return target.reader.place(self.subject)

    def _fact(self, case: Case) -> Fact:
        return fact_shown(case.reader.surface, self.subject)
