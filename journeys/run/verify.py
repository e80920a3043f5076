"""Verifying a write: every surface that should show it, and every place that confirms it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from journeys.model import Amount, Confirmation, Expectation, JourneyError, Reading, Receipt, Write, WriteOutcome
from journeys.run.clock import Clock
from journeys.run.inquire import Inquiry
from journeys.run.isolate import Isolation
from journeys.run.ports import Confirmer, Store, Visitor, Watcher
from journeys.run.recorder import Recorder
from journeys.run.settle import settle
from journeys.run.watch import Watch
from journeys.run.witness import Witness


@dataclass(slots=True, kw_only=True)
class Verification:
    """Verifies, once each, the writes whose consequences the journey has told; ``told`` counts them."""

    store: Store
    visitor: Visitor
    watch: Watch
    isolation: Isolation
    witness: Witness
    recorder: Recorder
    clock: Clock
    watcher: Watcher
    inquiry: Inquiry
    told: int = 0

    def verify(self) -> None:
        """Read the surfaces and confirmations of the new writes; isolate what is stale."""
        expectations = self.recorder.history().expectations
        new, self.told = expectations[self.told :], len(expectations)
        if not new:
            return
        self.watcher.step_began("verify every surface")
        self._surfaces(new)
        self.watcher.step_began("verify every confirmation")
        for place in dict.fromkeys(expectation.write for expectation in new):
            self._confirmations(place)
        self.witness.sample()

    def _surfaces(self, new: tuple[Expectation, ...]) -> None:
        self.watch.follow((expectation.fact for expectation in new), self.explain)

    def explain(self, stale: tuple[Reading, ...]) -> None:
        """Isolate these stale surfaces."""
        self.watcher.step_began(f"isolate {', '.join(dict.fromkeys(reading.surface for reading in stale))}")
        self.isolation.isolate(stale)

    def _confirmations(self, place: int) -> None:
        write = self.recorder.history().writes[place]
        if write.outcome is not WriteOutcome.ACKED or write.kind == "cancellation":
            return
        held = self._receipt("record", place, lambda: self.store.record.confirmation(write.number))
        if held is not None and held.total is not None:
            self.recorder.add(Amount(source="record", write=place, value=held.total, at=self.recorder.now()))
        for source, amount in self.store.record.amounts(write.number).items():
            self.recorder.add(Amount(source=source, write=place, value=amount, at=self.recorder.now()))
        for confirmer in self.store.confirmers:
            self._receipt(confirmer.source, place, self._fetching(confirmer, write))
        self.inquiry.ledgers(place)

    def _receipt(self, source: str, place: int, fetch: Callable[[], Confirmation | None]) -> Confirmation | None:
        asked, said, error = self.recorder.now(), None, ""
        try:
            said = fetch()
        except JourneyError as failure:
            error = str(self.watch.meaning(failure))
        self.recorder.add(
            Receipt(source=source, write=place, asked=asked, received=self.recorder.now(), said=said, error=error)
        )
        return said

    def _fetching(self, confirmer: Confirmer, write: Write) -> Callable[[], Confirmation | None]:
        """Fetching it, again and again, until it has come or its time is over."""
        return lambda: settle(
            lambda: confirmer.fetch(write.number, write.email, self.visitor),
            lambda confirmation: confirmation is not None,
            self.clock,
            confirmer.within_s,
        )
