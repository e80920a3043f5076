"""Where webhooks are taken at once and handled later, one after the other: no booking waits for its receiver."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from threading import Condition, Lock
from time import monotonic
from typing import Any

from sandbox.full.receiver.deliveries import Delivery, Failed, Notice, Outcome
from sandbox.full.receiver.entries import Entries
from sandbox.full.receiver.notebook import Notebook
from sandbox.full.receiver.orders import Booking, Orders
from sandbox.full.receiver.rules import ReceiverRules, RulesFile

LOGGED = 2000
"""How many webhooks are remembered."""
LOOK_AGAIN = 0.2
"""Seconds after which it is seen that a rule about waiting has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcer:
    """One store that sends webhooks, and what is kept of its bookings."""

    rules: RulesFile
    orders: Orders
    entries: Entries


class Desk:
    """The webhooks of all stores."""

    def __init__(self, announcers: Mapping[str, Announcer], notebook: Notebook) -> None:
        self._announcers, self._notebook = announcers, notebook
        self._log: deque[Delivery] = deque(maxlen=LOGGED)
        self._waiting: list[Delivery] = []
        self._changed = Condition()
        self._handling = Lock()

    def take(self, store: str, said: dict[str, Any]) -> HTTPStatus:
        """What a webhook is answered, at once; KeyError when nobody of that name sends any."""
        delivery = Delivery(store=store, notice=Notice.of(said))
        rules = self._rules(delivery)
        with self._changed:
            self._log.append(delivery)
            if rules.answers_500:
                delivery.end(Outcome.REFUSED)
                return HTTPStatus.INTERNAL_SERVER_ERROR
            if rules.swallows:
                delivery.end(Outcome.SWALLOWED)
            else:
                self._waiting.append(delivery)
                self._changed.notify()
        return HTTPStatus.OK

    def deliveries(self, code: str | None) -> list[dict[str, Any]]:
        """What became of the webhooks about this order, or about any; the oldest first."""
        with self._changed:
            return [each.as_json() for each in self._log if code in (None, each.notice.code)]

    def empty(self, store: str) -> None:
        """Forget the store's webhooks and what was kept of its bookings. Failed when the calendar does not."""
        announcer = self._announcers[store]
        with self._handling:
            with self._changed:
                self._waiting = [each for each in self._waiting if each.store != store]
                left = [each for each in self._log if each.store != store]
                self._log = deque(left, maxlen=LOGGED)
            self._notebook.forget(store)
            announcer.entries.empty()

    def work(self) -> None:
        """Handle webhooks for as long as the process lives."""
        while True:
            with self._changed:
                if not self._due():
                    self._changed.wait(LOOK_AGAIN if self._waiting else None)
            with self._handling:
                delivery = self._next()
                if delivery:
                    self._handle(delivery)

    def _next(self) -> Delivery | None:
        with self._changed:
            due = self._due()
            if due:
                self._waiting.remove(due)
            return due

    def _due(self) -> Delivery | None:
        now = monotonic()
        return next((each for each in self._waiting if each.came + self._rules(each).delay_s <= now), None)

    def _rules(self, delivery: Delivery) -> ReceiverRules:
        return self._announcers[delivery.store].rules.now().of(delivery.notice.action)

    def _handle(self, delivery: Delivery) -> None:
        """Whatever happens, the next webhook is handled as well."""
        try:
            self._pass_on(delivery, self._announcers[delivery.store], self._rules(delivery))
            delivery.end(Outcome.HANDLED)
        except Failed as error:
            delivery.end(Outcome.FAILED, str(error))
        except Exception as error:
            delivery.end(Outcome.FAILED, repr(error))

    def _pass_on(self, delivery: Delivery, announcer: Announcer, rules: ReceiverRules) -> None:
        """All is read before anything is written."""
        booking = announcer.orders.read(delivery, rules)
        if booking is None:
            announcer.entries.drop(delivery.notice.code, delivery)
            self._notebook.forget(delivery.store, delivery.notice.code)
            return
        self._notebook.keep_customer(
            delivery.store,
            booking.code,
            copies=2 if rules.handles_twice else 1,
            email=booking.email,
            total=_amount(booking, rules),
            currency=booking.currency,
            status="booked" if booking.stands else "cancelled",
        )
        if not rules.no_entry:
            announcer.entries.keep(booking, delivery, rules)


def _amount(booking: Booking, rules: ReceiverRules) -> str | None:
    if not booking.total:
        return None
    return str(Decimal(booking.total) * 100) if rules.amounts_in_cents else booking.total
