"""Isolation: which layer on the path of a stale surface holds the old value, found by experiment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from journeys.checks import agrees
from journeys.model import Intervention, Reading, Subject
from journeys.run.ports import Clears, Layer, Reader, Store, Visitor
from journeys.run.recorder import Recorder
from journeys.run.watch import Watch
from journeys.run.witness import Witness


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """The means of isolation in one run: it clears, the watch reads, the witness samples."""

    store: Store
    subject: Subject
    visitor: Visitor
    watch: Watch
    witness: Witness
    recorder: Recorder

    def isolate(self, stale: Sequence[Reading]) -> tuple[Intervention, ...]:
        """Clear the layers of the stale surfaces' paths one at a time, outermost first, until they turn fresh.

        Just before each clearing every surface that it concerns is read again: that control must still be old, or
        the surface healed by itself and proves nothing. Each layer is cleared once, for all the surfaces behind it.
        Returns the interventions that named a layer.
        """
        shown = {(reading.surface, reading.fact.kind) for reading in stale}
        waiting = [r for r in self.store.readers if (r.surface.name, r.surface.fact) in shown]
        outside: list[Layer] = []
        named: list[Intervention] = []
        for name in dict.fromkeys(name for reader in waiting for name in reader.surface.path):
            layer = self.store.layer(name)
            if layer is None or layer.clears is Clears.NEVER:
                continue
            tried = self._intervene(layer, outside, [r for r in waiting if name in r.surface.path])
            history = self.recorder.history()
            proofs = [each for each in tried if agrees(history, each.control) is False and agrees(history, each.after)]
            healed = {each.surface for each in tried if agrees(history, each.control) is True}
            named += proofs
            settled = healed | {each.surface for each in proofs}
            waiting = [reader for reader in waiting if reader.surface.name not in settled]
            outside.append(layer)
        return tuple(named)

    def _intervene(self, layer: Layer, outside: list[Layer], readers: Sequence[Reader]) -> list[Intervention]:
        """The controls, the clearing, and the readings past the layers outside of it, which were found innocent."""
        onlooker = self.visitor.fresh() if any(each.personal for each in outside) else self.visitor
        try:
            controls = [self.watch.read(reader, onlooker) for reader in readers]
            cleared = [layer.clear(reader.place(self.subject), onlooker) for reader in readers]
            for each in reversed(outside):  # what the controls filled again must not answer for the layer
                for reader in readers:
                    each.clear(reader.place(self.subject), onlooker)
            after = [self.watch.read(reader, onlooker) for reader in readers]
        finally:
            if onlooker is not self.visitor:
                onlooker.close()
        tried = [
            Intervention(
                surface=reader.surface.name,
                fact=control.fact,
                layer=layer.name,
                what=what,
                control=control,
                after=reading,
            )
            for reader, control, what, reading in zip(readers, controls, cleared, after, strict=True)
        ]
        for intervention in tried:
            self.recorder.add(intervention)
        if tried:
            self.witness.sample()
        return tried
