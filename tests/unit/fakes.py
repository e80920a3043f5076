"""Small fakes of what a run needs of the world: a clock, a store's till, surfaces, layers, visitors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from histories import PRODUCT_PAGE, history, order

from journeys.model import (
    BROWSER_HTTP_CACHE,
    SERVICE_WORKER,
    Confirmation,
    Money,
    Order,
    Step,
    Subject,
    Surface,
    Value,
)
from journeys.run.ports import Clears, Copy, Place, Seen, Store, Undone
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
        self.numbers_gone = 0
        self.heals: Callable[[], None] | None = None

    def place(self, email: str = "somebody@example.com", quantity: int = 1, *, lose: bool = False) -> Order:
        number = f"N{len(self.book) + self.numbers_gone + 1}"
        self.book[number] = order(number, email=email, quantity=quantity)
        self.stock -= 0 if lose else quantity
        return self.book[number]

    def cancel(self, number: str) -> None:
        standing = self.book[number]
        self.book[number] = replace(standing, open=False)
        self.stock += standing.quantity_of("mug")

    def remove(self, number: str) -> None:
        """As if it had never been: what stood is given back."""
        if self.book[number].open:
            self.cancel(number)
        self.numbers_gone += 1
        del self.book[number]

    def about(self, subject: Subject, *, gently: bool) -> Mapping[str, Value]:
        if self.heals is not None:
            if gently:
                return {"price": subject.price}
            self.heals()
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
    """A cache: it keeps what came through it until it is cleared or its lifetime is over.

    ``open`` says that there is a door behind it; ``instances`` answer in turn; ``sure`` whether it tells its ages.
    """

    name: str
    clock: FakeClock
    clears: Clears = Clears.NARROW
    personal: bool = False
    lifetime_s: float = float("inf")
    open: bool = True
    instances: tuple[str, ...] = ()
    sure: bool = True
    asked_directly: Callable[[], Value] | None = None
    lags: Callable[[], bool] = lambda: False
    held: dict[object, tuple[float, Value]] = field(default_factory=dict)
    cleared: int = 0
    turn: int = 0

    def through(self, visitor: FakeVisitor, inner: Callable[[], Value], instance: str = "") -> Value:
        if self.name == SERVICE_WORKER and visitor.bypassing:
            return inner()
        if self.instances and not instance:
            instance = self.instances[self.turn % len(self.instances)]
            self.turn += 1
        owner = visitor.owner(self.name) if self.personal else instance
        since, value = self.held.get(owner, (float("-inf"), None))
        if value is not None and self.clock.now - since < self.lifetime_s:
            visitor.served = visitor.served or self.personal
        else:
            since, value = self.held[owner] = self.clock.now, inner()
        return value

    def door(self, instance: str = "") -> str:
        return f"{self.name}/{instance}" if self.open and not self.personal else ""

    def copy(self, place: Place, visitor: FakeVisitor, evidence: Mapping[str, str]) -> Copy | None:
        owner = visitor.owner(self.name) if self.personal else evidence.get("through", "")
        if not self.sure or owner not in self.held:
            return None
        age = self.clock.now - self.held[owner][0]
        return Copy(age_s=age, left_s=self.lifetime_s - age)

    def holds(self, place: Place) -> Value | None:
        return self.asked_directly() if self.asked_directly else None

    def behind(self) -> bool:
        return self.lags()

    def clear(self, place: Place, visitor: FakeVisitor, instance: str = "") -> str:
        self.cleared += 1
        owners = [visitor.owner(self.name)] if self.personal else [instance] if instance else list(self.held)
        for owner in owners:
            self.held.pop(owner, None)
        return f"{self.name} of {place.url}"


class FakeVisitor:
    def __init__(self, others: list[FakeVisitor] | None = None) -> None:
        self.others = others if others is not None else []
        self.closed = False
        self.bypassing = False
        self.emptied = 0
        self.served = False

    def owner(self, layer: str) -> object:
        return id(self), self.emptied if layer == BROWSER_HTTP_CACHE else layer

    def fresh(self) -> FakeVisitor:
        other = FakeVisitor(self.others)
        self.others.append(other)
        return other

    def clear_http_cache(self) -> None:
        self.emptied += 1

    @contextmanager
    def past_service_worker(self) -> Iterator[None]:
        self.bypassing = True
        yield
        self.bypassing = False

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

    def read(self, subject: Subject, visitor: FakeVisitor, at: str = "") -> Seen:
        self.times += 1
        name, _, instance = at.partition("/")
        names = [layer.name for layer in self.layers]
        first = names.index(name) + (not instance) if at else 0

        def through(layers: tuple[FakeLayer, ...], instance: str = "") -> Value:
            return layers[0].through(visitor, lambda: through(layers[1:]), instance) if layers else self.source()

        visitor.served = False
        value = through(self.layers[first:], instance)
        kept = {"source": "disk cache"} if visitor.served else {}
        return Seen(value=value, evidence={"age": "7"} | kept | ({"through": instance} if instance else {}))

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
