"""Watching the surfaces: reading them side by side, with caches kept or cleared, until they agree with the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from journeys.checks import agrees, current
from journeys.model import AccessDenied, Fact, JourneyError, Reading, Subject, TesterFault
from journeys.run.clock import Clock
from journeys.run.ports import Clears, Reader, Store, Visitor, fact_shown
from journeys.run.recorder import Recorder
from journeys.run.settle import attempts
from journeys.run.witness import Witness

Caches = Literal["keep", "clear"]


class Watch:
    """Looks at a store's surfaces on behalf of one run, through the eyes of one visitor."""

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
    ) -> None:
        self._store = store
        self._subject = subject
        self._visitor = visitor
        self._witness = witness
        self._recorder = recorder
        self._clock = clock
        self._caches = caches
        self._explain = explain

    def look(self, visits: int) -> None:
        """Read every surface until it agrees with the record, or its tolerance has passed.

        Those that layers stand before are visited that often: only a later visit can be answered by a kept cache.
        """
        self._witness.sample()
        for _ in range(visits - 1):
            self._round([reader for reader in self._store.readers if reader.surface.path])
        self._settle(self._store.readers)

    def follow(self, facts: Iterable[Fact]) -> tuple[Reading, ...]:
        """Read the surfaces of these facts until they show the record's values; returns the readings still stale."""
        wanted = set(facts)
        return self._settle([r for r in self._store.readers if fact_shown(r.surface, self._subject) in wanted])

    def read(self, reader: Reader, visitor: Visitor) -> Reading:
        """One reading through the whole path, not yet added to the history."""
        asked = self._recorder.now()
        fact = fact_shown(reader.surface, self._subject)
        seen, error = None, ""
        try:
            seen = reader.read(self._subject, visitor)
        except (AccessDenied, TesterFault):
            raise  # without credentials, or a browser, no surface will be readable
        except Exception as raised:
            error = str(self._explain(raised))
        return Reading(
            fact=fact,
            surface=reader.surface.name,
            asked=asked,
            received=self._recorder.now(),
            value=seen.value if seen else None,
            error=error,
            evidence=seen.evidence if seen else {},
        )

    def _settle(self, readers: Sequence[Reader]) -> tuple[Reading, ...]:
        """Rounds of readings, each followed by a sample, over the surfaces that do not agree yet."""
        waiting = list(readers)
        tolerance = max((reader.surface.tolerance_s for reader in readers), default=0.0)
        last: dict[str, Reading] = {}
        # Past the tolerance by a little: a reading is judged against [asked - tolerance, received].
        for _ in attempts(self._clock, tolerance + 0.2):
            for reading in self._round(waiting):
                last[reading.surface + reading.fact.key] = reading
            self._witness.sample()
            history = self._recorder.history()
            # An old value within the tolerance is excused, but not yet new: it is read again.
            fresh = {key for key, reading in last.items() if current(history, reading)}
            waiting = [r for r in waiting if r.surface.name + fact_shown(r.surface, self._subject).key not in fresh]
            if not waiting:
                break
        history = self._recorder.history()
        return tuple(reading for reading in last.values() if agrees(history, reading) is False)

    def _round(self, readers: Sequence[Reader]) -> tuple[Reading, ...]:
        """One reading of each surface: those of the browser in turn, those over HTTP beside them."""
        if self._caches == "clear":
            self.clear(readers, self._visitor)
        over_http = [reader for reader in readers if reader.channel == "http"]
        in_browser = [reader for reader in readers if reader.channel == "browser"]
        with ThreadPoolExecutor(max_workers=max(1, min(4, len(over_http)))) as pool:
            beside = [pool.submit(self.read, reader, self._visitor) for reader in over_http]
            readings = [self.read(reader, self._visitor) for reader in in_browser]
            readings += [future.result() for future in beside]
        return tuple(self._recorder.add(reading) for reading in readings)

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
