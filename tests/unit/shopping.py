"""A small store with fake surfaces and layers, and a real watch and witness in front of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fakes import MUG, FakeClock, FakeReader, FakeVisitor, Till, recorder, store
from histories import STOCK, expect, write

from journeys.diagnosis import Proof, prove
from journeys.model import Finding, JourneyError, Reading, Verdict
from journeys.run.isolate import Isolation
from journeys.run.watch import Caches, Watch
from journeys.run.witness import Witness


def _explained(error: Exception) -> JourneyError:
    return error if isinstance(error, JourneyError) else JourneyError(f"broken: {error}")


class Shopping:
    """Everything that watching needs, about ten mugs."""

    def __init__(
        self,
        clock: FakeClock,
        till: Till,
        *readers: FakeReader,
        caches: Caches = "keep",
        patience_s: float = 0.0,
        path: Path | None = None,
        explain: Callable[[Exception], JourneyError] = _explained,
    ) -> None:
        self.clock = clock
        self.till = till
        self.visitor = FakeVisitor()
        layers = {layer.name: layer for reader in readers for layer in reader.layers}
        self.store = store(till, *readers, layers=tuple(layers.values()))
        self.recorder = recorder(clock, *readers, path=path)
        self.witness = Witness(till, MUG, "EUR", self.recorder)
        self.watch = Watch(
            store=self.store,
            subject=MUG,
            visitor=self.visitor,
            witness=self.witness,
            recorder=self.recorder,
            clock=clock,
            caches=caches,
            patience_s=patience_s,
            explain=explain,
        )

    def sell(self) -> None:
        """Our own order, which takes a second."""
        began = self.recorder.now()
        self.clock.now += 1.0
        number = self.till.place("jrn-1@example.org").number
        self.recorder.add(write(began, self.recorder.now(), number=number))
        self.recorder.add(expect(STOCK, -1))
        self.witness.sample(gently=True)

    def looked_and_sold(self) -> tuple[Reading, ...]:
        """Look, sell one, and follow it; the readings that stayed stale."""
        self.watch.look(visits=2)
        self.clock.now += 5.0
        self.sell()
        return self.followed()

    def followed(self) -> tuple[Reading, ...]:
        """The readings that stayed stale, of all surfaces of the stock."""
        stale: list[Reading] = []
        self.watch.follow([STOCK], stale.extend)
        return tuple(stale)

    def isolate(self, *stale: Reading) -> Proof:
        """What isolation proves of the first of these surfaces."""
        Isolation(
            store=self.store,
            subject=MUG,
            visitor=self.visitor,
            watch=self.watch,
            witness=self.witness,
            recorder=self.recorder,
        ).isolate(stale)
        finding = Finding(
            check="freshness",
            verdict=Verdict.FAIL,
            explanation="",
            surface=stale[0].surface,
            fact=stale[0].fact.key,
            readings=stale[:1],
        )
        return prove(self.recorder.history(), finding)
