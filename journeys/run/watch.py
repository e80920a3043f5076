"""Watching the surfaces: reading them side by side, with caches kept or cleared, until they agree with the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, Literal

from journeys.checks import agrees, current, told_apart
from journeys.model import (
    SERVICE_WORKER,
    AccessDenied,
    BrowserEnded,
    Fact,
    JourneyError,
    Reading,
    Shows,
    Subject,
    TesterFault,
)
from journeys.run.clock import Clock
from journeys.run.ports import Clears, Reader, Store, Visitor, fact_shown
from journeys.run.recorder import Recorder
from journeys.run.settle import attempts
from journeys.run.witness import Witness

Caches = Literal["keep", "clear"]
Isolate = Callable[[tuple[Reading, ...]], None]

ONLOOKER: Final = "onlooker"
CUSTOMER: Final = "customer"
_NETWORK: Final = "network"
TURNS: Final = 6  # two servers that answer in turn show their old value within so many readings, but once in 64 times


def _nothing(stale: tuple[Reading, ...]) -> None:
    """Who only looks isolates nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """One way to look at a surface: ``past`` so many of its layers, and through one ``instance`` of the next one.

    ``by`` is whose eyes it is: the ``onlooker``'s or the ``customer``'s.
    """

    reader: Reader
    past: int = 0
    instance: str = ""
    by: str = ONLOOKER


