"""The witness: it samples the record, so that every reading can be compared with what was true around it."""

from __future__ import annotations

from collections.abc import Mapping

from journeys.customers import synthetic
from journeys.model import Money, Order, Sample, Subject, Value
from journeys.run.ports import Record
from journeys.run.recorder import Recorder

_TRIES = 4


class Witness:
    """Samples one store's record about one subject."""

    def __init__(self, record: Record, subject: Subject, currency: str, recorder: Recorder) -> None:
        self._record = record
        self._subject = subject
        self._currency = currency
        self._recorder = recorder
        self._first: Mapping[str, Order] | None = None
        self._testers: dict[str, Order] = {}

    def sample(self, *, gently: bool = False) -> Sample:
        """A sample of the record, added to the history; ``gently`` where asking must not disturb what surfaces show."""
        return self._recorder.add(self.taken(gently=gently))

    def taken(self, *, gently: bool = False) -> Sample:
        """A sample that stays out of the history; taken again, a few times, while orders come and go."""
        for _ in range(_TRIES):
            asked = self._recorder.now()
            before = self._record.orders()
            about = self._record.about(self._subject, gently=gently)
            after = self._record.orders()
            steady = before == after
            if steady:
                break
        return self._put(asked, about, after, steady)

    def _put(self, asked: float, about: Mapping[str, Value], orders: tuple[Order, ...], steady: bool) -> Sample:
        if self._first is None:
            self._first = {order.number: order for order in orders}
        first, removed = self._first, self._removed(orders)
        known = (*orders, *removed)
        values: dict[str, Value] = {f"{kind}:{self._subject.key}": value for kind, value in about.items()}
        return Sample(
            asked=asked,
            received=self._recorder.now(),
            values=values | self._sales(orders),
            placed=tuple(order for order in known if order.number not in first),
            cancelled=tuple(o for o in known if not o.open and o.number in first and first[o.number].open),
            removed=removed,
            steady=steady,
        )

    def _removed(self, orders: tuple[Order, ...]) -> tuple[Order, ...]:
        """What other testers had in the list and took out of it; anybody else's order that vanishes is lost."""
        marker = self._recorder.heading.run
        listed = {each.number: each for each in orders if synthetic(each.email) and marker not in each.email}
        self._testers |= listed
        return tuple(each for number, each in self._testers.items() if number not in listed)

    def _sales(self, orders: tuple[Order, ...]) -> dict[str, Value]:
        standing = [order for order in orders if order.open]
        return {
            "orders": len(orders),
            "revenue": Money.total((order.total for order in orders), self._currency),
            "open orders": len(standing),
            "open revenue": Money.total((order.total for order in standing), self._currency),
            "places sold": sum(order.quantity for order in standing),
        }
