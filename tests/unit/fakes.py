"""Small fakes of what a run needs of the world: a clock, a store's till, surfaces, layers, visitors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from histories import PRODUCT_PAGE, history, order

from journeys.model import Confirmation, Money, Order, Step, Subject, Surface, Value
from journeys.run.ports import Clears, Place, Seen, Store, Undone
from journeys.run.recorder import Recorder

MUG = Subject(key="mug", title="Mug", price=Money.of("12.50", "EUR"))


class FakeClock:
    """Time stands still until somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def utc(self) -> datetime:
        return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Till:
    """A store's record: stock and orders. ``lose`` forgets to take from the stock, ``double`` takes an order twice."""

    def __init__(self, stock: int = 10) -> None:
        self.stock = stock
        self.book: dict[str, Order] = {}
        self.during: list[Callable[[], Any]] = []
        self.broken: Exception | None = None
        self.undone: list[tuple[str, str]] = []

    def place(self, email: str = "somebody@example.com", quantity: int = 1, *, lose: bool = False) -> Order:
        number = f"N{len(self.book) + 1}"
        self.book[number] = order(number, email=email, quantity=quantity)
        self.stock -= 0 if lose else quantity
        return self.book[number]

    def cancel(self, number: str) -> None:
        standing = self.book[number]
        self.book[number] = replace(standing, open=False)
        self.stock += standing.quantity_of("mug")

    def about(self, subject: Subject) -> Mapping[str, Value]:
        seen = self.stock
        if self.during:
            self.during.pop(0)()
        return {"availability": seen, "price": subject.price}

    def orders(self) -> tuple[Order, ...]:
        if self.broken:
            raise self.broken
        return tuple(self.book.values())

    def confirmation(self, number: str) -> Confirmation | None:
        return Confirmation(number=number) if number in self.book else None

    def amounts(self, number: str) -> Mapping[str, Money]:
        return {}

    def undo(self, kind: str, target: str) -> Undone:
        self.undone.append((kind, target))
        standing = [each.number for each in self.book.values() if each.open and each.email == target]
        for number in standing:
            self.cancel(number)
        return Undone(cancelled=tuple(standing))


@dataclass
class FakeLayer:
    """A cache: it keeps what came through it until it is cleared or its lifetime is over."""

    name: str
    clock: FakeClock
    clears: Clears = Clears.NARROW
    personal: bool = False
    lifetime_s: float = float("inf")
    held: dict[int, tuple[float, Value]] = field(default_factory=dict)
    cleared: int = 0

    def through(self, visitor: FakeVisitor, inner: Callable[[], Value]) -> Value:
        owner = id(visitor) if self.personal else 0
        since, value = self.held.get(owner, (float("-inf"), None))
        if value is None or self.clock.now - since >= self.lifetime_s:
            since, value = self.held[owner] = self.clock.now, inner()
        return value

    def clear(self, place: Place, visitor: FakeVisitor) -> str:
        self.cleared += 1
        self.held.pop(id(visitor) if self.personal else 0, None)
        return f"{self.name} of {place.url}"


class FakeVisitor:
    def __init__(self, others: list[FakeVisitor] | None = None) -> None:
        self.others = others if others is not None else []
        self.closed = False

    def fresh(self) -> FakeVisitor:
        other = FakeVisitor(self.others)
        self.others.append(other)
        return other

    def close(self) -> None:
        self.closed = True


class FakeReader:
    """A surface that shows what comes through its layers, outermost first."""

    def __init__(
        self,
        source: Callable[[], Value],
        layers: tuple[FakeLayer, ...] = (),
        *,
        surface: Surface = PRODUCT_PAGE,
        channel: Literal["browser", "http"] = "browser",
    ) -> None:
        self.surface = replace(surface, path=tuple(layer.name for layer in layers))
        self.channel = channel
        self.source = source
        self.layers = layers
        self.times = 0

    def read(self, subject: Subject, visitor: FakeVisitor) -> Seen:
        self.times += 1

        def through(layers: tuple[FakeLayer, ...]) -> Value:
            return layers[0].through(visitor, lambda: through(layers[1:])) if layers else self.source()

        return Seen(value=through(self.layers), evidence={"age": "7"})

    def place(self, subject: Subject) -> Place:
        return Place(url=f"/{subject.key}")


class FakeWatcher:
    def __init__(self) -> None:
        self.told: list[str] = []

    def step_began(self, name: str) -> None:
        self.told.append(f"began {name}")

    def step_ended(self, step: Step) -> None:
        self.told.append(f"{step.name} {step.outcome}")


def recorder(clock: FakeClock, *readers: FakeReader, path: Path | None = None) -> Recorder:
    surfaces = tuple(reader.surface for reader in readers)
    return Recorder(replace(history().heading, surfaces=surfaces), clock, path)


def store(till: Till, *readers: FakeReader, layers: tuple[FakeLayer, ...] = ()) -> Store:
    return Store(
        name="shop",
        kind="shop",
        platform="fake",
        url="http://shop.example",
        locale="en_GB",
        currency="EUR",
        writes=True,
        subjects={"plenty": (MUG,)},
        means={},
        pages=lambda session: session,
        record=till,
        readers=readers,
        confirmers=(),
        layers=layers,
        close=lambda: None,
    )
