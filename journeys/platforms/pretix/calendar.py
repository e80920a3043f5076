"""What pretix believes that it booked: orders by slot, and how many places each slot has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from journeys.audit.model import Balance, Period
from journeys.audit.moments import around
from journeys.audit.pages import Page, Pages, Reading, Row, print_of
from journeys.audit.tables import BOOKINGS, SLOTS
from journeys.model import StoreFault
from journeys.platforms.backend import Backend
from journeys.platforms.connection import Connection
from journeys.platforms.pretix.connect import api_of, series_of
from journeys.platforms.pretix.names import Series, everything
from journeys.platforms.pretix.parsing import utc

_SIZE: Final = "50"
_AT_ONCE: Final = 5_000
_STANDING: Final = ("n", "p")
_IN_ONE: Final = 50
"""How many slots are named in one question for their quotas."""
_SKEW: Final = timedelta(minutes=5)
"""How far the clocks of the store and of the tester may be apart."""
_WHOLE: Final = "event"
"""The slot of an event that is no series."""
# An order with less than this would take ten times as long to be written out.
_FIELDS: Final = (
    "code", "status", "testmode", "last_modified", "positions.subevent", "positions.item", "positions.canceled",
    "positions.addon_to",
)  # fmt: skip


def connect(connection: Connection, folder: Path) -> PretixCalendar:
    """The bookings and slots of one event series, or of one event; pages are kept in the folder until all are read.

    Options: ``organizer`` and ``event`` as in the store's URLs. Orders in test mode count only while all of the event
    is in test mode. TesterFault when the configuration lacks something.
    """
    return PretixCalendar(
        name=connection.name,
        series=series_of(connection),
        api=api_of(connection),
        pages=Pages(folder=folder),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PretixCalendar:
    """A row for each order and slot, one more for what was cancelled of it; slots with what their quotas allow."""

    name: str
    series: Series
    api: Backend
    pages: Pages

    def tables(self) -> tuple[str, ...]:
        """Both."""
        return ("bookings", "slots")

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        """What starts in the period or a day around it; StoreFault or AccessDenied when the store cannot be asked."""
        if table == "slots":
            return _batches(self._slots(around(period)), SLOTS)
        return _batches(self._bookings(around(period)), BOOKINGS) if table == "bookings" else ()

    def balances(self, period: Period) -> tuple[Balance, ...]:
        """None: bookings are places here, not money."""
        return ()

    def close(self) -> None:
        """Close the connections."""
        self.api.close()

    def _bookings(self, window: tuple[datetime, datetime]) -> Iterator[Mapping[str, Any]]:
        event = self._event()
        slots = {_key(each): each for each in self._told(event, window)}
        with self._orders(event, window) as orders:
            for order in orders:
                if not order["testmode"] or event["testmode"]:
                    yield from self._of(order, slots)

    def _of(self, order: Row, slots: Mapping[str, Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Add-ons take no place of their own."""
        stands = order["status"] in _STANDING
        places = Counter(
            (str(each["subevent"] or _WHOLE), stands and not each["canceled"])
            for each in order["positions"]
            if not each["addon_to"]
        )
        for (key, standing), count in places.items():
            if key in slots:
                yield {
                    "place": f"order {order['code']} slot {key}" + ("" if standing else " (cancelled)"),
                    "code": order["code"],
                    **self._times(slots[key]),
                    "written": slots[key]["date_from"],
                    "places": count,
                    "standing": standing,
                    "slot": key,
                    "made": _moment(order["last_modified"]),
                }

    def _slots(self, window: tuple[datetime, datetime]) -> Iterator[Mapping[str, Any]]:
        told = self._told(self._event(), window)
        products = {each["id"] for each in everything(self.api, "items/") if each["active"]}
        for begin in range(0, len(told), _IN_ONE):
            part = told[begin : begin + _IN_ONE]
            quotas = self._quotas(part)
            for slot in part:
                key = _key(slot)
                yield {
                    "place": f"slot {key}",
                    "slot": key,
                    **self._times(slot),
                    "capacity": capacity(quotas.get(key, []), products),
                }

    def _quotas(self, slots: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
        ids = ",".join(str(each["id"]) for each in slots if "id" in each)
        found: dict[str, list[Mapping[str, Any]]] = {}
        for quota in everything(self.api, "quotas/", **({"subevent__in": ids} if ids else {})):
            found.setdefault(str(quota["subevent"] or _WHOLE), []).append(quota)
        return found

    def _times(self, slot: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            "title": self.series.words(slot["name"]),
            "starts": _moment(slot["date_from"]),
            "ends": _moment(slot["date_to"]) if slot["date_to"] else None,
        }

    def _event(self) -> Mapping[str, Any]:
        event: Mapping[str, Any] | None = self.api.get("")
        if event is None:
            raise StoreFault(f"{self.name}: the store has no event {self.series.organizer}/{self.series.event}")
        return event

    def _told(self, event: Mapping[str, Any], window: tuple[datetime, datetime]) -> list[Mapping[str, Any]]:
        """The slots that start in this time; an event that is no series is one slot."""
        if not event["has_subevents"]:
            return [{each: event[each] for each in ("name", "date_from", "date_to")}]
        asked = {"date_from_after": utc(window[0]), "date_from_before": utc(window[1]), "ordering": "id"}
        found = everything(self.api, "subevents/", **asked)
        return [each for each in found if window[0] <= _moment(each["date_from"]) < window[1]]

    def _orders(
        self, event: Mapping[str, Any], window: tuple[datetime, datetime]
    ) -> AbstractContextManager[Iterator[Row]]:
        """The orders with a place in one of these slots, and what was cancelled of them, oldest first."""
        asked: dict[str, str | tuple[str, ...]] = {"page_size": _SIZE, "ordering": "datetime", "include": _FIELDS}
        asked["include_canceled_positions"] = "true"
        if event["has_subevents"]:
            asked |= {"subevent_after": utc(window[0]), "subevent_before": utc(window[1])}

        def ask(cursor: str, began: datetime) -> Page:
            said = self._ask(asked | {"page": cursor or "1", "created_before": began.isoformat()})
            following = str(int(cursor or 1) + 1) if said["next"] else ""
            return Page(rows=said["results"], next=following, total=said["count"])

        def changed(reading: Reading) -> str:
            known = reading.prints
            now = self._ask(asked | {"page_size": "1", "created_before": reading.began.isoformat()})["count"]
            if now != len(known):
                return f"there were {len(known)} orders, and then {now}"
            touched = everything(self.api, "orders/", **(asked | {"modified_since": utc(reading.began - _SKEW)}))
            other = (each["code"] for each in touched if known.get(each["code"], print_of(each)) != print_of(each))
            return next((f"order {code} changed meanwhile" for code in other), "")

        words = f"{utc(window[0])} to {utc(window[1])}"
        question = f"{self.name}: bookings of {self.series.organizer}/{self.series.event}, {words}"
        return self.pages.read(question, ask, _code, changed)

    def _ask(self, asked: Mapping[str, str | tuple[str, ...]]) -> Mapping[str, Any]:
        said: Mapping[str, Any] | None = self.api.ask("GET", "orders/", params=asked)
        if said is None:
            raise StoreFault(f"{self.name}: a page of orders is gone")
        return said


def capacity(quotas: Sequence[Mapping[str, Any]], products: Set[int]) -> int | None:
    """How many places quotas leave at most; None where any number may be booked.

    Each product that can be booked counts in its quotas; so no more fits than those that count all of them allow, and
    no more than all together. None too where no quota counts a product: pretix sells none then.
    """
    counted = {each["id"]: products & {*each["items"]} for each in quotas}
    bookable = set().union(*counted.values())
    if not bookable:
        return None
    whole = [each["size"] for each in quotas if each["size"] is not None and counted[each["id"]] == bookable]
    sizes = [each["size"] for each in quotas if counted[each["id"]]]
    together = [sum(sizes)] if None not in sizes else []
    return min((*whole, *together), default=None)


def _batches(rows: Iterator[Mapping[str, Any]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    while part := [*islice(rows, _AT_ONCE)]:
        yield pa.RecordBatch.from_pylist(part, schema=schema)


def _key(slot: Mapping[str, Any]) -> str:
    return str(slot.get("id", _WHOLE))


def _code(order: Row) -> str:
    return str(order["code"])


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)
