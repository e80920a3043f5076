"""A theatre with a fake browser in which third parties spoil a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from fakes import MUG, FakeClock, Till, recorder, store
from histories import euro

from journeys.customers import Customer, make_customer
from journeys.model import Confirmation, JourneyError, Money, PageChanged, PageError, Request
from journeys.run.journey import journey
from journeys.run.race import Entrant
from journeys.run.rehearse import Theatre
from journeys.run.run import Run

GUEST = make_customer(seed=1, run="1", locale="en_GB")
SHOP = "http://shop.example"
TAGS = tuple(f"https://tag{i}.example" for i in range(8))


def request(origin: str = SHOP, *, kind: str = "document", **more: Any) -> Request:
    plain = Request(ours=origin == SHOP, origin=origin, path="/", kind=kind, began=0.0, took_s=0.1, status=200)
    return replace(plain, **more)


def script(origin: str, **more: Any) -> Request:
    return request(origin, kind="script", **more)


@dataclass
class FakeSession:
    """A browser whose pages are what ``world`` says of the third parties that are not blocked."""

    email: str
    clock: FakeClock
    blocked: tuple[str, ...] = ()
    patience_s: float = 10.0
    closed: bool = False
    told: list[Request | PageError] = field(default_factory=list)

    def block(self, origins: Iterable[str]) -> None:
        self.blocked = tuple(origins)

    def wait_at_most(self, seconds: float) -> None:
        self.patience_s = seconds

    def present(self) -> set[str]:
        return set(TAGS) - set(self.blocked)

    def seen(self, home: str, at: Callable[[datetime], float]) -> tuple[Request | PageError, ...]:
        told, self.told = self.told, []
        return tuple(told)

    def answered(self) -> datetime | None:
        return None

    def close(self) -> None:
        self.closed = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    pages: FakeSession
    means: Mapping[str, str]


class Rehearsed:
    """A theatre, all sessions that it opened, and what goes wrong on the way: before, in and after ``take``."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.till = Till()
        self.sessions: list[FakeSession] = []
        self.promised: list[tuple[str, str]] = []
        self.bought = 0
        self.look: Callable[[FakeSession], Money] = lambda session: euro("12.50")
        self.take: Callable[[FakeSession], None] = lambda session: None
        self.recorder = recorder(clock)
        self.theatre = Theatre(
            journey=self._journey(),
            store=replace(store(self.till), url=SHOP),
            subject=MUG,
            customer=GUEST,
            stage=self,  # type: ignore[arg-type]
            clock=clock,
            recorder=self.recorder,
            plan=lambda kind, target: self.promised.append((kind, target)),
        )

    def session(self, email: str, marker: str) -> FakeSession:
        self.sessions.append(FakeSession(email, self.clock))
        return self.sessions[-1]

    def explain(self, error: Exception, session: object = None) -> JourneyError:
        return error if isinstance(error, JourneyError) else PageChanged(str(error))

    @property
    def racing(self) -> Any:
        """Another journey, of two customers who want the same."""

        @journey("two guests want the last mug", store=Stall)
        def race(run: Run, stall: Stall, customer: Customer) -> None:
            rival, _ = run.rival()
            with run.step("race"):
                run.race("order", *(self._entrant(each) for each in (customer, rival)))

        return race

    def _entrant(self, customer: Customer) -> Entrant:
        def submit(at: datetime) -> None:
            self.bought += 1

        return Entrant(customer=customer, submit=submit, finish=lambda: Confirmation(number="N1"))

    def _journey(self) -> Any:
        @journey("a guest buys a mug", store=Stall)
        def buy(run: Run, stall: Stall, customer: Customer) -> None:
            with run.step("look"):
                stall.pages.told.append(request())
                run.shown("price tag", self.look(stall.pages))
            with run.step("take"):
                run.leaves("cart", customer.email)
                stall.pages.told += [request(status=302), request()]
                self.take(stall.pages)
            with run.step("order"), run.write("order", by=customer) as order:
                self.bought += 1
                order.acked(Confirmation(number="N1", total=euro("12.50")))

        return buy
