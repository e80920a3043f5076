"""Isolation: which layer on the path of a stale surface holds the old value, found by experiment."""

from __future__ import annotations

from journeys.checks import agrees
from journeys.model import Intervention, Reading, Subject
from journeys.run.ports import Clears, Layer, Reader, Store, Visitor
from journeys.run.recorder import Recorder
from journeys.run.watch import Watch
from journeys.run.witness import Witness


def isolate(
    stale: Reading,
    *,
    store: Store,
    subject: Subject,
    visitor: Visitor,
    watch: Watch,
    witness: Witness,
    recorder: Recorder,
) -> Intervention | None:
    """Clear the layers of the stale surface's path one at a time, outermost first, until a reading turns fresh.

    Just before each clearing the surface is read again: that control must still be old, or the layer healed by
    itself and proves nothing. Returns the intervention that named the layer, None when none did. At most one
    intervention a layer.
    """
    reader = next(r for r in store.readers if (r.surface.name, r.surface.fact) == (stale.surface, stale.fact.kind))
    outside: list[Layer] = []
    for name in reader.surface.path:
        layer = store.layer(name)
        if layer is None or layer.clears is Clears.NEVER:
            continue
        tried = _intervene(layer, outside, reader, subject, visitor, watch, witness, recorder)
        history = recorder.history()
        control, after = agrees(history, tried.control), agrees(history, tried.after)
        if control is True:
            return None
        if control is False and after is True:
            return tried
        outside.append(layer)
    return None


def _intervene(
    layer: Layer,
    outside: list[Layer],
    reader: Reader,
    subject: Subject,
    visitor: Visitor,
    watch: Watch,
    witness: Witness,
    recorder: Recorder,
) -> Intervention:
    """One control, one clearing, and one reading past the layers outside of it, which were found innocent."""
    onlooker = visitor.fresh() if any(each.personal for each in outside) else visitor
    try:
        control = watch.read(reader, onlooker)
        what = layer.clear(reader.place(subject), onlooker)
        for each in reversed(outside):
            each.clear(reader.place(subject), onlooker)  # what the control filled again must not answer for it
        after = watch.read(reader, onlooker)
    finally:
        if onlooker is not visitor:
            onlooker.close()
    intervention = Intervention(
        surface=reader.surface.name,
        fact=control.fact,
        layer=layer.name,
        what=what,
        control=control,
        after=after,
    )
    recorder.add(intervention)
    witness.sample()
    return intervention
