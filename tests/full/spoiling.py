"""What can go wrong between bookings and the calendar, done to the real ones: events taken, added, moved, kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
from trades import Planted
from trading import DELIVERED_WITHIN_S, Office

from journeys.audit.model import Flaw
from sandbox import waiting

_START = re.compile(r"^(DTSTART|DTEND)[^:\r\n]*:(\d{8}T\d{6})Z", re.MULTILINE)
_WRITTEN = "%Y%m%dT%H%M%S"
BERLIN = timedelta(hours=1)
"""By how much Berlin's clocks are ahead of UTC in winter."""
FAR = timedelta(days=9, hours=20)
"""More than any clocks differ, and into no other slot."""


@dataclass(slots=True, kw_only=True)
class Calendar:
    """The staff's calendar, event by event; ``undo`` puts back what was there."""

    url: str
    user: str
    password: str = field(repr=False)

    def files(self) -> list[str]:
        """The names of all events."""
        told = self._ask("PROPFIND", "", headers={"Depth": "1"}).text
        return re.findall(rf"{re.escape(httpx.URL(self.url).path)}([^<]+\.ics)<", told)

    def read(self, name: str) -> str:
        """One event, as it is written."""
        return self._ask("GET", name).text

    def write(self, name: str, text: str) -> None:
        """Put an event there, whether there was one or not."""
        self._ask("PUT", name, content=text.encode(), headers={"Content-Type": "text/calendar; charset=utf-8"})

    def take(self, name: str) -> None:
        """Take an event away."""
        self._ask("DELETE", name)

    def _ask(self, method: str, name: str, **how: object) -> httpx.Response:
        answer = httpx.request(
            method, f"{self.url}{name}", auth=(self.user, self.password), trust_env=False, timeout=30, **how
        )
        assert answer.is_success, f"{method} {name}: {answer.status_code} {answer.text[:200]}"
        return answer


@dataclass(slots=True, kw_only=True)
class Spoiler:
    """Spoils bookings of orders that were not spoilt yet; ``events`` are the names of events by the order's code."""

    calendar: Calendar
    office: Office
    random: Random
    events: dict[str, str]
    _serial: int = 0

    def plant(self, flaw: Flaw) -> Planted:
        """One discrepancy of that class, about one order or slot."""
        how: Mapping[Flaw, Callable[[], str]] = {
            Flaw.MISSING_THERE: self._take,
            Flaw.MISSING_HERE: self._nobodys,
            Flaw.DUPLICATE: self._twice,
            Flaw.MOVED: lambda: self._shift(FAR),
            Flaw.WRONG_HOUR: lambda: self._shift(BERLIN),
            Flaw.AMBIGUOUS: self._alike,
        }
        return Planted(flaw=flaw, how=flaw.value, mark=how[flaw]())

    def keep_cancelled(self, many: int) -> list[Planted]:
        """So many orders that are cancelled, and whose events come back after they were taken away."""
        written = {}
        for _ in range(many):
            code, name = self._next()
            written[name] = self.calendar.read(name)
            self.office.cancel(code)
        gone = waiting.until(lambda: not {*written} & {*self.calendar.files()}, seconds=DELIVERED_WITHIN_S)
        assert gone, "the calendar did not follow the cancellations"
        for name, text in written.items():
            self.calendar.write(name, text)
        return [Planted(flaw=Flaw.CANCELLED_BUT_KEPT, how="kept", mark=_code(name)) for name in written]

    def overbook(self, slots: Sequence[Mapping[str, object]]) -> list[Planted]:
        """Slots with fewer places than are booked."""
        for slot in slots:
            for quota in slot["quotas"].values():  # type: ignore[attr-defined]
                self.office.ask("PATCH", f"quotas/{quota}/", json={"size": 1})
        return [Planted(flaw=Flaw.OVERBOOKED, how="too few places", mark=f"slot {slot['id']}") for slot in slots]

    def _take(self) -> str:
        code, name = self._next()
        self.calendar.take(name)
        return code

    def _nobodys(self) -> str:
        name = self.random.choice([*self.events.values()])
        mine, other = _code(name), f"N0B{self._new():02}"
        self.calendar.write(name.replace(mine, other), self.calendar.read(name).replace(mine, other))
        return other

    def _twice(self) -> str:
        code, name = self._next()
        text = re.sub(r"^UID:", "UID:again-", self.calendar.read(name), flags=re.MULTILINE)
        self.calendar.write(f"again-{name}", text)
        return code

    def _shift(self, by: timedelta) -> str:
        code, name = self._next()

        def later(found: re.Match[str]) -> str:
            moment = datetime.strptime(found[2], _WRITTEN).replace(tzinfo=UTC) + by
            return f"{found[1]}:{moment.strftime(_WRITTEN)}Z"

        self.calendar.write(name, _START.sub(later, self.calendar.read(name)))
        return code

    def _alike(self) -> str:
        """Two orders of one slot whose events name none."""
        slots: dict[str, list[str]] = {}
        for code, name in self.events.items():
            slots.setdefault(_slot(name), []).append(code)
        slot = self.random.choice(sorted(slot for slot, codes in slots.items() if len(codes) > 1))
        pair = sorted(slots[slot][:2])
        for code in slots[slot]:
            name = self.events.pop(code)
            if code in pair:
                self._forget(name)
        return pair[0]

    def _forget(self, name: str) -> None:
        """The event names no order any more."""
        code, text = _code(name), self.calendar.read(name)
        self.calendar.take(name)
        other = f"someone-{self._new()}"
        text = text.replace(f"Order {code}", "walk-in guest").replace(code, other)
        self.calendar.write(f"{other}.ics", re.sub(r"^ATTENDEE.*(\r?\n .*)*\r?\n", "", text, flags=re.MULTILINE))

    def _next(self) -> tuple[str, str]:
        code = self.random.choice(sorted(self.events))
        return code, self.events.pop(code)

    def _new(self) -> int:
        self._serial += 1
        return self._serial


def by_code(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The order that each event is about, and its name."""
    return ((_code(name), name) for name in names)


def _code(name: str) -> str:
    return name.partition("-")[0]


def _slot(name: str) -> str:
    return name.removesuffix(".ics").partition("-")[2]
