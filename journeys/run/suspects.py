"""Which layer to suspect next: told from what each view of a stale surface showed last, and from what was tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from journeys.checks import agrees
from journeys.model import History, Reading, Subject
from journeys.run.ports import Layer, Reader, Store
from journeys.run.watch import View

FURTHER_INTERVENTIONS: Final = 2
"""How many interventions one surface may take beyond the number of its layers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One suspect: a layer, or one instance of it, on a surface's path.

    It is judged by reading past the outermost ``depth`` layers. ``outside`` are those between that and the suspect,
    which cannot be read past: they were found innocent, but fill themselves again.
    """

    reader: Reader
    depth: int
    layer: Layer
    instance: str = ""
    outside: tuple[Layer, ...] = ()

    @property
    def view(self) -> View:
        """The surface read past what lies outside of the suspect, and through it."""
        return View(reader=self.reader, past=self.depth, instance=self.instance)


@dataclass(slots=True, kw_only=True)
class Case:
    """What is known so far of one stale surface: what each view showed last, and what was tried."""

    reader: Reader
    seen: dict[tuple[int, str], Reading] = field(default_factory=dict)
    tried: set[tuple[str, str]] = field(default_factory=set)
    spent: int = 0

    @property
    def budget(self) -> int:
        """How many interventions it may still take."""
        return len(self.reader.surface.path) + FURTHER_INTERVENTIONS - self.spent


def suspects(case: Case, store: Store, history: History) -> Iterator[Target]:
    """What to try next: the innermost layer whose view is old, and those inside it that no view tells from it."""
    if case.budget <= 0:
        return
    path = case.reader.surface.path
    old = {key: agrees(history, reading) is False for key, reading in case.seen.items()}
    deepest = max((past for (past, _), stale in old.items() if stale), default=None)
    if deepest is None:
        return
    below = min((past for past, _ in case.seen if past > deepest), default=len(path))
    outside: tuple[Layer, ...] = ()
    for past in range(deepest, below):
        layer = store.layer(path[past])
        if layer is None:
            continue
        # One that cannot be read alone is cleared in all its instances.
        instances = [name for name in layer.instances if past == deepest and old.get((past, name))]
        for instance in instances or [""]:
            if (layer.name, instance) not in case.tried:
                yield Target(reader=case.reader, depth=deepest, layer=layer, instance=instance, outside=outside)
        outside = (*outside, layer)


def one_clearing(one: Target, other: Target, subject: Subject) -> bool:
    """Whether clearing the one clears what the other one suspects as well."""
    if (one.layer.name, one.instance) != (other.layer.name, other.instance):
        return False
    if one.reader is other.reader:
        return True
    here, there = one.reader.place(subject), other.reader.place(subject)
    keys = here.keys.get(one.layer.name), there.keys.get(one.layer.name)
    return one.layer.personal or (bool(keys[0]) and keys[0] == keys[1]) or here.url == there.url
