"""A store where other customers come and go around one write of ours, as a history that a real witness sampled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from fakes import MUG, FakeClock, FakeReader, Till, recorder
from histories import ME, PRODUCT_PAGE, STOCK
from hypothesis import strategies as st

from journeys.model import (
    Expectation,
    Fact,
    History,
    Money,
    Order,
    Reading,
    Shows,
    Value,
    Write,
    WriteOutcome,
    open_orders,
    open_revenue,
    orders,
    revenue,
)
from journeys.run.witness import Witness

TICK_S = 0.5

buys = st.tuples(st.just("buy"), st.integers(1, 3))
tests = st.tuples(st.just("test"), st.integers(1, 3))
tidies = st.tuples(st.just("tidy"), st.integers(0, 5))
cancels = st.tuples(st.just("cancel"), st.integers(0, 5))
samples = st.tuples(st.just("sample"), st.just(0))
reads = st.tuples(st.just("read"), st.integers(0, 3))

Deed = tuple[str, int]
everything = st.lists(st.one_of(buys, cancels, tests, tidies, samples, reads), max_size=12)


class Scene:
    """Everything takes a tick; what the record said at each tick is remembered, to be shown later."""

    def __init__(self, stock: int = 30, shows: Shows = Shows.EXACT) -> None:
        self.clock = FakeClock()
        self.till = Till(stock)
        for number in range(3):
            self.till.place(f"early-{number}@example.com")
        reader = FakeReader(lambda: 0, surface=replace(PRODUCT_PAGE, shows=shows))
        self.recorder = recorder(self.clock, reader)
        self.surface = reader.surface
        self.witness = Witness(self.till, MUG, "EUR", self.recorder)
        self.seen: set[str] = set()
        self.said: list[tuple[float, int]] = []
        self.tick()

    def tick(self) -> None:
        self.said.append((self.recorder.now(), self.till.stock))
        self.clock.now += TICK_S
        self.said.append((self.recorder.now(), self.till.stock))

    def look(self) -> None:
        self.witness.sample()
        self.seen |= set(self.till.book)

    def sample(self) -> None:
        self.look()
        self.tick()

    def play(self, deeds: Sequence[Deed], show: Callable[[int], Value] | None = None) -> None:
        """Others' deeds; a reading shows what the record said some ticks ago, or what ``show`` says."""
        for what, much in deeds:
            if what == "buy":
                self.till.place(quantity=much)
            elif what == "cancel":
                standing = [each for each in self.till.orders() if each.open and each.email != ME]
                if standing:
                    self.till.cancel(standing[much % len(standing)].number)
            elif what == "test":
                self.till.place("jrn-other@example.org", quantity=much)
            elif what == "tidy":
                self.tidy(much)
            elif what == "sample":
                self.look()
            else:
                self.read(show(much) if show else self.ago(much * TICK_S))
                continue
            self.tick()

    def tidy(self, which: int) -> None:
        """Another tester takes an order out of the list, which stood there long enough to be seen."""
        theirs = [number for number in self.seen & set(self.till.book) if "other" in self.till.book[number].email]
        if theirs:
            self.till.remove(sorted(theirs)[which % len(theirs)])

    def ago(self, seconds: float) -> Value:
        """What a surface shows that lags by so much."""
        moment = self.recorder.now() - seconds
        value = [value for at, value in self.said if at <= moment] or [self.said[0][1]]
        return self.surface.shows.of(value[-1])

    def read(self, value: Value) -> None:
        asked = self.recorder.now()
        self.tick()
        self.recorder.add(
            Reading(fact=STOCK, surface=self.surface.name, asked=asked, received=self.recorder.now(), value=value)
        )

    def buy(self, others: Sequence[Deed] = (), *, lose: bool = False, double: bool = False) -> Order:
        """Our own order, while others go on."""
        began = self.recorder.now()
        mine = self.till.place(ME, lose=lose)
        if double:
            self.till.place(ME)
        self.tick()
        self.play([deed for deed in others if deed[0] in ("buy", "cancel", "test", "tidy")])
        self.recorder.add(
            Write(
                kind="order",
                outcome=WriteOutcome.ACKED,
                began=began,
                ended=self.recorder.now(),
                email=ME,
                number=mine.number,
                subject=MUG.key,
            )
        )
        effects: tuple[tuple[Fact, int | Money], ...] = (
            (STOCK, -1),
            (orders(), 1),
            (open_orders(), 1),
            (revenue(), mine.total),
            (open_revenue(), mine.total),
        )
        for fact, by in effects:
            self.recorder.add(Expectation(fact=fact, by=by, write=0))
        return mine

    def history(self) -> History:
        return self.recorder.history()
