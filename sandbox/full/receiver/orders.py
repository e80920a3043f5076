"""Orders as the store's REST API tells them to whom it announced them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from sandbox.full.receiver.deliveries import Delivery, Failed, demand
from sandbox.full.receiver.rules import ReceiverRules

ANSWER_WITHIN = 30.0
STANDING = ("n", "p")
UNKNOWN_TOKEN = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One event series: where its API lies, and how its people pay and tell the time."""

    path: str
    currency: str
    zone: ZoneInfo

    def local(self, moment: str) -> datetime:
        """What its people's clocks say then."""
        return datetime.fromisoformat(moment).astimezone(self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Places in one slot; `starts` and `ends` are local, with their distance to UTC."""

    id: str
    name: str
    starts: datetime
    ends: datetime | None
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One order; `total` is as the store writes it, and empty where it was not told, as is `email`."""

    code: str
    email: str
    total: str
    currency: str
    stands: bool
    slots: tuple[Slot, ...]
    """Those of an order that stands."""


class Orders:
    """The orders of one store. `host` is what it knows itself by, wherever it is asked."""

    def __init__(self, *, api: str, host: str, token: str) -> None:
        self._token = token
        self._series: dict[str, Series] = {}
        self._client = httpx.Client(base_url=api, headers={"Host": host}, timeout=ANSWER_WITHIN, trust_env=False)

    def read(self, delivery: Delivery, rules: ReceiverRules) -> Booking | None:
        """The order that the delivery is about, with its slots; None when there is none any more."""
        notice = delivery.notice
        event = f"/api/v1/organizers/{notice.organizer}/events/{notice.event}/"
        order = self._ask(delivery, rules, f"{event}orders/{notice.code}/")
        if order is None:
            return None
        series = self._series_of(delivery, rules, event)
        stands = _field(order, "status", rules) in STANDING
        places = Counter(str(each["subevent"] or "") for each in order["positions"] if stands)
        return Booking(
            code=notice.code,
            email=_field(order, "email", rules),
            total=_field(order, "total", rules),
            currency=series.currency,
            stands=stands,
            slots=tuple(self._slots(delivery, rules, series, places)),
        )

    def _series_of(self, delivery: Delivery, rules: ReceiverRules, event: str) -> Series:
        """Asked for once: it never changes."""
        if event not in self._series:
            told = self._ask(delivery, rules, event)
            if told is None:
                raise Failed(f"the store has orders of {event} and does not know it")
            zone = ZoneInfo(told["timezone"])
            self._series[event] = Series(path=event, currency=told["currency"], zone=zone)
        return self._series[event]

    def _slots(
        self, delivery: Delivery, rules: ReceiverRules, series: Series, places: Mapping[str, int]
    ) -> Iterator[Slot]:
        for slot, count in places.items():
            told = self._ask(delivery, rules, f"{series.path}subevents/{slot}/" if slot else series.path)
            if told is not None:
                yield Slot(
                    id=slot or "event",
                    name=next(iter(told["name"].values()), ""),
                    starts=series.local(told["date_from"]),
                    ends=series.local(told["date_to"]) if told["date_to"] else None,
                    places=count,
                )

    def _ask(self, delivery: Delivery, rules: ReceiverRules, path: str) -> Any:
        token = UNKNOWN_TOKEN if rules.token_expired else self._token
        answer = delivery.ask(self._client, "GET", path, headers={"Authorization": f"Token {token}"})
        missing = demand(answer, httpx.codes.NOT_FOUND).status_code == httpx.codes.NOT_FOUND
        return None if missing else answer.json()


def _field(order: Mapping[str, Any], name: str, rules: ReceiverRules) -> str:
    """As careless as integrations are: what is missing is empty."""
    return str(order.get(rules.renamed.get(name, name)) or "")