class Watch:
    """Looks at a store's surfaces on behalf of one run: as one visitor, and past that visitor's own caches.

    ``patience_s`` is how long a surface is followed after a write, where that is longer than its tolerance.
    """

    def __init__(
        self,
        *,
        store: Store,
        subject: Subject,
        visitor: Visitor,
        witness: Witness,
        recorder: Recorder,
        clock: Clock,
        caches: Caches,
        explain: Callable[[Exception], JourneyError],
        patience_s: float = 0.0,
    ) -> None:
        self._store = store
        self._subject = subject
        self._visitor = visitor
        self._passer_by = visitor.fresh()
        self._witness = witness
        self._recorder = recorder
        self._clock = clock
        self._caches = caches
        self._explain = explain
        self._patience_s = patience_s
        self._customer: Visitor | None = None

    def accompany(self, customer: Visitor) -> None:
        """From now on the customer's own eyes look as well, at surfaces that show a number in the browser."""
        self._customer = customer

    def close(self) -> None:
        """Close the browser of the passer-by; the visitor belongs to the caller."""
        self._passer_by.close()

    def look(self, visits: int, isolate: Isolate = _nothing) -> None:
        """Read every surface until it agrees with the record, or its tolerance has passed; isolate the stale ones.

        Those that layers stand before are visited that often: only a later visit can be answered by a kept cache.
        """
        self._witness.sample()
        for _ in range(visits - 1):
            self._round([View(reader=reader) for reader in self._store.readers if reader.surface.path])
        self._calm_first(self._store.readers, isolate)

    def follow(self, facts: Iterable[Fact], isolate: Isolate = _nothing) -> None:
        """Read the surfaces of these facts until they show the record's values; isolate those that stay stale."""
        wanted = set(facts)
        self._calm_first([r for r in self._store.readers if fact_shown(r.surface, self._subject) in wanted], isolate)

    def _calm_first(self, readers: Sequence[Reader], isolate: Isolate) -> None:
        """Those that refresh what others are shown from come when all is known of the others."""
        for refreshes in (False, True):
            chosen = [reader for reader in readers if reader.surface.refreshes is refreshes]
            stale = self._settle(chosen) if chosen else ()
            if stale:
                isolate(stale)

    def views(self, reader: Reader) -> tuple[View, ...]:
        """The whole path, and then each instance of a layer that has several: customers are sent to any of them."""
        path = reader.surface.path
        layers = [(i, layer) for i, name in enumerate(path) if (layer := self._store.layer(name)) is not None]
        several = ((i, name) for i, layer in layers for name in layer.instances if self._can_be_passed(path[:i]))
        numbers = reader.channel == "browser" and reader.surface.shows is Shows.EXACT
        # Staff look at the figures of the whole store, customers at what is left for them.
        own = self._customer is not None and numbers and reader.surface.fact == "availability"
        return (
            View(reader=reader),
            *(View(reader=reader, by=CUSTOMER) for _ in range(own)),
            *(View(reader=reader, past=i, instance=name) for i, name in several),
        )

    def at(self, view: View) -> Reading | None:
        """One reading of that view, not yet added to the history; None where nothing can be read past those layers."""
        path, surface = view.reader.surface.path, view.reader.surface
        outside = [self._store.layer(name) for name in path[: view.past]]
        inner = self._store.layer(path[view.past]) if view.past < len(path) else None
        if self._can_be_passed(path[: view.past]):
            doors = [layer.door() for layer in outside if layer is not None and layer.door()]
            door = inner.door(view.instance) if inner is not None and view.instance else (doors or [""])[-1]
            with self._eyes(view) as visitor:
                reading = self.read(view.reader, visitor, at=door)
                if visitor is self._passer_by and reading.evidence.get("source", _NETWORK) != _NETWORK:
                    visitor.clear_http_cache()  # what the passer-by was told before is not what is told now
                    reading = self.read(view.reader, visitor, at=door)
                return replace(reading, past=path[: view.past], through=view.instance, by=view.by)
        asked = self._recorder.now()
        held = inner.holds(view.reader.place(self._subject)) if inner is not None else None
        if inner is None or held is None:
            return None
        return Reading(
            fact=fact_shown(surface, self._subject),
            surface=surface.name,
            asked=asked,
            received=self._recorder.now(),
            value=surface.shows.of(held),
            past=path[: view.past],
            evidence={"source": inner.name},
        )

    def read(self, reader: Reader, visitor: Visitor, *, at: str = "") -> Reading:
        """One reading by this visitor, not yet added to the history; ``at`` another address of the store."""
        asked = self._recorder.now()
        seen, error = None, ""
        try:
            seen = reader.read(self._subject, visitor, at)
        except (AccessDenied, TesterFault):
            raise  # without credentials, or a browser, no surface will be readable
        except Exception as raised:
            error = str(self.meaning(raised))
        return Reading(
            fact=fact_shown(reader.surface, self._subject),
            surface=reader.surface.name,
            asked=asked,
            received=self._recorder.now(),
            value=seen.value if seen else None,
            error=error,
            evidence=seen.evidence if seen else {},
        )

    def meaning(self, raised: Exception) -> JourneyError:
        """What a failure to read means; one that keeps everything else from being read is raised: BrowserEnded."""
        explained = self._explain(raised)
        if isinstance(explained, BrowserEnded):
            raise explained from raised
        return explained

    def _can_be_passed(self, names: Iterable[str]) -> bool:
        """Whether one can look past all these layers from outside: they are each visitor's own, or have a door."""
        layers = (self._store.layer(name) for name in names)
        return all(layer is not None and (layer.personal or layer.door()) for layer in layers)

    @contextmanager
    def _eyes(self, view: View) -> Iterator[Visitor]:
        """Who takes the view: the visitor, without a service worker if need be, or somebody who keeps nothing."""
        passed = view.reader.surface.path[: view.past]
        own = {layer.name for layer in self._store.layers if layer.personal}.intersection(passed)
        if view.by == CUSTOMER and self._customer is not None:
            yield self._customer
        elif view.reader.channel == "http" or not own:
            yield self._visitor
        elif own == {SERVICE_WORKER}:
            with self._visitor.past_service_worker():
                yield self._visitor
        else:
            with self._passer_by.past_service_worker():
                yield self._passer_by

    def _settle(self, readers: Sequence[Reader]) -> tuple[Reading, ...]:
        """Rounds of readings, each followed by a sample, over the views that do not agree yet; the stale ones."""
        waiting = [view for reader in readers for view in self.views(reader)]
        tolerance = max((reader.surface.tolerance_s for reader in readers), default=0.0)
        taken: dict[View, list[Reading]] = {view: [] for view in waiting}
        # Past the tolerance by a little: a reading is judged against [asked - tolerance, received].
        for _ in attempts(self._clock, max(tolerance, self._patience_s) + 0.2):
            self._look_again(waiting, taken)
            history = self._recorder.history()
            # An old value within the tolerance is excused, but not yet new: it is read again. So is one that an old
            # copy might show as well, since others brought the record back to it.
            last = {view: taken[view][-1] for view in waiting}
            new = [view for view in waiting if current(history, last[view]) and told_apart(history, last[view])]
            in_turn = [view for view in new if self.lags(view.reader)]
            waiting = [view for view in waiting if view not in new or view in in_turn]
            if not waiting:
                break
        for view in in_turn:
            self._look_behind(view, taken)
        history = self._recorder.history()
        late = (readings[-1 - TURNS * (view in in_turn) :] for view, readings in taken.items())
        stale = ([reading for reading in readings if agrees(history, reading) is False] for readings in late)
        return tuple(readings[-1] for readings in stale if readings)

    def lags(self, reader: Reader) -> bool:
        """Whether a layer on the path says that it is behind, so that one new value may be followed by an old one."""
        layers = (self._store.layer(name) for name in reader.surface.path)
        return any(layer is not None and layer.behind() for layer in layers)

    def _look_again(self, views: Sequence[View], taken: Mapping[View, list[Reading]]) -> None:
        for view, reading in self._round(views):
            taken[view].append(reading)
        self._witness.sample(gently=True)

    def _look_behind(self, view: View, taken: Mapping[View, list[Reading]]) -> None:
        """Read it several times on end: with others in between, it might be the same server's turn every time."""
        for _ in range(TURNS):
            taken[view].extend(reading for _, reading in self._round([view]))
        self._witness.sample(gently=True)

    def _round(self, views: Sequence[View]) -> list[tuple[View, Reading]]:
        """One reading of each view: those of the browser in turn, those over HTTP beside them; whole paths first."""
        if self._caches == "clear":
            self.clear([view.reader for view in views], self._visitor)
        in_order = sorted(views, key=lambda view: view.past)
        over_http = [view for view in in_order if view.reader.channel == "http"]
        in_browser = [view for view in in_order if view.reader.channel == "browser"]
        with ThreadPoolExecutor(max_workers=max(1, min(4, len(over_http)))) as pool:
            beside = [(view, pool.submit(self.at, view)) for view in over_http]
            taken = [(view, self.at(view)) for view in in_browser]
            taken += [(view, future.result()) for view, future in beside]
        return [(view, self._recorder.add(reading)) for view, reading in taken if reading is not None]

    def clear(self, readers: Iterable[Reader], visitor: Visitor) -> None:
        """Clear every layer that the configuration allows to be cleared, on the paths of these surfaces."""
        done: set[str] = set()
        for reader in readers:
            place = reader.place(self._subject)
            for name in reader.surface.path:
                layer = self._store.layer(name)
                if layer is not None and layer.clears is not Clears.NEVER:
                    key = f"{name} {place.url if layer.clears is Clears.NARROW else ''} {place.keys.get(name)}"
                    if key not in done:
                        done.add(key)
                        layer.clear(place, visitor)
