"""Delivering what is in the outbox: each notice to each receiver, again and again until it has arrived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event
from typing import Final
from uuid import uuid4

import sqlalchemy as sa

from journeys.model import TesterFault
from journeys.probes.alerts import outbox
from journeys.probes.alerts.outbox import Delivered, Entry
from journeys.probes.alerts.receivers import Forgetful, Receiver, Undelivered
from journeys.probes.database import reading
from journeys.run.clock import Clock, SystemClock
from journeys.run.settle import beats

_EVERY_S: Final = 1.0


class Delivery:
    """One process's part in delivering; several share the work, and take over from one that died.

    ``say`` is told what did not arrive.
    """

    def __init__(
        self,
        engine: sa.Engine,
        receivers: Mapping[str, Receiver],
        *,
        clock: Clock | None = None,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._engine = engine
        self._receivers = receivers
        self._clock = clock or SystemClock()
        self._say = say
        self._me = uuid4().hex  # one per process: another process of the same pid is not this one
        self._arrived: set[int] = set()
        self._next_reminder: dict[str, float] = {}

    def until(self, over: Event, every_s: float = _EVERY_S) -> None:
        """Deliver what is due, again and again until it is over; a database that is away for a while is waited for."""
        for _ in beats(over, every_s):
            try:
                self.once()
            except (TesterFault, sa.exc.DBAPIError) as error:
                self._say(f"alerts wait in the outbox: {error}")

    def once(self) -> int:
        """Deliver what is due now; how many notices have arrived."""
        now = self._now()
        with reading(self._engine) as connection:
            due = outbox.waiting(connection, now)
        arrived = 0
        for name, receiver in self._receivers.items():
            if name in due or self._must_be_reminded(name, receiver, now):
                arrived += self._serve(name, receiver)
        return arrived

    def _serve(self, name: str, receiver: Receiver) -> int:
        """Speak to one receiver, alone; nothing while another process does."""
        arrived = 0
        while (entry := self._leased_entry(name)) is not None:
            arrived += self._deliver(receiver, entry)
        self._remind(name, receiver)
        with self._engine.begin() as connection:
            outbox.release(connection, name, self._me)
        return arrived

    def _leased_entry(self, name: str) -> Entry | None:
        """The next one, with a lease that begins anew for it; None when there is none, or another process speaks."""
        now = self._now()
        with self._engine.begin() as connection:
            if not outbox.lease(connection, name, self._me, now):
                return None
            return outbox.next_due(connection, name, now)

    def _deliver(self, receiver: Receiver, entry: Entry) -> bool:
        """Whether it has arrived; what is known to have arrived is not sent again, if only that could not be noted."""
        if entry.id not in self._arrived:
            try:
                receiver.deliver(entry.notice)
            except Undelivered as error:
                self._failed(entry, str(error), retry=error.retry)
                return False
            except Exception as error:  # a receiver's own mistake must not keep the others waiting
                self._failed(entry, f"{type(error).__name__} in the receiver itself", retry=True)
                return False
            self._arrived.add(entry.id)
        with self._engine.begin() as connection:
            outbox.delivered(connection, entry, self._now())
        self._arrived.discard(entry.id)
        return True

    def _failed(self, entry: Entry, why: str, *, retry: bool) -> None:
        with self._engine.begin() as connection:
            state = outbox.failed(connection, entry, why, self._now(), retry=retry)
        ending = "given up" if state is Delivered.GIVEN_UP else "it is tried again"
        self._say(f"{entry.receiver}: {entry.notice.key} did not arrive ({why}); {ending}")

    def _must_be_reminded(self, name: str, receiver: Receiver, now: float) -> bool:
        return isinstance(receiver, Forgetful) and now >= self._next_reminder.get(name, 0.0)

    def _remind(self, name: str, receiver: Receiver) -> None:
        """Remind a receiver that forgets, if nobody else has; what does not arrive does so with the next reminder."""
        now = self._now()
        if not isinstance(receiver, Forgetful) or not self._must_be_reminded(name, receiver, now):
            return
        with self._engine.begin() as connection:
            if not outbox.lease(connection, name, self._me, now):
                return
            last = outbox.kept_up(connection, name)
            due = now - last >= receiver.remind_s
            standing = outbox.standing_at(connection, name) if due else ()
            if due:
                outbox.keeps_up(connection, name, now)
        self._next_reminder[name] = (now if due else last) + receiver.remind_s
        if standing:
            try:
                receiver.remind(standing)
            except Undelivered as error:
                self._say(f"{name}: not reminded of what stands ({error})")

    def _now(self) -> float:
        return self._clock.utc().timestamp()
