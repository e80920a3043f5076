"""Undoing one run: compensations, stale copies that our own sale left behind, and whether all is as before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from journeys.model import DATABASE_REPLICA, JourneyError, Residue, Subject, WriteOutcome
from journeys.run.clock import Clock
from journeys.run.compensate import CART, compensate
from journeys.run.journal import Compensation, Promises
from journeys.run.ports import Clears, Stage, Store
from journeys.run.recorder import Recorder
from journeys.run.witness import Witness

_INDETERMINATE: Final = WriteOutcome.INDETERMINATE


@dataclass(slots=True, kw_only=True)
class Undoing:
    """What one run has promised to undo, in ``planned``."""

    run: str
    store: Store
    subject: Subject
    witness: Witness
    recorder: Recorder
    stage: Stage
    journal: Promises
    clock: Clock
    planned: list[Compensation] = field(default_factory=list)

    def plan(self, kind: str, target: str) -> None:
        """Promise it, on disk, before it is done; the session that a cart is known by stays out of the history."""
        if kind == CART:
            self.recorder.mask.learn(target)
        if not any((each.kind, each.target) == (kind, target) for each in self.planned):
            self.planned.append(self.journal.plan(run=self.run, store=self.store.name, kind=kind, target=target))

    def undo(self) -> None:
        """Undo everything, the last first; what is left becomes residue, never an exception."""
        try:
            doubtful = {write.email for write in self.recorder.history().writes if write.outcome is _INDETERMINATE}
            _, left = compensate(reversed(self.planned), self.store.record, self.journal, self.clock, doubtful=doubtful)
            self._clear_shared()
            left += self._changed()
        except JourneyError as error:
            left = (Residue(what=f"it is not known whether all is undone: {error}; run journeys cleanup"),)
        for residue in left:
            self.recorder.note(residue)

    def _clear_shared(self) -> None:
        """What a clearing made a shared cache take in anew was true only while our order stood: cleared once more.

        With kept caches those are the layers of the interventions, else all; a replica gets what is undone by itself.
        """
        history = self.recorder.history()
        tried = {(each.surface, each.fact.kind, each.layer) for each in history.interventions}
        everywhere = history.heading.caches == "clear"
        if not tried and not everywhere:
            return
        visitor = self.stage.visitor(self.run)
        try:
            for reader in self.store.readers:
                shown = reader.surface.name, reader.surface.fact
                for layer in filter(None, map(self.store.layer, reader.surface.path)):
                    concerned = everywhere or (*shown, layer.name) in tried
                    lasting = not layer.personal and layer.name != DATABASE_REPLICA
                    if concerned and lasting and layer.clears is not Clears.NEVER:
                        layer.clear(reader.place(self.subject), visitor)
        finally:
            visitor.close()

    def _changed(self) -> tuple[Residue, ...]:
        """What the record says after the run and did not say before it, unless other customers were at work."""
        history = self.recorder.history()
        fact = f"availability:{self.subject.key}"
        before = history.samples[0] if history.samples else None
        if before is None:
            return ()
        after = self.witness.taken()  # no check may take what was undone for what the journey did
        ours = {write.email for write in history.writes}
        others = [order for order in (*after.placed, *after.cancelled, *after.removed) if order.email not in ours]
        was, now = before.values.get(fact), after.values.get(fact)
        if others or not after.steady or was == now:
            return ()
        return (Residue(what=f"{fact} was {was} before the run and is {now} after it"),)
