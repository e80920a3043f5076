"""A modest stream of orders and cancellations by other customers, which ends with nothing left standing."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from threading import Event, Thread
from types import TracebackType
from typing import Final
from uuid import uuid4

from journeys import stores
from journeys.config import Config, ConfigError
from journeys.customers import MAIL_DOMAIN, MARKER_PREFIX, make_customer
from journeys.load.buyers import Buyer, OscarBuyer, PretixBuyer
from journeys.model import JourneyError, Residue, Subject, TesterFault
from journeys.run.clock import Clock, SystemClock
from journeys.run.compensate import compensate
from journeys.run.journal import Compensation, Journal
from journeys.run.ports import Store

_BUYERS: Final[dict[str, Callable[..., Buyer]]] = {"oscar": OscarBuyer, "pretix": PretixBuyer}
_EVERY_S: Final = 0.7
_STANDING: Final = 5
_OF_ONE: Final = 2
"""How many of their orders stand at a time, in all and of one subject: nothing is ever sold out by them."""
_FAILURES: Final = 5


@dataclass(slots=True, kw_only=True)
class _Standing:
    """One order that may stand; without a number while its reply has not come."""

    subject: str
    promised: Compensation
    number: str = ""


class Load:
    """Use it as a context manager: it buys and cancels beside the run, and cancels the rest at the end.

    Every order is promised to be undone, on disk, before it is placed. ``placed`` and ``cancelled`` count what was
    done; ``residue`` is what could not be undone. At the end a load that could not go on raises TesterFault, since what
    was seen meanwhile was not seen under load.
    """

    def __init__(
        self, *, store: Store, buyer: Buyer, journal: Journal, clock: Clock, seed: int = 0, every_s: float = _EVERY_S
    ) -> None:
        self._store, self._buyer, self._journal, self._clock = store, buyer, journal, clock
        self._every_s = every_s
        self._chance = random.Random(seed)
        self._run = uuid4().hex[:10]
        self._numbers = count(1)
        self._standing: deque[_Standing] = deque()
        self._enough = Event()
        self._thread = Thread(target=self._go_on, name=f"load of {store.name}", daemon=True)
        self._failures: list[str] = []
        self.placed = 0
        self.cancelled = 0
        self.residue: tuple[Residue, ...] = ()
        self._subjects = tuple(subject for role in buyer.roles for subject in store.subjects.get(role, ()))
        if not self._subjects:
            raise TesterFault(f"store {store.name} has no subject for a load: name some of {', '.join(buyer.roles)}")

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._enough.set()
        self._thread.join()
        self._undo()
        if kind is None and self._gave_up():
            raise TesterFault(f"the load of {self._store.name} could not go on: {self._failures[-1]}")

    def _go_on(self) -> None:
        """Buy at this rate; when enough orders stand, somebody changes their mind."""
        while not self._enough.wait(self._every_s) and not self._gave_up():
            try:
                self._change() if len(self._standing) >= _STANDING else self._buy()
            except JourneyError as error:
                self._failures.append(str(error))
            except Exception as error:  # a thread that dies silently would be a load that is not there
                self._failures += [f"the tester stumbled: {type(error).__name__}: {error}"] * _FAILURES
            else:
                self._failures.clear()

    def _gave_up(self) -> bool:
        return len(self._failures) >= _FAILURES

    def _buy(self) -> None:
        subject = self._wanted()
        email = f"{MARKER_PREFIX}-load-{self._run}-{next(self._numbers)}@{MAIL_DOMAIN}"
        someone = make_customer(seed=self._chance.randrange(10**6), run=self._run, locale=self._store.locale)
        promised = self._journal.plan(run=self._run, store=self._store.name, kind="orders", target=email)
        order = _Standing(subject=subject.key, promised=promised)
        self._standing.append(order)  # also when the reply is lost: the order may stand
        order.number = self._buyer.buy(subject, replace(someone, email=email))
        self.placed += 1

    def _wanted(self) -> Subject:
        taken = Counter(order.subject for order in self._standing)
        free = [subject for subject in self._subjects if taken[subject.key] < _OF_ONE]
        return self._chance.choice(free or self._subjects)

    def _change(self) -> None:
        """The oldest order is cancelled as customers do it: it does not vanish from the list of orders."""
        order = self._standing[0]
        if order.number:
            self._buyer.cancel(order.number)
            self._journal.done(order.promised)
            self.cancelled += 1
            self._standing.popleft()
        else:
            self._standing.rotate(-1)

    def _undo(self) -> None:
        promised = [order.promised for order in self._standing]
        cancelled, left = compensate(reversed(promised), self._store.record, self._journal, self._clock)
        self.cancelled += len(cancelled)
        self.residue = tuple(each for each in left if not each.benign)


@contextmanager
def loaded(config: Config, name: str, journal: Journal, *, seed: int = 0) -> Iterator[Load]:
    """Other customers in the store of that name, over connections of their own."""
    settings = config.stores.get(name)
    if settings is None or settings.platform not in _BUYERS:
        raise ConfigError(f"no load is known for store {name}; it is for stores on {', '.join(sorted(_BUYERS))}")
    if not settings.may_write:
        raise ConfigError(f"a load writes, and store {name} is read-only: set writes = true in [stores.{name}]")
    connection = stores.connection_of(config, name)
    with (
        stores.opened(config, name) as store,
        closing(_BUYERS[settings.platform](connection)) as buyer,
        Load(store=store, buyer=buyer, journal=journal, clock=SystemClock(), seed=seed) as load,
    ):
        yield load
